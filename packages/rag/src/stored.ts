import type { Chunk, Collection, Embedder, FieldKind, Payload } from '@voisin/spec'

/** The payload of a chunk's point. The point's id is `chunkPointId(hash, index)`. */
export type ChunkPayload = {
  readonly documentId: string
  /** Content hash of the document it was cut from. Not its document's any more: it is being replaced, and is never shown. */
  readonly hash: string
  readonly chunkId: string
  readonly start: number
  readonly end: number
  readonly headings: readonly string[]
  readonly text: string
  /** The document's; here so that chunks can be filtered by it. */
  readonly metadata: Payload
  /** When it was written. */
  readonly storedAt: Date
}

/** The payload of a document's point, whose id is the document's, and of the point that holds its text (`textPointId`). */
export type DocumentPayload =
  | {
      readonly kind: 'document'
      readonly hash: string
      readonly metadata: Payload
      /** How many chunks it has; with the hash, their ids. */
      readonly chunkCount: number
      /** Of its text, in UTF-16 code units. */
      readonly length: number
      readonly storedAt: Date
    }
  | { readonly kind: 'text'; readonly text: string }

/** The fields to declare for the collection of chunks, so that words find a chunk by its text and its headings. */
export const chunkFields: { readonly [K in keyof ChunkPayload]?: FieldKind } = {
  text: 'text',
  headings: 'text',
  documentId: 'keyword',
}

/** Where a library is kept: two collections and the embedder of one of them. */
export interface LibraryParts {
  readonly embedder: Embedder
  /** The chunks, with the embedder's vectors. Declare `chunkFields` for it. */
  readonly collection: Collection<ChunkPayload>
  /** The documents, without vectors; by convention `<name>/documents`. */
  readonly documents: Collection<DocumentPayload>
}

export function chunkPointId(hash: string, index: number): string {
  return `${hash}:${index}`
}

/** The text lies beside its document's point, not in it, so that looking at a document does not move its whole text. */
export function textPointId(hash: string): string {
  return `text:${hash}`
}

/** Ids that are taken by the points of texts. */
export const TEXT_POINT_ID: RegExp = /^text:[\w-]{43}$/

export function toChunk({ chunkId, documentId, start, end, headings, text }: ChunkPayload): Chunk {
  return { id: chunkId, documentId, start, end, headings, text }
}
