/** What a document carries beside its text: plain data, returned as it was given. */
export type Metadata = { readonly [key: string]: unknown }

/** A text with an address. All offsets into it, here and everywhere, count UTF-16 code units. */
export interface Document<M extends object = Metadata> {
  /** The caller's id, 1 to 512 characters; adding another document with the same id replaces this one. */
  readonly id: string
  readonly text: string
  readonly metadata?: M
  /** @default by the id, where it ends as a file's name does (`.csv`, `.ts`, `.json`, `.log` …); else `'markdown'` */
  readonly format?: DocumentFormat
  /** Where pages, sheets and rows of the file that it was read from begin in `text`, in order of `start`. */
  readonly places?: readonly Place[]
}

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

/**
 * How a document's text is written, which says where it may be cut.
 *
 * - `markdown`: Markdown, and plain text.
 * - `plain`: text in which no sign is Markdown's.
 * - `csv`: values separated by commas, semicolons, tabs or bars, one record a row.
 * - `json`: JSON, or one JSON value a line.
 * - `code`: source code and settings, in any language.
 * - `lines`: logs and subtitles.
 */
export type DocumentFormat = 'markdown' | 'plain' | 'csv' | 'json' | 'code' | 'lines'

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
  /**
   * What the span is read under, where that stands earlier in its section: the header of a table, the sentence that announces a list, the line
   * of the declaration that code stands in. No part of `text`; embedded and searched with it.
   */
  readonly lead?: string
  /** @default 'markdown' */
  readonly format?: DocumentFormat
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
