import { normalizeRows, type VectorSet } from './vector-set.ts'

const DIM = 384
const POINTS = 100_000
const QUERIES = 1_000
const URL = '/shared/data/wordnet-minilm/vectors.i8'

/** MiniLM embeddings of WordNet glosses, or undefined where they are not served. At most 100,000 points and 1,000 queries. */
export async function wordnet(points: number, queries: number): Promise<VectorSet | undefined> {
  const response = await fetch(URL)
  // A dev server answers an unknown path with the page itself.
  if (!response.ok || response.headers.get('content-type')?.includes('html')) return undefined
  if (points > POINTS || queries > QUERIES) throw new Error(`wordnet-minilm has ${POINTS} points and ${QUERIES} queries.`)
  const bytes = new Int8Array(await response.arrayBuffer())
  const rows = (from: number, count: number) => {
    const vectors = Float32Array.from(bytes.subarray(from * DIM, (from + count) * DIM))
    normalizeRows(vectors, DIM)
    return vectors
  }
  return { name: 'wordnet-minilm', dim: DIM, points: rows(0, points), queries: rows(POINTS, queries) }
}
