import type { ByteReader, ByteWriter } from '@voisin/bytes'
import { CorruptDataError } from '@voisin/spec'

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

export function readKind(reader: ByteReader): { kind: BlockKind; vector: string } {
  const kind = KINDS[reader.u8()]
  if (kind === undefined) throw new CorruptDataError('A stored block is of an unknown kind.')
  return { kind, vector: reader.string() }
}

export function writeReference(writer: ByteWriter, { kind, vector, id, checksum, bytes, rows }: BlockReference): void {
  writeKind(writer, kind, vector)
  writer.u64(id)
  writer.u32(checksum)
  writer.u32(bytes)
  writer.u32(rows)
}

export function readReference(reader: ByteReader): BlockReference {
  const { kind, vector } = readKind(reader)
  return { kind, vector, id: reader.u64(), checksum: reader.u32(), bytes: reader.u32(), rows: reader.u32() }
}
