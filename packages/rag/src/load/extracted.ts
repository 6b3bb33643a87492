/** How a text is to be cut. */
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
  | 'xml'
  | 'yaml'
  | 'toml'
  | 'ini'

/** Where something of a file begins in its text. */
export interface Place {
  /** UTF-16 code unit. */
  readonly start: number
  /** From 1. */
  readonly page?: number
  readonly sheet?: string
  /** From 1. */
  readonly row?: number
}

/** What a parser made of a file. */
export interface Extracted {
  /** Line ends are '\n'. Structure that is known is Markdown (headings, tables, lists), unless `format` says otherwise. */
  readonly text: string
  /** How the text is to be cut. @default 'markdown' */
  readonly format?: TextFormat
  readonly title?: string
  /** BCP 47, as the file says. */
  readonly language?: string
  /** Where what is in the file begins in `text`, in order: pages, sheets, rows. */
  readonly places?: readonly Place[]
  /** What was left out or repaired, in sentences. */
  readonly notices?: readonly string[]
}

/** A parser: bytes in, text out. Runs in a worker. */
export type Parse = (bytes: Uint8Array, file: { readonly name: string; readonly signal?: AbortSignal }) => Promise<Extracted>
