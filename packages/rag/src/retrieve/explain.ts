import type { QueryExplanation } from '@voisin/spec'
import type { LibraryParts } from '../stored.ts'
import { asListed } from './per-document.ts'
import { queryOf } from './query-of.ts'
import type { SearchOptions } from './search.ts'

/** How a search is answered. `ms` is without the embedding of the question. */
export interface SearchExplanation extends QueryExplanation {
  /** Milliseconds it took to embed the question; 0 where it was not. */
  readonly embedMs: number
}

/**
 * Searches once more, and tells how instead of what: which way the vectors took and why, how many points a filter lets through, how long
 * each part took. A reranker is not asked.
 *
 * @throws {InvalidArgumentError} As `search`.
 */
export async function explainSearch(
  question: string,
  options: Omit<SearchOptions, 'rerank'> & LibraryParts,
): Promise<SearchExplanation> {
  const before = performance.now()
  const query = asListed(await queryOf(question, options), options)
  const embedMs = query.vector === undefined ? 0 : performance.now() - before
  const { signal } = options
  return { embedMs, ...(await options.collection.explain(query, signal ? { signal } : {})) }
}
