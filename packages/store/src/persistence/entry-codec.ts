import { ByteReader, ByteWriter, seal, unseal } from '@voisin/bytes'
import { CorruptDataError, type PointId } from '@voisin/spec'
import { type PointRun, readId, readRun, writeId, writeRun } from './point-run.ts'

/** Names a block by its id and the checksum it must have. */
export interface BlockReference {
  readonly id: number
  readonly checksum: number
  /** Bytes of the record. */
  readonly bytes: number
  /** Points in it. */
  readonly count: number
}

/** A change of payloads: merged into the top level of each point's payload when the entry is applied, never before. */
export interface Patch {
  readonly ids: readonly PointId[]
  /** Encoded payload. */
  readonly payload: Uint8Array
}

/** One write, before it has a place in the log. Upserts come first (`run`, or the blocks that hold them), then patches, then deletes. */
export interface Changes {
  readonly run: PointRun
  /** Sealed blocks that hold the upserts instead of `run`, where there are too many for one record. */
  readonly blocks: readonly BlockReference[]
  readonly patches: readonly Patch[]
  readonly deletes: readonly PointId[]
}

/** One committed write. */
export interface LogEntry extends Changes {
  /** Log sequence number: 1 for a collection's first write. */
  readonly lsn: number
  /** The entry before this one. Where it is not lsn − 1, what lies between was lost and given up. */
  readonly previous: number
}

// Body of an entry.
//
//   ├ lsn u64 ┼ previous u64 ┼ changes … ┤
//   changes: ├ block count u32 ┼ for each: id u64, checksum u32, bytes u32, count u32 ┤
//            ├ run (point-run.ts) ┤
//            ├ patch count u32 ┼ for each: id count u32, ids, payload (u32 length + CBOR) ┤
//            ├ delete count u32 ┼ ids ┤

/** Everything of an entry but its place, which is known only inside the transaction that commits it. */
export function encodeChanges(changes: Changes, dim: number): Uint8Array {
  const writer = new ByteWriter(256 + changes.run.vectors.byteLength + changes.run.ids.length * 64)
  writer.u32(changes.blocks.length)
  for (const block of changes.blocks) writeReference(writer, block)
  writeRun(writer, changes.run, dim)
  writer.u32(changes.patches.length)
  for (const { ids, payload } of changes.patches) {
    writer.u32(ids.length)
    for (const id of ids) writeId(writer, id)
    writer.u32(payload.length)
    writer.bytes(payload)
  }
  writer.u32(changes.deletes.length)
  for (const id of changes.deletes) writeId(writer, id)
  return writer.finish()
}

/** The record of an entry: its changes with its place, sealed. */
export function sealEntry(lsn: number, previous: number, changes: Uint8Array): Uint8Array {
  const writer = new ByteWriter(16 + changes.length)
  writer.u64(lsn)
  writer.u64(previous)
  writer.bytes(changes)
  return seal('entry', writer.finish())
}

/** @throws {CorruptDataError} The record was altered, cut off, or is another entry's. */
export function decodeEntry(record: unknown, dim: number): LogEntry {
  const reader = new ByteReader(unseal('entry', record))
  const lsn = reader.u64()
  const previous = reader.u64()
  const blocks = readMany(reader, () => readReference(reader))
  const run = readRun(reader, dim)
  const patches = readMany(reader, () => ({
    ids: readMany(reader, () => readId(reader)),
    payload: reader.bytes(reader.u32()).slice(),
  }))
  const deletes = readMany(reader, () => readId(reader))
  reader.end()
  return { lsn, previous, run, blocks, patches, deletes }
}

/** The blocks that an entry names, without reading the rest of it; none where it is damaged. */
export function blocksNamedBy(record: unknown): BlockReference[] {
  try {
    const reader = new ByteReader(unseal('entry', record))
    reader.bytes(16)
    return readMany(reader, () => readReference(reader))
  } catch (error) {
    if (error instanceof CorruptDataError) return []
    throw error
  }
}

export function writeReference(writer: ByteWriter, block: BlockReference): void {
  writer.u64(block.id)
  writer.u32(block.checksum)
  writer.u32(block.bytes)
  writer.u32(block.count)
}

export function readReference(reader: ByteReader): BlockReference {
  return { id: reader.u64(), checksum: reader.u32(), bytes: reader.u32(), count: reader.u32() }
}

/** A count and that many items; the count is believed only as far as the bytes go. */
export function readMany<T>(reader: ByteReader, read: () => T): T[] {
  const count = reader.u32()
  const items: T[] = []
  for (let i = 0; i < count; i++) items.push(read())
  return items
}
