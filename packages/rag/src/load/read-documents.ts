import { type Document, InvalidArgumentError, type LongCallOptions } from '@voisin/spec'
import { digest } from '../hashes.ts'
import type { FailedDocument } from '../ingest/outcome.ts'
import type { Loader } from './loader.ts'
import { readFile } from './read-file.ts'

/** What can be read as a document: the document itself, a text without a name, or a text file. */
export type DocumentInput<M extends object = object> = Document<M> | File | string

/** One input or many, in an array, a FileList, or anything iterable. */
export type DocumentInputs<M extends object = object> =
  | DocumentInput<M>
  | Iterable<DocumentInput<M>>
  | ArrayLike<DocumentInput<M>>

export interface ReadResult {
  readonly documents: readonly Document[]
  readonly failed: readonly FailedDocument[]
  /** What was left out of documents or repaired in them, in sentences. */
  readonly notices: readonly { readonly id: string; readonly notice: string }[]
}

export interface ReadOptions extends LongCallOptions {
  /** What reads files that are no texts: `[html(), docx()]`. @default none */
  readonly loaders?: readonly Loader[]
  /** Largest file, in bytes, and largest of an archive; a larger one fails with a LimitError. @default 33,554,432 (32 MiB) */
  readonly maxFileBytes?: number
}

/** Bytes. */
const MAX_FILE_BYTES = 32 * 2 ** 20

/**
 * Reads inputs as documents, in order. A file's id is its path in the folder it was chosen with, else its name; of one in an archive, the
 * archive's id, a slash and its path there. Its metadata are `{ name, title, language, encoding }`, as far as it says them; the encoding where it is
 * not UTF-8. A text without a name gets an id from its content, so that the same text is the same document.
 *
 * One bad input does not stop the rest: it is in `failed`, with an UnsupportedError (of a format that is not read, or not without a loader: the
 * error names it), a LimitError (too large), a CorruptDataError (damaged), an InvalidArgumentError (of no known encoding) or the browser's own
 * error (the file is gone).
 */
export async function readDocuments(inputs: DocumentInputs, options: ReadOptions = {}): Promise<ReadResult> {
  const { loaders = [], maxFileBytes = MAX_FILE_BYTES, signal, onProgress } = options
  const documents: Document[] = []
  const failed: FailedDocument[] = []
  const notices: { id: string; notice: string }[] = []
  const given = toArray(inputs)
  for (const [index, input] of given.entries()) {
    signal?.throwIfAborted()
    if (typeof input === 'string') {
      documents.push({ id: `text-${digest(input).slice(0, 16)}`, text: input })
    } else if (isFile(input)) {
      onProgress?.({ phase: 'read', done: index, total: given.length, unit: 'documents' })
      for await (const outcome of readFile(input, { loaders, maxFileBytes, signal })) {
        if ('failure' in outcome) failed.push(outcome.failure)
        else {
          documents.push(outcome.document)
          for (const notice of outcome.notices) notices.push({ id: outcome.document.id, notice })
        }
      }
    } else {
      documents.push(input as Document)
    }
  }
  return { documents, failed, notices }
}

function toArray(inputs: DocumentInputs): readonly DocumentInput[] {
  if (typeof inputs === 'string' || isFile(inputs)) return [inputs]
  if (typeof inputs === 'object' && inputs !== null) {
    if (Symbol.iterator in inputs) return [...inputs]
    if ('length' in inputs) return Array.from(inputs)
    return [inputs]
  }
  throw new InvalidArgumentError('There is nothing to read.', {
    expected: 'a document { id, text }, a File, a string, or several of these',
    received: String(inputs),
  })
}

// A File of another realm (an iframe's) is one too.
function isFile(input: unknown): input is File {
  return typeof input === 'object' && input !== null && typeof (input as File).arrayBuffer === 'function' && 'name' in input
}
