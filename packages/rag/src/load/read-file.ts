import { type Document, type LatePart, LimitError, latePart, UnsupportedError } from '@voisin/spec'
import type { FailedDocument } from '../ingest/outcome.ts'
import { decodeText } from './decode-text.ts'
import type { Extracted } from './extracted.ts'
import { findReader } from './find-reader.ts'
import { textExtensions } from './formats.ts'
import type { Archive, Loader } from './loader.ts'

/** Of text files: only who adds files needs them. */
export const lateReaders: LatePart<typeof import('./read-text.ts')> = latePart(
  'The readers of text files',
  ['@voisin/rag/eager'],
  () => import('./read-text.ts'),
)

/** A file of the disk, or one in an archive. */
interface Source {
  readonly id: string
  readonly name: string
  /** MIME type, or ''. */
  readonly type: string
  readonly size: number
  readonly isInArchive: boolean
  bytes(): Promise<ArrayBuffer>
}

interface ReadCall {
  readonly loaders: readonly Loader[]
  readonly maxFileBytes: number
  readonly signal?: AbortSignal | undefined
}

/** What came of one file; of an archive, of each file in it. */
export type FileOutcome =
  | { readonly document: Document; readonly notices: readonly string[] }
  | { readonly failure: FailedDocument }

/** Reads a file of the disk. What cannot be read is an outcome, too; it throws the signal's reason alone. */
export async function* readFile(file: File, call: ReadCall): AsyncGenerator<FileOutcome, void, void> {
  const { name, type, size } = file
  const id = file.webkitRelativePath || name
  yield* readSource({ id, name, type, size, isInArchive: false, bytes: async () => await file.arrayBuffer() }, call)
}

async function* readSource(source: Source, call: ReadCall): AsyncGenerator<FileOutcome, void, void> {
  try {
    const read = await extract(source, call)
    if ('entries' in read) yield* readArchive(source, read, call)
    else yield { document: documentOf(source, read), notices: read.notices ?? [] }
  } catch (error) {
    call.signal?.throwIfAborted()
    yield { failure: { id: source.id, error: error as Error } }
  }
}

async function extract(source: Source, { loaders, maxFileBytes, signal }: ReadCall): Promise<Extracted | Archive> {
  const { name, size, isInArchive } = source
  const isTooLarge = size > maxFileBytes
  const reader = await findReader(source, loaders, async () => {
    if (isTooLarge) throw tooLarge(source, maxFileBytes)
    return new Uint8Array(await source.bytes())
  })
  if ('loader' in reader && isInArchive && reader.loader.name === 'zip') {
    throw new UnsupportedError(`"${name}" is an archive in an archive.`, { remedy: 'Unpack it, and add what is in it.' })
  }
  if (isTooLarge) throw tooLarge(source, maxFileBytes)
  const bytes = await source.bytes()
  if ('loader' in reader) {
    const extensions = [...textExtensions(), ...loaders.flatMap((loader) => loader.extensions)]
    return await reader.loader.load({ name, bytes }, { extensions, maxFileBytes, ...(signal && { signal }) })
  }
  const { text, encoding } = await decodeText(new Uint8Array(bytes), name)
  const { readText } = await lateReaders.load()
  return { ...readText(text, reader.format), ...(encoding !== 'utf-8' && { encoding }) }
}

/** @throws Why the archive itself cannot be read, or not to its end. */
async function* readArchive(archive: Source, { entries }: Archive, call: ReadCall): AsyncGenerator<FileOutcome, void, void> {
  for await (const entry of entries) {
    const path = cleanPath(entry.path)
    const id = `${archive.id}/${path}`
    if ('error' in entry) {
      yield { failure: { id, error: entry.error } }
      continue
    }
    const bytes = 'bytes' in entry ? entry.bytes : new ArrayBuffer(0)
    const name = path.slice(path.lastIndexOf('/') + 1)
    yield* readSource({ id, name, type: '', size: bytes.byteLength, isInArchive: true, bytes: async () => bytes }, call)
  }
}

/** A path in an archive as a part of an id: no way out of it, no drive, no control characters. */
function cleanPath(path: string): string {
  const parts = path.replaceAll('\\', '/').split('/')
  const clean = parts
    .map((part) => part.replace(/\p{Cc}|^[a-z]:$/giu, ''))
    .filter((part) => part !== '' && part !== '.' && part !== '..')
  return clean.join('/') || 'unnamed'
}

function documentOf({ id, name }: Source, extracted: Extracted): Document {
  const { text, format, title, language, encoding, places } = extracted
  const metadata = { name, ...(title && { title }), ...(language && { language }), ...(encoding && { encoding }) }
  return { id, text, metadata, ...(format && { format }), ...(places && places.length > 0 && { places }) }
}

function tooLarge({ name, size }: Source, maxFileBytes: number): LimitError {
  return new LimitError(`"${name}" is too large.`, {
    expected: `at most ${maxFileBytes} bytes`,
    received: `${size} bytes`,
    remedy: 'Split it, or raise maxFileBytes.',
  })
}
