import { ModelLoadError } from '@voisin/spec'
import { crc32 } from './crc32.ts'
import { refusal } from './refusal.ts'

// The layout stands in docs/format.md, "Built-in model".
const MAGIC = 0x494e4d56
const VERSION = 1
const CHECK_AT = 12
const CHECK_END = 16
export const HEADER_BYTES = 64

// Of what goes into exp(): sums of the squares of such numbers stay finite, and none is 0.
const LARGEST_EXPONENT = 80
const LARGEST_SPELLING = 1e30

/** The numbers at the start of a model's file. */
export interface ModelHeader {
  readonly dim: number
  readonly words: number
  readonly pieces: number
  readonly rows: number
  /** Codes of a row; divides `dim`. */
  readonly parts: number
  /** Code points of a gram. */
  readonly gram: number
  /** Code points of the longest piece. */
  readonly longest: number
  readonly discount: number
  /** The length of a spelling's vector; 0 where the model has no spellings. */
  readonly spelling: number
  /** Row r is as long as exp(low + levels[r] · step) makes it. */
  readonly low: number
  readonly step: number
  readonly wordBytes: number
  readonly pieceBytes: number
}

/**
 * Reads the header. Afterwards the bytes are known to be whole and unaltered, and every section to lie within them.
 *
 * @param isVerified Whether the caller sees to it that they are unaltered.
 * @throws {ModelLoadError}
 */
export function readHeader(bytes: Uint8Array, isVerified: boolean): ModelHeader {
  if (bytes.byteLength < HEADER_BYTES) throw refusal(`at least ${HEADER_BYTES} bytes`, `${bytes.byteLength}`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const magic = view.getUint32(0, true)
  if (magic !== MAGIC) throw refusal(`magic ${hex(MAGIC)}`, hex(magic))
  const version = view.getUint16(4, true)
  if (version !== VERSION) {
    throw new ModelLoadError('This static model is of another format version.', {
      expected: `version ${VERSION}`,
      received: `version ${version}`,
      remedy: 'Use the model file and the code of the same release.',
    })
  }
  const length = view.getUint32(8, true)
  if (bytes.byteLength !== length) throw refusal(`${length} bytes`, `${bytes.byteLength}`)
  if (!isVerified) checkSum(bytes, view.getUint32(CHECK_AT, true))
  const header: ModelHeader = {
    dim: view.getUint16(6, true),
    words: view.getUint32(16, true),
    pieces: view.getUint32(20, true),
    rows: view.getUint32(24, true),
    parts: view.getUint16(28, true),
    gram: view.getUint8(30),
    longest: view.getUint8(31),
    discount: view.getFloat32(32, true),
    spelling: view.getFloat32(36, true),
    low: view.getFloat32(40, true),
    step: view.getFloat32(44, true),
    wordBytes: view.getUint32(48, true),
    pieceBytes: view.getUint32(52, true),
  }
  if (view.getBigUint64(56, true) !== 0n) throw refusal('zeros at the end of the header', hex(view.getUint32(56, true)))
  checkNumbers(header, length)
  return header
}

function checkSum(bytes: Uint8Array, stored: number): void {
  const found = crc32(bytes.subarray(CHECK_END), crc32(bytes.subarray(0, CHECK_AT)))
  if (found !== stored) throw refusal(`checksum ${hex(stored)}`, hex(found))
}

// From here on damage is out of the question; what remains is bytes that someone else made.
function checkNumbers(header: ModelHeader, length: number): void {
  const { dim, rows, parts, gram, discount, spelling, low, step, wordBytes, pieceBytes } = header
  if (dim < 1 || parts < 1 || dim % parts !== 0) throw refusal('a dim that is a multiple of parts', `dim ${dim}, parts ${parts}`)
  const sections = HEADER_BYTES + wordBytes + pieceBytes + dim * 256 + rows + rows * parts
  if (sections !== length) throw refusal(`sections of ${length} bytes in all`, `${sections}`)
  const check = (name: string, value: number, least: number, most: number) => {
    if (!(value >= least && value <= most)) throw refusal(`${name} from ${least} to ${most}`, `${value}`)
  }
  check('discount', discount, -LARGEST_EXPONENT, LARGEST_EXPONENT)
  check('spelling', spelling, 0, LARGEST_SPELLING)
  check('low', low, -LARGEST_EXPONENT, LARGEST_EXPONENT)
  check('low + 255 · step', low + 255 * step, -LARGEST_EXPONENT, LARGEST_EXPONENT)
  if (spelling > 0) check('gram', gram, 1, 255)
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`
}
