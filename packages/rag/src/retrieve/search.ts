import {
  type Embedder,
  type Filter,
  InvalidArgumentError,
  isVoisinError,
  type Metadata,
  type Passage,
  type ScoredPoint,
} from '@voisin/spec'
import { contentWords, matchSpans } from '@voisin/words'
import { type ChunkPayload, type DocumentPayload, type LibraryParts, toChunk } from '../stored.ts'
import { toChunkFilter } from './document-filter.ts'

/** Orders passages anew, with a closer and slower look than the search has: one score for each text, larger is better. */
export type Reranker = (
  question: string,
  texts: readonly string[],
  options: { readonly signal?: AbortSignal },
) => Promise<ArrayLike<number>>

/** What a search may be told. */
export interface SearchOptions {
  /** How many passages to return, 1 … 1,000. Fewer come back when fewer are there or match the filter. @default 10 */
  readonly limit?: number
  /** On the documents' metadata; `$id` is the document's id. */
  readonly filter?: Filter<Metadata>
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
 * Finds the chunks nearest to a question, best first. Chunks of a document that is just being replaced are passed over, so that
 * every passage is a span of its document as it is stored.
 *
 * @throws {InvalidArgumentError} The question is empty, or `limit` is out of its range.
 */
export async function search(question: string, options: SearchOptions & LibraryParts): Promise<Passage[]> {
  const { embedder, collection, documents, limit = 10, filter, using = 'both', denseWeight, rerank, signal } = options
  checkQuestion(question)
  if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) {
    throw new InvalidArgumentError('The limit is out of range.', {
      expected: 'an integer from 1 to 1,000',
      received: String(limit),
    })
  }
  const call = signal ? { signal } : {}
  const vector = using === 'words' ? undefined : await embedQuestion(question, embedder, using === 'both', call)
  const query = {
    ...(vector && { vector }),
    ...(using !== 'meaning' && { text: wordsToFind(question) }),
    ...(filter && { filter: toChunkFilter(filter) }),
    ...(denseWeight !== undefined && { denseWeight }),
  }
  const wanted = rerank ? Math.min(limit * RERANK_FACTOR, 1_000) : limit
  const passages: Passage[] = []
  const heads = new Map<string, DocumentPayload | undefined>()
  for (let offset = 0; ; offset += wanted) {
    signal?.throwIfAborted()
    const hits = await collection.query({ ...query, limit: wanted, offset }, call)
    await readHeads(hits, documents, heads, call)
    for (const hit of hits) {
      const head = heads.get(hit.payload.documentId)
      if (head?.kind === 'document' && head.hash === hit.payload.hash) passages.push(toPassage(hit, question))
    }
    if (hits.length < wanted || passages.length >= wanted) break
  }
  const found = passages.slice(0, wanted)
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

/** @throws {InvalidArgumentError} There is nothing to look for. */
export function checkQuestion(question: string): void {
  if (typeof question === 'string' && /[\p{L}\p{N}\p{S}\p{P}]/u.test(question)) return
  throw new InvalidArgumentError('There is nothing to search for.', {
    expected: 'a question or some words',
    received: typeof question === 'string' ? JSON.stringify(question) : typeof question,
  })
}

/** A rare "did" or "which" in the documents would outweigh what a question asks for: its function words are not looked for. */
function wordsToFind(question: string): string {
  return contentWords(question)
    .map(({ start, end }) => question.slice(start, end))
    .join(' ')
}

/** Undefined where the model knows no word of the question and the search can do without. */
async function embedQuestion(
  question: string,
  embedder: Embedder,
  isOptional: boolean,
  call: { readonly signal?: AbortSignal },
): Promise<Float32Array | undefined> {
  try {
    return await embedder.embedQuery(question, call)
  } catch (error) {
    if (isOptional && isVoisinError(error) && error.code === 'empty-text') return undefined
    throw error
  }
}

async function readHeads(
  hits: readonly ScoredPoint<ChunkPayload>[],
  documents: LibraryParts['documents'],
  heads: Map<string, DocumentPayload | undefined>,
  call: { readonly signal?: AbortSignal },
): Promise<void> {
  const ids = [...new Set(hits.map(({ payload }) => payload.documentId))].filter((id) => !heads.has(id))
  if (ids.length === 0) return
  const points = await documents.retrieve(ids, call)
  for (const [index, id] of ids.entries()) heads.set(id, points[index]?.payload)
}

function toPassage({ payload, score, legs }: ScoredPoint<ChunkPayload>, question: string): Passage {
  return {
    chunk: toChunk(payload),
    document: { id: payload.documentId, metadata: payload.metadata },
    score,
    legs,
    matches: matchSpans(payload.text, question),
  }
}
