import { type Chunk, type Document, LimitError, type Payload } from '@voisin/spec'

/** All chunks of a long document become visible by one entry of the log, which ends at 64 MiB. */
const MOST_BYTES = 48 * 2 ** 20
/** Of a number, a date and the like. */
const VALUE_BYTES = 9
/** Of a chunk beside its text, headings and metadata. */
const CHUNK_BYTES = 400

/** @throws {LimitError} What is stored of a document would be too much for one write: said before anything is embedded. */
export function checkSize(document: Document, metadata: Payload, chunks: readonly Chunk[]): void {
  const perChunk = CHUNK_BYTES + 2 * document.id.length + sizeOf(metadata)
  let units = 0
  for (const { text, headings, lead = '' } of chunks) units += perChunk + text.length + headings.join().length + lead.length
  // A unit is at most three bytes, and mostly one: measured only where that matters.
  if (3 * units <= MOST_BYTES) return
  let bytes = chunks.length * perChunk
  for (const { text, headings, lead = '' } of chunks) bytes += bytesOf(text) + bytesOf(headings.join()) + bytesOf(lead)
  if (bytes <= MOST_BYTES) return
  throw new LimitError(`The document "${document.id}" is too long.`, {
    expected: `at most ${MOST_BYTES} bytes of chunks, each with the document’s metadata`,
    received: `about ${bytes} bytes in ${chunks.length} chunks`,
    remedy: 'Split it, or give it less metadata.',
  })
}

const encoder = new TextEncoder()

function bytesOf(text: string): number {
  return encoder.encode(text).length
}

/** About how many bytes plain data takes. */
export function sizeOf(value: unknown): number {
  if (typeof value === 'string') return 1 + bytesOf(value)
  if (typeof value !== 'object' || value === null || value instanceof Date) return VALUE_BYTES
  if (value instanceof Uint8Array) return VALUE_BYTES + value.length
  if (Array.isArray(value)) return value.reduce((sum: number, element) => sum + sizeOf(element), 1)
  return Object.entries(value).reduce((sum, [key, element]) => sum + sizeOf(key) + sizeOf(element), 1)
}
