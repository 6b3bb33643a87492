/** What a document carries beside its text: plain data, returned as it was given. */
export type Metadata = { readonly [key: string]: unknown }

/** A text with an address. All offsets into it, here and everywhere, count UTF-16 code units. */
export interface Document<M extends object = Metadata> {
  /** The caller's id, 1 to 512 characters; adding another document with the same id replaces this one. */
  readonly id: string
  readonly text: string
  readonly metadata?: M
  /** What kind of text it is: how it is to be cut. @default 'markdown' */
  readonly format?: TextFormat
  /** Where pages, sheets and rows of the file that it was read from begin in `text`, in order of `start`. */
  readonly places?: readonly Place[]
}

/** What a text is written in. A chunker that does not know one cuts it as Markdown. */
export type TextFormat =
  | 'markdown'
  | 'plain'
  | 'csv'
  | 'tsv'
  | 'code'
  | 'json'
  | 'jsonl'
  | 'subtitles'
  | 'rst'
  | 'asciidoc'
  | 'org'
  | 'latex'

/** What begins at `start` of a text and goes on to the next place, or to the end. */
export interface Place {
  /** UTF-16 code unit. */
  readonly start: number
  /** Number of the page or slide, from 1. */
  readonly page?: number
  /** Name of the sheet. */
  readonly sheet?: string
  /** Number of the row in its sheet or table, from 1. */
  readonly row?: number
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
