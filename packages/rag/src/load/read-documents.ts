import { type Document, InvalidArgumentError, LimitError, UnsupportedError } from '@voisin/spec'
import { digest } from '../hashes.ts'
import type { FailedDocument } from '../ingest/outcome.ts'
import { decodeText } from './decode-text.ts'

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
}

export interface ReadOptions {
  readonly signal?: AbortSignal
  /** Largest file, in bytes; a larger one fails with a LimitError. @default 33,554,432 (32 MiB) */
  readonly maxFileBytes?: number
}

const TEXT_EXTENSIONS = new Set('md markdown mdown mkd mdx txt text log rst adoc asciidoc org tex csv tsv srt vtt'.split(' '))
const TEXT_TYPES = new Set([
  'text/plain',
  'text/markdown',
  'text/x-markdown',
  'text/csv',
  'text/tab-separated-values',
  'text/vtt',
])

/**
 * Reads inputs as documents, in order. A file's id is its path in the folder it was chosen with, else its name; its metadata are
 * `{ name }`. A text without a name gets an id from its content, so that the same text is the same document.
 *
 * One bad input does not stop the rest: it is in `failed`, with an UnsupportedError (no text file), a LimitError (too large), an
 * InvalidArgumentError (not UTF-8) or the browser's own error (the file is gone).
 */
export async function readDocuments(inputs: DocumentInputs, options: ReadOptions = {}): Promise<ReadResult> {
  const documents: Document[] = []
  const failed: FailedDocument[] = []
  for (const input of toArray(inputs)) {
    options.signal?.throwIfAborted()
    if (typeof input === 'string') {
      documents.push({ id: `text-${digest(input).slice(0, 16)}`, text: input })
    } else if (isFile(input)) {
      const id = input.webkitRelativePath || input.name
      try {
        documents.push({ id, text: await readFile(input, options.maxFileBytes ?? 32 * 2 ** 20), metadata: { name: input.name } })
      } catch (error) {
        failed.push({ id, error: error as Error })
      }
    } else {
      documents.push(input as Document)
    }
  }
  return { documents, failed }
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

async function readFile(file: File, maxFileBytes: number): Promise<string> {
  if (!isTextFile(file)) {
    throw new UnsupportedError(`"${file.name}" is not a text file.`, {
      expected: 'Markdown or plain text',
      received: file.type === '' ? 'an unknown type' : file.type,
      remedy: 'Extract its text and add it as { id, text }.',
    })
  }
  if (file.size > maxFileBytes) {
    throw new LimitError(`"${file.name}" is too large.`, {
      expected: `at most ${maxFileBytes} bytes`,
      received: `${file.size} bytes`,
      remedy: 'Split it, or raise maxFileBytes.',
    })
  }
  return decodeText(await file.arrayBuffer(), file.name)
}

function isTextFile({ name, type }: File): boolean {
  const essence = type.split(';')[0]!.trim().toLowerCase()
  if (TEXT_TYPES.has(essence)) return true
  const extension = /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase()
  if (extension === undefined) return essence === ''
  return TEXT_EXTENSIONS.has(extension)
}
