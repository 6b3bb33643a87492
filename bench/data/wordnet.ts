import type { ReadShared } from './shared.ts'
import { normalizeRows, type VectorSet } from './vector-set.ts'

const DIM = 384
const POINTS = 100_000
const QUERIES = 1_000
const PATH = 'data/wordnet-minilm/vectors.i8'

/**
 * MiniLM embeddings of WordNet glosses, or undefined where they are not. At most 100,000 points, and the 1,000 rows after them as
 * queries.
 */
export async function wordnet(points: number, queries: number, dim: number, read: ReadShared): Promise<VectorSet | undefined> {
  const buffer = await read(PATH)
  if (buffer === undefined) return undefined
  if (points > POINTS || queries > QUERIES || dim !== DIM) {
    throw new Error(`wordnet-minilm has ${POINTS} points and ${QUERIES} queries of dim ${DIM}.`)
  }
  const bytes = new Int8Array(buffer)
  const rows = (from: number, count: number) => {
    const vectors = new Float32Array(bytes.subarray(from * DIM, (from + count) * DIM))
    normalizeRows(vectors, DIM)
    return vectors
  }
  return { name: 'wordnet-minilm', dim: DIM, points: rows(0, points), queries: rows(POINTS, queries) }
}
