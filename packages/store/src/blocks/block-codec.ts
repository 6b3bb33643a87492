import { ByteReader, ByteWriter, seal, sealOf, unseal } from '@voisin/bytes'
import { CorruptDataError, type PointId } from '@voisin/spec'
import { readIds, readLengths, writeIds } from '../points/column-codec.ts'
import { type BlockKind, type BlockReference, isDerived, readKind, writeKind } from './block-reference.ts'

/**
 * No body is smaller, if need be by zeros at its end: Chromium keeps values from 64 KiB on in files of their own, which are synced
 * before a strict commit counts and give their space back when they are deleted.
 */
export const LEAST_BODY_BYTES: number = 64 * 1024

/** What both records of a block say of it. */
interface Head {
  readonly collection: number
  readonly id: number
  readonly kind: BlockKind
  /** As in its reference. */
  readonly vector: string
  /** Elements of a vector; else 0. */
  readonly dim: number
  readonly rows: number
  /** Of each row; none where rows are links. */
  readonly ids: readonly PointId[]
  /** The write that each row is of; 0: of the entry that names the block. None where rows are links. */
  readonly lsns: readonly number[]
  /** The last write that was known when the block was stored. */
  readonly notBefore: number
}

/** A block to be stored. */
export type BlockContent = Omit<Head, 'id' | 'dim' | 'rows'> &
  (
    | { readonly kind: 'payloads'; readonly payloads: readonly Uint8Array[] }
    | { readonly kind: 'vectors'; readonly dim: number; readonly data: Float32Array }
    | { readonly kind: 'words'; readonly pack: Uint8Array }
    | { readonly kind: 'links'; readonly rows: number; readonly pack: Uint8Array }
  )

/** A block's rows, read back. Of `payloads`, `data` and `pack` all but one are empty, by kind. */
export interface BlockRows extends Head {
  readonly payloads: readonly Uint8Array[]
  readonly data: Float32Array
  readonly pack: Uint8Array
}

/** Both records of a block, with its name. */
export interface SealedBlock {
  readonly reference: BlockReference
  readonly head: Uint8Array
  readonly body: Uint8Array
}

// Body and head as docs/format.md draws them.
export function sealBlock(id: number, content: BlockContent): SealedBlock {
  const { kind, vector } = content
  const head = encodeHead(id, content)
  const writer = new ByteWriter(head.length + bytesOf(content) + 64)
  writer.u32(head.length)
  writer.bytes(head)
  if (content.kind === 'vectors') {
    // In its record, too, behind a frame's header of 16 bytes.
    writer.align(4)
    writer.floats(content.data)
  } else if (content.kind === 'payloads') for (const payload of content.payloads) writer.bytes(payload)
  else {
    writer.u32(content.pack.length)
    writer.bytes(content.pack)
  }
  writer.pad(LEAST_BODY_BYTES)
  const body = seal('block', writer.finish())
  const reference = { kind, vector, id, checksum: sealOf(body), bytes: body.length, rows: rowsIn(content) }
  const headWriter = new ByteWriter(head.length + 8)
  headWriter.bytes(head)
  headWriter.u32(reference.checksum)
  headWriter.u32(reference.bytes)
  return { reference, head: seal('head', headWriter.finish()), body }
}

/**
 * Reads a body and holds it against its name: the right block, every byte as it was written.
 * @throws {CorruptDataError} It is not.
 */
export function openBody(record: unknown, reference: BlockReference, collection: number): BlockRows {
  const rows = readBody(record, collection, reference.id)
  const { kind, vector } = rows
  if (sealOf(record as Uint8Array) !== reference.checksum || kind !== reference.kind || vector !== reference.vector) {
    throw new CorruptDataError('A block is not the one that was named.')
  }
  if (rows.rows === reference.rows) return rows
  throw new CorruptDataError(`A block has ${rows.rows} rows, and its name says ${reference.rows}.`)
}

/** Reads a body that nothing names, where it was found: for what is left when every manifest is gone. */
export function readBody(record: unknown, collection: number, id: number): BlockRows {
  const reader = new ByteReader(unseal('block', record))
  const headBytes = reader.u32()
  const headReader = new ByteReader(reader.bytes(headBytes))
  const { lengths, ...head } = decodeHead(headReader)
  headReader.end()
  if (head.collection !== collection || head.id !== id) throw new CorruptDataError('A block lies in another one’s place.')
  if (head.kind === 'vectors') {
    reader.align(4)
    return { ...head, ...NONE, data: reader.floats(head.ids.length * head.dim) }
  }
  if (isDerived(head.kind)) return { ...head, ...NONE, pack: reader.bytes(reader.u32()) }
  return { ...head, ...NONE, payloads: lengths.map((length) => reader.bytes(length)) }
}

const NONE = { payloads: [], data: new Float32Array(0), pack: new Uint8Array(0) }

function rowsIn(content: BlockContent): number {
  return content.kind === 'links' ? content.rows : content.ids.length
}

function bytesOf(content: BlockContent): number {
  if (content.kind === 'vectors') return content.data.byteLength
  return 'pack' in content ? content.pack.length : content.payloads.reduce((sum, { length }) => sum + length, 0)
}

/**
 * Reads a head: whose rows a block has, without their contents.
 * @throws {CorruptDataError} It is none, or another block's.
 */
export function openHead(record: unknown, collection: number, id: number): Pick<BlockRows, 'kind' | 'ids' | 'lsns'> {
  const head = decodeHead(new ByteReader(unseal('head', record)))
  if (head.collection === collection && head.id === id) return head
  throw new CorruptDataError('A block’s head lies in another one’s place.')
}

function encodeHead(id: number, content: BlockContent): Uint8Array {
  const { collection, kind, vector, ids, lsns, notBefore } = content
  const writer = new ByteWriter(64 + ids.length * 32)
  writer.u64(collection)
  writer.u64(id)
  writeKind(writer, kind, vector)
  writer.u32(content.kind === 'vectors' ? content.dim : 0)
  writer.u64(notBefore)
  if (content.kind === 'links') {
    writer.u32(content.rows)
    return writer.finish()
  }
  writeIds(writer, ids)
  for (const lsn of lsns) writer.u64(lsn)
  if (content.kind === 'payloads') for (const { length } of content.payloads) writer.u32(length)
  return writer.finish()
}

function decodeHead(reader: ByteReader): Head & { readonly lengths: readonly number[] } {
  const collection = reader.u64()
  const id = reader.u64()
  const { kind, vector } = readKind(reader)
  const dim = reader.u32()
  const notBefore = reader.u64()
  const common = { collection, id, kind, vector, dim, notBefore }
  if (kind === 'links') return { ...common, rows: reader.u32(), ids: [], lsns: [], lengths: [] }
  const ids = readIds(reader)
  const lsns = ids.map(() => reader.u64())
  const lengths = kind === 'payloads' ? readLengths(reader, ids.length) : []
  return { ...common, rows: ids.length, ids, lsns, lengths }
}
