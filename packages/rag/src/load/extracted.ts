import type { DocumentFormat, Place } from '@voisin/spec'

export type { Place }

/** What a parser made of a file. */
export interface Extracted {
  /** Line ends are '\n'. Structure that is known is Markdown (headings, tables, lists), unless `format` says otherwise. */
  readonly text: string
  /** How the text is to be cut. @default 'markdown' */
  readonly format?: DocumentFormat
  readonly title?: string
  /** BCP 47, as the file says. */
  readonly language?: string
  /** Of the file, as TextDecoder names it, where it is not UTF-8. */
  readonly encoding?: string
  /** Where what is in the file begins in `text`, in order: pages, sheets, rows. */
  readonly places?: readonly Place[]
  /** What was left out or repaired, in sentences. */
  readonly notices?: readonly string[]
}

/**
 * A parser: bytes in, text out. Runs in a worker.
 *
 * It rejects with an UnsupportedError (another format, a variant that is not read, encrypted), a CorruptDataError (truncated, damaged) or a
 * LimitError; each names the file.
 */
export type Parse = (bytes: Uint8Array, file: { readonly name: string; readonly signal?: AbortSignal }) => Promise<Extracted>
