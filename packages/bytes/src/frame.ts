import { CorruptDataError, UnsupportedError } from '@voisin/spec'
import type { OwnBytes } from './byte-writer.ts'
import { checksum } from './checksum.ts'

// Every record that voisin stores is one frame. Little-endian.
//
//   0        4      5         6       8        12         16                16 + length
//   ├ magic ─┼ kind ┼ version ┼ zeros ┼ length ┼ checksum ┼ body … ─────────┤
//
// The checksum covers everything but itself: xxHash32 of bytes 0 … 11, times 0x9e3779b1, exclusive-or xxHash32 of the body.
const MAGIC = 0x4e53_4f56 // 'VOSN'
const HEADER_BYTES = 16

/** What a frame holds; part of the checksum, so that a record of one kind is never read as another. */
export const FRAME_KINDS = { entry: 1, block: 2, manifest: 3, collection: 4, head: 5 } as const

export type FrameKind = keyof typeof FRAME_KINDS

/** What is written; see docs/format.md. */
export const FORMAT_VERSION = 1

function checksumOf(frame: Uint8Array): number {
  const header = checksum(frame.subarray(0, 12))
  const body = checksum(frame.subarray(HEADER_BYTES))
  return (Math.imul(header, 0x9e3779b1) ^ body) >>> 0
}

/** Wraps a body as a record of the given kind. */
export function seal(kind: FrameKind, body: Uint8Array): OwnBytes {
  const frame = new Uint8Array(HEADER_BYTES + body.length)
  const view = new DataView(frame.buffer)
  view.setUint32(0, MAGIC, true)
  frame[4] = FRAME_KINDS[kind]
  frame[5] = FORMAT_VERSION
  view.setUint32(8, body.length, true)
  frame.set(body, HEADER_BYTES)
  view.setUint32(12, checksumOf(frame), true)
  return frame
}

/** The checksum that a sealed record carries: how another record names it. */
export function sealOf(frame: Uint8Array): number {
  return new DataView(frame.buffer, frame.byteOffset).getUint32(12, true)
}

/**
 * The body of a record; a view of its bytes, not a copy.
 *
 * @param version Which it must be of: an older one is asked for by whoever can read it.
 * @throws {CorruptDataError} It is no such record, or its bytes were altered.
 * @throws {UnsupportedError} A newer version wrote it.
 */
export function unseal(kind: FrameKind, record: unknown, version: number = FORMAT_VERSION): Uint8Array {
  if (!(record instanceof Uint8Array) || record.length < HEADER_BYTES) {
    throw new CorruptDataError(`A stored ${kind} is not readable.`, {
      expected: `at least ${HEADER_BYTES} bytes`,
      received: record instanceof Uint8Array ? `${record.length}` : typeof record,
    })
  }
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength)
  const isIntact =
    view.getUint32(0, true) === MAGIC &&
    record[4] === FRAME_KINDS[kind] &&
    view.getUint32(8, true) === record.length - HEADER_BYTES &&
    view.getUint32(12, true) === checksumOf(record)
  if (!isIntact) throw new CorruptDataError(`A stored ${kind} fails its checksum: its bytes were altered or cut off.`)
  if (record[5] !== version) {
    throw new UnsupportedError(`A stored ${kind} has a format that this version of voisin does not know.`, {
      expected: `format version ${version}`,
      received: `${record[5]}`,
      remedy: 'Update voisin in every tab.',
    })
  }
  return record.subarray(HEADER_BYTES)
}
