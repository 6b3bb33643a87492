import type { LibraryParts } from '@voisin/rag'
import type { PairSet, RetrievalSet } from './data-sets.ts'
import { findDocuments, type Using } from './library.ts'
import { bootstrapInterval, type Interval, mean, ndcg, spearman } from './measures.ts'

const K = 10

export interface Score {
  readonly value: number
  readonly interval: Interval
}

export interface RetrievalScore {
  readonly ndcg10: Score
  /** Share of the queries whose first document is relevant. */
  readonly hit1: number
}

/**
 * Asks a library that holds a set's documents all its queries.
 *
 * @param texts The queries as they are asked, in the set's order.
 * @param denseWeight Instead of the product's own weights.
 */
export async function scoreRetrieval(
  { queries }: Pick<RetrievalSet, 'queries'>,
  texts: readonly string[],
  library: LibraryParts,
  using: Using,
  denseWeight?: number,
): Promise<RetrievalScore> {
  const values: number[] = []
  let hits = 0
  for (const [i, { grades }] of queries.entries()) {
    const ranking = await findDocuments(texts[i]!, library, using, denseWeight)
    values.push(ndcg(ranking, grades, K))
    if (grades.has(ranking[0] ?? '')) hits++
  }
  const interval = bootstrapInterval(values.length, (cases) => mean(Float64Array.from(cases, (i) => values[i]!)))
  return { ndcg10: { value: mean(values), interval }, hit1: hits / queries.length }
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
