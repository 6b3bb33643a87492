import type { Filter, Metadata, Passage } from '@voisin/spec'
import { matchSpans } from '@voisin/words'
import { type ChunkPayload, type LibraryParts, toChunk } from '../stored.ts'
import { queryOf } from './query-of.ts'

/** Orders passages anew, with a closer and slower look than the search has: one score for each text, larger is better. */
export type Reranker = (
  question: string,
  texts: readonly string[],
  options: { readonly signal?: AbortSignal },
) => Promise<ArrayLike<number>>

/** What a search may be told. */
export interface SearchOptions<M extends object = Metadata> {
  /** How many passages to return, 1 … 1,000. Fewer come back when fewer are there or match the filter. @default 10 */
  readonly limit?: number
  /** On the documents' metadata; `$id` is the document's id. */
  readonly filter?: Filter<M>
  /** By words (BM25), by meaning (nearest neighbours), or by both. `words` needs no embedding. @default 'both' */
  readonly using?: 'both' | 'words' | 'meaning'
  /** Weight of meaning against words when `using` is `both`, 0 … 1. @default 0.3 */
  readonly denseWeight?: number
  /** Orders the best `4 × limit` passages anew; their `score` is then the reranker's. */
  readonly rerank?: Reranker
  readonly signal?: AbortSignal
}

/** How many times `limit` a reranker gets to see. */
const RERANK_FACTOR = 4

/**
 * Finds the chunks nearest to a question, best first. Drafts of a version that is not all there yet are passed over, so that every
 * passage is a span of its document as it is stored.
 *
 * @throws {InvalidArgumentError} The question is empty, or `limit` is out of its range.
 */
export async function search(question: string, options: SearchOptions & LibraryParts): Promise<Passage[]> {
  const { collection, limit = 10, rerank, signal } = options
  const query = await queryOf(question, options)
  const call = signal ? { signal } : {}
  const wanted = rerank ? Math.min(limit * RERANK_FACTOR, 1_000) : limit
  let hits = await collection.query({ ...query, limit: wanted }, call)
  // Only while a long document is being stored, or after that was given up: a filter would cost every search something.
  if (hits.some(({ payload }) => payload.kind !== 'chunk')) {
    hits = await collection.query({ ...query, filter: query.filter ?? { kind: 'chunk' }, limit: wanted }, call)
  }
  const found = hits.flatMap(({ payload, score, legs }) =>
    payload.kind === 'chunk' ? toPassage(payload, score, legs, question) : [],
  )
  if (!rerank || found.length === 0) return found
  const scores = await rerank(
    question,
    found.map(({ chunk }) => chunk.text),
    call,
  )
  return found
    .map((passage, index) => ({ ...passage, score: scores[index]! }))
    .sort((a, b) => b.score - a.score)
    .slice(0, limit)
}

function toPassage(payload: ChunkPayload, score: number, legs: Passage['legs'], question: string): Passage {
  return {
    chunk: toChunk(payload),
    document: { id: payload.documentId, metadata: payload.metadata },
    score,
    legs,
    matches: matchSpans(payload.text, question),
  }
}
