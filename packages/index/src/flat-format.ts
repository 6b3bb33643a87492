import { checksum } from '@voisin/bytes'
import { CorruptDataError, type Metric, UnsupportedError } from '@voisin/spec'
import { MAX_DIM } from './layout.ts'
import { METRICS, metricCode } from './metric-code.ts'

// A flat index as bytes, little-endian.
//   0        8         12    16       20      24          28          32
//   ├ magic ─┼ version ┼ dim ┼ metric ┼ count ┼ liveCount ┼ checksum ┼ vectors: count × dim f32 ┼ live: ⌈count / 8⌉ bytes ┤
// Vectors are as they were given, deleted ones included, in order of offset. Bit i of `live` (byte i >> 3, lowest first) says that
// offset i is not deleted; the bits after the last are 0. The checksum is xxHash32 of everything else, the header first.
const MAGIC = 'VOISINFL'
const VERSION = 1
const HEADER_BYTES = 32
const CHECKSUM_AT = 28

/** What a flat index's bytes hold. */
export interface FlatContents {
  readonly dim: number
  readonly metric: Metric
  readonly count: number
  readonly liveCount: number
  /** count × dim, row-major. */
  readonly vectors: Float32Array
  /** ⌈count / 8⌉ bytes. */
  readonly live: Uint8Array
}

/** The bytes of an empty file for these contents, with the places where the vectors and the live bits are to be written. */
export function openFlatBytes(count: number, dim: number): { bytes: Uint8Array; vectors: Float32Array; live: Uint8Array } {
  const vectorBytes = count * dim * 4
  const bytes = new Uint8Array(HEADER_BYTES + vectorBytes + Math.ceil(count / 8))
  return {
    bytes,
    vectors: new Float32Array(bytes.buffer, HEADER_BYTES, count * dim),
    live: bytes.subarray(HEADER_BYTES + vectorBytes),
  }
}

/** Writes the header over `bytes` from `openFlatBytes`, once everything else is in them. */
export function sealFlatBytes(
  bytes: Uint8Array,
  { dim, metric, count, liveCount }: Omit<FlatContents, 'vectors' | 'live'>,
): void {
  for (let i = 0; i < MAGIC.length; i++) bytes[i] = MAGIC.charCodeAt(i)
  const header = new DataView(bytes.buffer)
  header.setUint32(8, VERSION, true)
  header.setUint32(12, dim, true)
  header.setUint32(16, metricCode(metric), true)
  header.setUint32(20, count, true)
  header.setUint32(24, liveCount, true)
  header.setUint32(CHECKSUM_AT, checksumOf(bytes), true)
}

/**
 * Reads what `sealFlatBytes` sealed.
 * @throws {CorruptDataError} They are not a flat index's bytes, or damaged.
 * @throws {UnsupportedError} A later version wrote them.
 */
export function readFlatBytes(bytes: Uint8Array): FlatContents {
  if (bytes.byteLength < HEADER_BYTES) throw corrupt(`at least ${HEADER_BYTES} bytes`, `${bytes.byteLength}`)
  const magic = String.fromCharCode(...bytes.subarray(0, 8))
  if (magic !== MAGIC) throw corrupt(`${MAGIC} at the start`, JSON.stringify(magic))
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const version = header.getUint32(8, true)
  if (version !== VERSION) {
    throw new UnsupportedError('These bytes were written by another version.', {
      expected: `version ${VERSION}`,
      received: `version ${version}`,
      remedy: 'Update voisin, or write the index again.',
    })
  }
  const dim = header.getUint32(12, true)
  const metric = METRICS[header.getUint32(16, true)]
  const count = header.getUint32(20, true)
  const liveCount = header.getUint32(24, true)
  if (dim < 1 || dim > MAX_DIM || metric === undefined || liveCount > count)
    throw corrupt('a possible header', 'an impossible one')
  const vectorBytes = count * dim * 4
  const length = HEADER_BYTES + vectorBytes + Math.ceil(count / 8)
  if (bytes.byteLength !== length) throw corrupt(`${length} bytes`, `${bytes.byteLength}`)
  const found = checksumOf(bytes)
  const stored = header.getUint32(CHECKSUM_AT, true)
  if (found !== stored) throw corrupt(`checksum ${stored}`, `${found}`)
  // A copy where the bytes lie at an odd address, which a Float32Array cannot view. (A slice of a Node Buffer would be no copy.)
  const start = bytes.byteOffset + HEADER_BYTES
  const vectors =
    start % 4 === 0
      ? new Float32Array(bytes.buffer, start, count * dim)
      : new Float32Array(new Uint8Array(bytes.subarray(HEADER_BYTES, HEADER_BYTES + vectorBytes)).buffer)
  return { dim, metric, count, liveCount, vectors, live: bytes.subarray(HEADER_BYTES + vectorBytes) }
}

// Of two parts, because the checksum's own four bytes lie between them.
function checksumOf(bytes: Uint8Array): number {
  const parts = new Uint32Array([checksum(bytes.subarray(0, CHECKSUM_AT)), checksum(bytes.subarray(HEADER_BYTES))])
  return checksum(new Uint8Array(parts.buffer))
}

function corrupt(expected: string, received: string): CorruptDataError {
  return new CorruptDataError('These are not the whole bytes of a flat index.', {
    expected,
    received,
    remedy: 'Build the index again from the vectors.',
  })
}
