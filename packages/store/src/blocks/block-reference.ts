import type { ByteReader, ByteWriter } from '@voisin/bytes'
import { UnsupportedError } from '@voisin/spec'

/**
 * What a block holds: payloads, vectors of one name, the words of payloads' texts, or the links among vectors of one name; words and links
 * can be made again.
 */
export type BlockKind = 'payloads' | 'vectors' | 'words' | 'links'

/** Names a block by its id and the checksum its body must have. */
export interface BlockReference {
  readonly kind: BlockKind
  /** Name of the vector, of links too; of words, what made them; '' for payloads. */
  readonly vector: string
  readonly id: number
  readonly checksum: number
  /** Bytes of the body's record. */
  readonly bytes: number
  readonly rows: number
}

const KINDS: readonly BlockKind[] = ['payloads', 'vectors', 'words', 'links']
/** Kinds from here on can be made again: whoever does not know one passes its blocks over. */
const DERIVED_FROM = 128

/** Whether rows of a kind hold what stands in payloads, so that they must not outlive a deletion. */
export function holdsPayloads(kind: BlockKind): boolean {
  return kind === 'payloads' || kind === 'words'
}

/** Whether what rows of a kind hold can be made again. */
export function isDerived(kind: BlockKind): boolean {
  return kind === 'words' || kind === 'links'
}

export function writeKind(writer: ByteWriter, kind: BlockKind, vector: string): void {
  writer.u8(KINDS.indexOf(kind))
  writer.string(vector)
}

/** @throws {UnsupportedError} A newer version wrote it. */
export function readKind(reader: ByteReader): { kind: BlockKind; vector: string } {
  return knownKind(reader.u8(), reader.string())
}

function knownKind(number: number, vector: string): { kind: BlockKind; vector: string } {
  const kind = KINDS[number]
  if (kind !== undefined) return { kind, vector }
  throw new UnsupportedError('A stored block is of a kind that this version of voisin does not know.', {
    expected: `a kind below ${KINDS.length}`,
    received: String(number),
    remedy: 'Update voisin in every tab.',
  })
}

export function writeReference(writer: ByteWriter, { kind, vector, id, checksum, bytes, rows }: BlockReference): void {
  writeKind(writer, kind, vector)
  writer.u64(id)
  writer.u32(checksum)
  writer.u32(bytes)
  writer.u32(rows)
}

/** @throws {UnsupportedError} A newer version wrote it. */
export function readReference(reader: ByteReader): BlockReference {
  return { ...readKind(reader), ...readName(reader) }
}

/**
 * The same; undefined for a block that is derived in a way that this version does not know.
 * @throws {UnsupportedError} A newer version wrote it, and it may not be passed over.
 */
export function readReferenceIfKnown(reader: ByteReader): BlockReference | undefined {
  const number = reader.u8()
  const vector = reader.string()
  const name = readName(reader)
  return number < DERIVED_FROM ? { ...knownKind(number, vector), ...name } : undefined
}

function readName(reader: ByteReader): Omit<BlockReference, 'kind' | 'vector'> {
  return { id: reader.u64(), checksum: reader.u32(), bytes: reader.u32(), rows: reader.u32() }
}
