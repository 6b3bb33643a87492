import type { Collection, Query } from '@voisin/spec'
import { openMemoryCollection } from '@voisin/store'
import type { PairSet, RetrievalSet } from './data-sets.ts'
import { bootstrapInterval, type Interval, mean, ndcg, spearman } from './measures.ts'

const K = 10
// A write at a time, as an ingest would do.
const POINTS_PER_WRITE = 500

/** How the documents are looked for. */
export type Mode = 'bm25' | 'dense' | 'hybrid' | 'hybrid-rrf'

export interface Score {
  readonly value: number
  readonly interval: Interval
}

/** Vectors of a set's documents and queries, row-major. */
export interface SetVectors {
  readonly dim: number
  readonly documents: Float32Array
  readonly queries: Float32Array
}

type Passage = { readonly text: string }

/** nDCG@10 of each mode, by the store's own queries over a collection in memory. Without vectors only `bm25` can be asked. */
export async function scoreRetrieval(
  set: RetrievalSet,
  vectors: SetVectors | undefined,
  modes: readonly Mode[],
): Promise<ReadonlyMap<Mode, Score>> {
  const collection = await openMemoryCollection<Passage>(`quality-${set.name}`, {
    dim: vectors?.dim ?? 1,
    fields: { text: 'text' },
  })
  try {
    await fill(collection, set, vectors)
    const scores = new Map<Mode, Score>()
    for (const mode of modes) {
      const values: number[] = []
      for (const [i, { text, grades }] of set.queries.entries()) {
        const vector = vectors?.queries.subarray(i * vectors.dim, (i + 1) * vectors.dim)
        const hits = await collection.query({ ...queryOf(mode, text, vector), limit: K, withPayload: false })
        values.push(
          ndcg(
            hits.map(({ id }) => String(id)),
            grades,
            K,
          ),
        )
      }
      const interval = bootstrapInterval(values.length, (cases) => mean(Float64Array.from(cases, (i) => values[i]!)))
      scores.set(mode, { value: mean(values), interval })
    }
    return scores
  } finally {
    await collection.close()
  }
}

async function fill(
  collection: Collection<Passage>,
  { documents }: RetrievalSet,
  vectors: SetVectors | undefined,
): Promise<void> {
  for (let start = 0; start < documents.length; start += POINTS_PER_WRITE) {
    const part = documents.slice(start, start + POINTS_PER_WRITE)
    if (vectors === undefined) {
      await collection.upsert(part.map(({ id, text }) => ({ id, payload: { text } })))
      continue
    }
    const { dim } = vectors
    await collection.upsert({
      ids: part.map(({ id }) => id),
      vectors: { data: vectors.documents.slice(start * dim, (start + part.length) * dim), count: part.length, dim },
      payloads: part.map(({ text }) => ({ text })),
    })
  }
}

function queryOf(mode: Mode, text: string, vector: Float32Array | undefined): Query<Passage> {
  if (mode === 'bm25') return { text }
  if (vector === undefined) throw new Error(`${mode} needs vectors.`)
  if (mode === 'dense') return { vector }
  return mode === 'hybrid' ? { vector, text } : { vector, text, fusion: 'rrf' }
}

/** Spearman correlation of the cosines with what people said. Rows of `left` and `right` are of unit length. */
export function scorePairs({ pairs }: PairSet, left: Float32Array, right: Float32Array, dim: number): Score {
  const cosines = pairs.map((_, row) => {
    let sum = 0
    for (let i = row * dim; i < (row + 1) * dim; i++) sum += left[i]! * right[i]!
    return sum
  })
  const likeness = pairs.map((pair) => pair.likeness)
  const interval = bootstrapInterval(pairs.length, (cases) =>
    spearman(
      Float64Array.from(cases, (i) => cosines[i]!),
      Float64Array.from(cases, (i) => likeness[i]!),
    ),
  )
  return { value: spearman(cosines, likeness), interval }
}
