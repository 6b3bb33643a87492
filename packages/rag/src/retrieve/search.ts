import {
  type Filter,
  InvalidArgumentError,
  type Match,
  type MatchKind,
  type Metadata,
  type Mmr,
  type Passage,
} from '@voisin/spec'
import { createMarker } from '@voisin/words'
import { textWithLead } from '../chunk/chunker.ts'
import { unpackPlaces } from '../places.ts'
import { type ChunkPayload, type LibraryParts, toChunk } from '../stored.ts'
import { confidenceFor, type Using } from './confidence.ts'
import { asListed, bestOfEach } from './per-document.ts'
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
  readonly using?: Using
  /**
   * Weight of meaning against words when `using` is `both`, 0 … 1. @default what the library's calibration says, or else 0.5; of that two fifths and,
   * in proportion to the share of the question's words that the model knows, the rest. 0.3 where the embedder cannot tell what it knows, and there
   * is no calibration
   */
  readonly denseWeight?: number
  /** Whether the question is still being typed, so that its last word may go on. @default false */
  readonly asYouType?: boolean
  /**
   * `'document'`: the list has the best passage of each document, and each says how many `others` of its document were found. It is
   * looked for further down until the list is full or nothing more matches. @default passages in their order, whatever they are of
   */
  readonly groupBy?: 'document'
  /** How many passages of one document are listed at most, 1 … 1,000; groups by document by itself. @default 1 with `groupBy`, else all */
  readonly perDocument?: number
  /** Passages that are unlike each other, for some relevance: see `Query`. The order is then not that of the scores. @default none */
  readonly mmr?: Mmr
  /**
   * Leaves out passages whose `confidence` is less, 0 … 1; those that have none stay. With .8 about one of five questions that nothing answers finds
   * something, in a small library more; and some questions that a document does answer find nothing. @default all are listed
   */
  readonly minConfidence?: number
  /**
   * Orders the best `4 × limit` passages anew; their `score` is then the reranker's. Of one document it sees up to 4 times as many as are
   * listed, and says which these are. With `mmr`, which passages it sees is chosen so; their order is its own.
   */
  readonly rerank?: Reranker
  readonly signal?: AbortSignal
}

/** How many times `limit` a reranker gets to see. */
const RERANK_FACTOR = 4

/**
 * Finds the chunks nearest to a question, best first. Drafts of a version that is not all there yet are passed over, so that every
 * passage is a span of its document as it is stored.
 *
 * @throws {InvalidArgumentError} The question is empty, or an option is out of its range.
 */
export async function search(question: string, options: SearchOptions & LibraryParts): Promise<Passage[]> {
  const { collection, limit = 10, rerank, minConfidence = 0, signal } = options
  if (rerank !== undefined && typeof rerank !== 'function') {
    throw new InvalidArgumentError('This is no reranker.', { expected: 'a function', received: typeof rerank })
  }
  if (!(minConfidence >= 0 && minConfidence <= 1)) {
    throw new InvalidArgumentError('minConfidence is out of its range.', {
      expected: 'a number from 0 to 1',
      received: String(minConfidence),
    })
  }
  const wanted = rerank ? Math.min(limit * RERANK_FACTOR, 1_000) : limit
  const query = { ...asListed(await queryOf(question, options), options, wanted / limit), limit: wanted }
  const call = signal ? { signal } : {}
  let hits = await collection.query(query, call)
  // Only while a long document is being stored, or after that was given up: a filter would cost every search something.
  if (hits.some(({ payload }) => payload.kind !== 'chunk')) {
    hits = await collection.query({ ...query, filter: query.filter ?? { kind: 'chunk' } }, call)
  }
  // Of a question that the model knows nothing of there are words alone.
  const asked = query.vector === undefined ? 'words' : query.text === undefined ? 'meaning' : 'both'
  const confidenceOf = confidenceFor(question, asked, options.calibration?.unanswered)
  const mark = createMarker(question, options)
  const found = hits.flatMap(({ payload, ...hit }) => {
    if (payload.kind !== 'chunk') return []
    const confidence = confidenceOf(hit)
    if ((confidence ?? 1) < minConfidence) return []
    return [{ ...toPassage(payload, hit, mark), ...(confidence !== undefined && { confidence }) }]
  })
  if (!rerank || found.length === 0) return found
  const scores = await rerank(
    question,
    found.map(({ chunk }) => textWithLead(chunk)),
    call,
  )
  if (scores?.length !== found.length) {
    throw new InvalidArgumentError('The reranker did not score what it was given.', {
      expected: `${found.length} numbers, one for each text`,
      received: String(scores?.length),
    })
  }
  const ranked = found.map((passage, index) => ({ ...passage, score: scores[index]! })).sort((a, b) => b.score - a.score)
  return bestOfEach(ranked, options).slice(0, limit)
}

type Found = Pick<Passage, 'score' | 'legs' | 'support' | 'others'>

function toPassage(payload: ChunkPayload, { score, legs, support, others }: Found, mark: (text: string) => Match[]): Passage {
  const matches = mark(payload.text)
  return {
    chunk: toChunk(payload),
    document: { id: payload.documentId, metadata: payload.metadata },
    score,
    legs,
    ...(support !== undefined && { support }),
    matches,
    why: whyFound([...matches, ...[...payload.headings, payload.lead ?? ''].flatMap(mark)]),
    ...(payload.places && { places: unpackPlaces(payload.places) }),
    ...(others !== undefined && { others }),
  }
}

const REASONS: readonly MatchKind[] = ['exact', 'stem', 'spelling']

function whyFound(matches: readonly Match[]): Passage['why'] {
  return REASONS.find((reason) => matches.some(({ by }) => by === reason)) ?? 'meaning'
}
