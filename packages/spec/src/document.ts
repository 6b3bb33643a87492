/** What a document carries beside its text: plain data, returned as it was given. */
export type Metadata = { readonly [key: string]: unknown }

/** A text with an address. All offsets into it, here and everywhere, count UTF-16 code units. */
export interface Document<M extends object = Metadata> {
  /** The caller's id, 1 to 512 characters; adding another document with the same id replaces this one. */
  readonly id: string
  readonly text: string
  readonly metadata?: M
}

/** A span of a document that is embedded as one. Invariant: `document.text.slice(start, end) === text`. */
export interface Chunk {
  readonly id: string
  readonly documentId: string
  /** First UTF-16 code unit of the span. */
  readonly start: number
  /** One past the last UTF-16 code unit of the span. */
  readonly end: number
  /** Titles of the sections the span stands in, outermost first. */
  readonly headings: readonly string[]
  readonly text: string
}

/** Half-open range [start, end) of UTF-16 code units. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** Cuts a document into chunks, in order of `start`. Pure: the same document gives the same chunks. */
export interface Chunker {
  /** Changes whenever the same document would be cut differently; part of a document's content hash. */
  readonly fingerprint: string
  chunk(document: Document): readonly Chunk[]
}
