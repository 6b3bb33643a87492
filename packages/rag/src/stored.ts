import type { Chunk, Collection, DocumentFormat, Embedder, FieldKind, Filter, Payload } from '@voisin/spec'
import type { Calibration, CalibrationPayload } from './calibrate/calibration.ts'
import type { PackedPlaces } from './places.ts'

// A library is one collection. Each document is a few points in it, all of one write or, where it is long, made whole by one:
//
//   kind      id                   has
//   document  <document's id>      metadata, how many chunks and pieces of text there are; neither vector nor words
//   text      text:<hash>[:<n>]    a piece of its text
//   chunk     <hash>:<n>           a vector and words: what searches find
//   draft     <hash>:<n>           a chunk of a version that is not all there yet: never shown
//
// Beside them stands what was learned of all:
//
//   calibration  calibration:<hash of the model's fingerprint>   the weight of meaning; neither vector nor words
//
// The hash is the content's. Every chunk belongs to the version that its document's point names, because the write that changes a
// document deletes, when it is committed, all of the document that is of another version.

/** A chunk that is found, or a draft of one. */
export type ChunkPayload = {
  readonly kind: 'chunk' | 'draft'
  readonly documentId: string
  /** Content hash of the document's version that it was cut from. */
  readonly hash: string
  /** Hash of the text that was embedded and of what embedded it: the same text is not embedded twice. */
  readonly embedded: string
  readonly chunkId: string
  readonly start: number
  readonly end: number
  readonly headings: readonly string[]
  readonly text: string
  /** As of `Chunk`. Neither is there in libraries of an earlier version. */
  readonly lead?: string
  readonly format?: DocumentFormat
  /** Pages, sheets and rows it stands in, where the document has such: see `placesOf`. */
  readonly places?: PackedPlaces
  /** The document's; here so that chunks can be filtered by it. */
  readonly metadata: Payload
  /** When it was written. */
  readonly storedAt: Date
}

/** A document without its text. */
export type DocumentPayload = {
  readonly kind: 'document'
  readonly documentId: string
  readonly hash: string
  /** The document's metadata, under a name that is no text field: words find chunks. */
  readonly about: Payload
  /** As it was given, if at all. */
  readonly format?: DocumentFormat
  /** How many chunks it has; with the hash, their ids. */
  readonly chunkCount: number
  /** How many points its text takes. */
  readonly textCount: number
  /** Of its text, in UTF-16 code units. */
  readonly length: number
  readonly storedAt: Date
  readonly places?: PackedPlaces
}

/** A piece of a document's text: beside its document's point, so that looking at a document does not move its text. */
export type TextPayload = {
  readonly kind: 'text'
  readonly documentId: string
  readonly hash: string
  readonly content: string
}

export type LibraryPayload = ChunkPayload | DocumentPayload | TextPayload | CalibrationPayload

/** The fields to declare for a library's collection: words find a chunk by its text, its headings and what it is read under. */
export const libraryFields: { readonly [path: string]: FieldKind } = {
  text: 'text',
  headings: 'text',
  lead: 'text',
  kind: 'keyword',
  documentId: 'keyword',
  hash: 'keyword',
  embedded: 'keyword',
}

/** Where a library is kept, and what makes its vectors. */
export interface LibraryParts {
  readonly embedder: Embedder
  /** Declare `libraryFields` for it. */
  readonly collection: Collection<LibraryPayload>
  /** What `calibrate` has found of it: searches by words and by meaning weigh them so. @default none: meaning weighs 0.5 where the model knows every word */
  readonly calibration?: Calibration | undefined
}

/** What filters ask of, whatever kind a point is of. */
type Asked = Pick<ChunkPayload, 'documentId' | 'hash' | 'embedded'> & Pick<LibraryPayload, 'kind'>

/** How many values one operand of a filter may list. */
export const MOST_OPERANDS = 10_000

/** A filter on fields that only some kinds of points have. */
export function pointsWhere(filter: Filter<Asked>): Filter<LibraryPayload> {
  return filter as Filter<LibraryPayload>
}

/** Points of these ids, however many there are. */
export function pointsOf(ids: readonly string[]): Filter<LibraryPayload> {
  const parts: Filter<LibraryPayload>[] = []
  for (let first = 0; first < ids.length; first += MOST_OPERANDS)
    parts.push({ $id: { $in: ids.slice(first, first + MOST_OPERANDS) } })
  return parts.length === 1 ? parts[0]! : { $or: parts }
}

export function chunkPointId(hash: string, index: number): string {
  return `${hash}:${index}`
}

export function textPointId(hash: string, index: number): string {
  return index === 0 ? `text:${hash}` : `text:${hash}:${index}`
}

/** Ids that are taken by the points of chunks, texts and calibrations. */
export const TAKEN_ID: RegExp = /^(?:[\w-]{43}:\d+|text:[\w-]{43}(?::\d+)?|calibration:[\w-]{43})$/

export function toChunk({ chunkId, documentId, start, end, headings, text, lead, format }: ChunkPayload): Chunk {
  const more = { ...(lead !== undefined && { lead }), ...(format !== undefined && { format }) }
  return { id: chunkId, documentId, start, end, headings, text, ...more }
}
