import { type Embedder, InvalidArgumentError, isVoisinError, type Query } from '@voisin/spec'
import { readQuery } from '@voisin/words'
import type { LibraryParts, LibraryPayload } from '../stored.ts'
import { toChunkFilter } from './document-filter.ts'
import type { SearchOptions } from './search.ts'
import { type KnownWords, knownWords, USUAL_MEANING, weightOfMeaning } from './weight-of-meaning.ts'

const WAYS: readonly string[] = ['both', 'words', 'meaning']
/** What a document's other passages are worth to one of them (measured: docs/decisions/0018-support.md). */
const SUPPORT = 0.1

/**
 * What a question asks of a library's collection.
 *
 * @throws {InvalidArgumentError} The question is empty, or `limit` is out of its range.
 */
export async function queryOf(
  question: string,
  options: SearchOptions & Pick<LibraryParts, 'embedder' | 'calibration'>,
): Promise<Query<LibraryPayload>> {
  const { embedder, limit = 10, filter, using = 'both', asYouType = false, signal } = options
  checkQuestion(question)
  if (!WAYS.includes(using)) {
    throw new InvalidArgumentError('There is no such way to search.', {
      expected: WAYS.map((way) => `'${way}'`).join(' or '),
      received: String(using),
    })
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) {
    throw new InvalidArgumentError('The limit is out of range.', {
      expected: 'an integer from 1 to 1,000',
      received: String(limit),
    })
  }
  const call = signal ? { signal } : {}
  const { text } = readQuery(question)
  const [vector, known] = await Promise.all([
    using === 'words' ? undefined : embedQuestion(text, embedder, using === 'both', call),
    using === 'meaning' ? undefined : knownWords(text, embedder),
  ])
  const denseWeight = using === 'both' ? weightFor(known, options) : undefined
  // At its ends the weight leaves one leg alone, as it is by itself.
  const share = using !== 'both' || denseWeight === 0 || denseWeight === 1 ? 0 : SUPPORT * supportOf(known)
  return {
    ...(vector && { vector }),
    ...(using !== 'meaning' && { text: question, asYouType }),
    ...(using !== 'meaning' && known && { knownWords: known.words }),
    ...(filter && { filter: toChunkFilter(filter) }),
    ...(denseWeight !== undefined && { denseWeight }),
    ...(share > 0 && { support: { by: 'documentId', share } }),
    limit,
  }
}

/** @throws {InvalidArgumentError} There is nothing to look for. */
export function checkQuestion(question: string): void {
  if (typeof question === 'string' && /[\p{L}\p{N}\p{S}\p{P}]/u.test(question)) return
  throw new InvalidArgumentError('There is nothing to search for.', {
    expected: 'a question or some words',
    received: typeof question === 'string' ? JSON.stringify(question) : typeof question,
  })
}

/** Undefined where nobody knows better than the collection. */
function weightFor(
  known: KnownWords | undefined,
  { calibration, denseWeight }: SearchOptions & Pick<LibraryParts, 'calibration'>,
): number | undefined {
  if (denseWeight !== undefined) return denseWeight
  return known === undefined ? calibration?.meaning : weightOfMeaning(calibration?.meaning ?? USUAL_MEANING, known)
}

/** A name is looked for where it stands, not where much is like it: 1, where a question has none, to 0, where it is nothing else. */
function supportOf(known: KnownWords | undefined): number {
  return 1 - (known?.named ?? 0) ** 2
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
