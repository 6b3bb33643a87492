import type { LongCallOptions } from '@voisin/spec'
import type { WorkerLike } from '@voisin/worker'
import type { Extracted } from './extracted.ts'

/** A file to read. */
export interface SourceFile {
  /** For messages, and its extension: `report.docx`. */
  readonly name: string
  /** Given away: detached when `load` is called where the work is done in a worker. */
  readonly bytes: ArrayBuffer
}

/** A file in an archive; or why it could not be unpacked; or, with neither, one that nobody asked for. */
export type ArchiveEntry =
  | { readonly path: string; readonly bytes: ArrayBuffer }
  | { readonly path: string; readonly error: Error }
  | { readonly path: string }

/** What an archive has, one file after the other: each is unpacked when it is asked for. */
export interface Archive {
  readonly entries: AsyncIterable<ArchiveEntry>
}

export interface LoadOptions extends LongCallOptions {
  /**
   * Extensions of the files that are wanted of an archive, in lower case; others are listed and not unpacked. A file without one is wanted.
   * @default all
   */
  readonly extensions?: readonly string[]
  /** Largest file of an archive, unpacked; a larger one is a LimitError. @default 33,554,432 (32 MiB) */
  readonly maxFileBytes?: number
}

/** Reads files of one format, or a few that are alike. Nothing of it is loaded before its first file. */
export interface Loader {
  /** `html`; the door it comes from ends so. */
  readonly name: string
  /** Of files it reads, in lower case and without a dot. */
  readonly extensions: readonly string[]
  /** MIME types of files it reads. */
  readonly types: readonly string[]
  /**
   * @throws {UnsupportedError} The file is of another format, encrypted, or of a variant that is not read.
   * @throws {CorruptDataError} It is damaged, or not all of it is there.
   * @throws {LimitError} It, or what it unpacks to, is too large.
   * @throws {WorkerError} The worker could not be started, or died.
   */
  load(file: SourceFile, options?: LoadOptions): Promise<Extracted | Archive>
  /** Ends its worker; what is pending rejects with ClosedError, and so does every later `load`. */
  close(): Promise<void>
}

/** Where a loader does its work. */
export interface LoaderOptions {
  /**
   * Whether files are read in a worker, or what makes that worker: a module worker that runs the loader's file in `dist/load` of `@voisin/rag`,
   * `html/voisin-load-html-worker.js` (HTML, EPUB), `docx/voisin-load-docx-worker.js` (DOCX, ODT, XLSX), `pdf/voisin-load-pdf-worker.js`,
   * `email/voisin-load-email-worker.js` or `zip/voisin-load-zip-worker.js`.
   * @default true in pages and their workers; false elsewhere
   */
  readonly worker?: boolean | (() => WorkerLike)
}
