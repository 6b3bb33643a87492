import {
  type Chunk,
  type Chunker,
  type Document,
  EmptyTextError,
  InvalidArgumentError,
  LimitError,
  type Payload,
  type Point,
} from '@voisin/spec'
import { chunkPointId, type DocumentPayload, type LibraryParts, TEXT_POINT_ID } from '../stored.ts'
import { contentHash } from './content-hash.ts'

/** A document that has to be embedded and stored. */
export interface PlannedDocument {
  readonly document: Document
  readonly metadata: Payload
  readonly hash: string
  readonly chunks: readonly Chunk[]
  /** Whether another version of it is stored. */
  readonly isKnown: boolean
  /** Indexes of the chunks that an interrupted ingest has already stored. */
  readonly storedChunks: ReadonlySet<number>
}

export type Plan = { readonly isUnchanged: true } | ({ readonly isUnchanged: false } & PlannedDocument)

/** From this many chunks on it pays to ask which of them an interrupted ingest has stored. */
const MANY_CHUNKS = 64
/** UTF-16 code units. A document is one log entry of the store, which ends at 256 MiB. */
const LONGEST_TEXT = 2 ** 26

/**
 * Decides what has to be done for a document, given the point that is stored under its id.
 *
 * @throws {VoisinError} It is no document that can be stored.
 */
export async function planDocument(
  document: Document,
  known: Point<DocumentPayload> | undefined,
  chunker: Chunker,
  { embedder, collection }: Pick<LibraryParts, 'embedder' | 'collection'>,
): Promise<Plan> {
  const metadata = (document.metadata ?? {}) as Payload
  const hash = await contentHash({
    id: document.id,
    text: document.text,
    metadata,
    chunkerFingerprint: chunker.fingerprint,
    embedderFingerprint: embedder.fingerprint,
  })
  if (known?.payload.kind === 'document' && known.payload.hash === hash) return { isUnchanged: true }
  const chunks = chunker.chunk(document)
  if (chunks.length === 0) {
    throw new EmptyTextError(`The document "${document.id}" has no visible character.`, { expected: 'a text to search for' })
  }
  const storedChunks = new Set<number>()
  if (chunks.length >= MANY_CHUNKS) {
    const found = await collection.retrieve(chunks.map((_, index) => chunkPointId(hash, index)))
    for (const [index, point] of found.entries()) if (point) storedChunks.add(index)
  }
  return { isUnchanged: false, document, metadata, hash, chunks, isKnown: known !== undefined, storedChunks }
}

/** @throws {VoisinError} It is no document: its id or its text is not of the form that is documented. */
export function checkDocument(document: Document): void {
  const { id, text } = document ?? {}
  if (typeof id !== 'string' || id.length < 1 || id.length > 512) {
    throw new InvalidArgumentError('A document has no usable id.', {
      expected: 'a string of 1 to 512 characters',
      received: typeof id === 'string' ? `${id.length} characters` : String(id),
    })
  }
  if (TEXT_POINT_ID.test(id)) {
    throw new InvalidArgumentError(`The document id "${id}" is reserved.`, { expected: 'an id that is not text:<hash>' })
  }
  if (typeof text !== 'string') {
    throw new InvalidArgumentError(`The document "${id}" has no text.`, { expected: 'a string', received: typeof text })
  }
  if (text.length > LONGEST_TEXT) {
    throw new LimitError(`The document "${id}" is too long.`, {
      expected: `at most ${LONGEST_TEXT} UTF-16 code units`,
      received: String(text.length),
      remedy: 'Split it.',
    })
  }
}
