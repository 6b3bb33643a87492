import { ByteReader, ByteWriter, ifReadable, ifWhole, seal, sealOf, unseal } from '@voisin/bytes'
import { CorruptDataError, type PointId, UnsupportedError } from '@voisin/spec'
import { readReference, writeReference } from '../blocks/block-reference.ts'
import { isStored, type StoredPoints } from '../blocks/stored-points.ts'
import {
  readBits,
  readColumns,
  readIds,
  readMany,
  readPayloads,
  writeBits,
  writeColumns,
  writeIds,
  writePayloads,
} from '../points/column-codec.ts'
import type { PointColumns } from '../points/point-columns.ts'

/** Payloads that replace those of points that stay where they are. */
export interface UpdateGroup {
  /** Top-level keys that may differ from the payload before; none where nobody can say, since the writer lacks some entry. */
  readonly fields: readonly string[]
  readonly ids: readonly PointId[]
  /** Encoded, whole. */
  readonly payloads: readonly Uint8Array[]
}

/** What one write does, with nothing left to find out: upserts first, then updates, then deletes. */
export interface EntryBody {
  readonly upserts: PointColumns | StoredPoints
  readonly updates: readonly UpdateGroup[]
  readonly deletes: readonly PointId[]
}

/** An entry's place in the log. */
export interface EntryHeader {
  readonly collection: number
  /** Log sequence number: 1 for a collection's first write. */
  readonly lsn: number
  /** The entry before this one, and the checksum of its frame; 0 and 0 where there is none. */
  readonly previous: number
  readonly previousChecksum: number
  /** Whether the disk had it before it counted. */
  readonly isStrict: boolean
  /** Of the first upserted point; the others follow. */
  readonly firstOrdinal: number
  readonly upsertCount: number
}

/** One committed write. */
export interface LogEntry extends EntryHeader, EntryBody {
  /** Of its frame: what the next entry names it by. */
  readonly checksum: number
  /** Of its record. */
  readonly bytes: number
}

const STRICT = 1
const HEADER_BYTES = 8 + 8 + 8 + 4 + 4 + 8 + 4
const INLINE = 0
const STORED = 1

/** Everything of an entry but its place, which is known only inside the transaction that commits it. */
export function encodeBody({ upserts, updates, deletes }: EntryBody): Uint8Array {
  const writer = new ByteWriter(1024)
  if (isStored(upserts)) {
    writer.u8(STORED)
    writer.u32(upserts.blocks.length)
    for (const block of upserts.blocks) writeReference(writer, block)
    writer.u8(upserts.rows.size)
    for (const [name, rows] of upserts.rows) {
      writer.string(name)
      writeBits(writer, rows)
    }
  } else {
    writer.u8(INLINE)
    writeColumns(writer, upserts)
  }
  writer.u32(updates.length)
  for (const { fields, ids, payloads } of updates) {
    writer.u32(fields.length)
    for (const field of fields) writer.string(field)
    writeIds(writer, ids)
    writePayloads(writer, payloads)
  }
  writeIds(writer, deletes)
  return writer.finish()
}

/** The record of an entry: its body with its place, sealed. */
export function sealEntry(header: EntryHeader, body: Uint8Array): Uint8Array {
  const writer = new ByteWriter(HEADER_BYTES + body.length)
  writer.u64(header.collection)
  writer.u64(header.lsn)
  writer.u64(header.previous)
  writer.u32(header.previousChecksum)
  writer.u32(header.isStrict ? STRICT : 0)
  writer.u64(header.firstOrdinal)
  writer.u32(header.upsertCount)
  writer.bytes(body)
  return seal('entry', writer.finish())
}

/**
 * @param dims Elements of the collection's vectors, by name; undefined: whatever they are.
 * @throws {CorruptDataError} The record was altered, cut off, or is another's.
 */
export function decodeEntry(
  record: unknown,
  collection: number,
  lsn: number,
  dims: ReadonlyMap<string, number> | undefined,
): LogEntry {
  const reader = new ByteReader(unseal('entry', record))
  const header = readHeader(reader)
  if (header.collection !== collection || header.lsn !== lsn) {
    throw new CorruptDataError('A log entry lies in another one’s place.')
  }
  const upserts = readUpserts(reader, header.upsertCount, dims)
  const updates = readMany(reader, () => {
    const fields = readMany(reader, () => reader.string())
    const ids = readIds(reader)
    return { fields, ids, payloads: readPayloads(reader, ids.length) }
  })
  const deletes = readIds(reader)
  reader.end()
  const bytes = record as Uint8Array
  return { ...header, upserts, updates, deletes, checksum: sealOf(bytes), bytes: bytes.length }
}

/** As `decodeEntry`; undefined where the record is damaged. */
export function decodeIfWhole(
  record: unknown,
  collection: number,
  lsn: number,
  dims: ReadonlyMap<string, number>,
): LogEntry | undefined {
  return ifWhole(() => decodeEntry(record, collection, lsn, dims))
}

/** A whole entry of a collection wherever it lies, whatever its vectors are; undefined where it is damaged or a newer version's. */
export function decodeUnplaced(record: unknown, collection: number): LogEntry | undefined {
  return ifReadable(() => {
    const { lsn } = readHeader(new ByteReader(unseal('entry', record)))
    return decodeEntry(record, collection, lsn, undefined)
  })
}

function readHeader(reader: ByteReader): EntryHeader {
  const collection = reader.u64()
  const lsn = reader.u64()
  const previous = reader.u64()
  const previousChecksum = reader.u32()
  const flags = reader.u32()
  if ((flags & ~STRICT) !== 0) {
    throw new UnsupportedError('A log entry is written in a way that this version of voisin does not know.', {
      expected: `flags ${STRICT} or 0`,
      received: String(flags),
      remedy: 'Update voisin in every tab.',
    })
  }
  const isStrict = (flags & STRICT) !== 0
  return { collection, lsn, previous, previousChecksum, isStrict, firstOrdinal: reader.u64(), upsertCount: reader.u32() }
}

function readUpserts(reader: ByteReader, count: number, dims: ReadonlyMap<string, number> | undefined): EntryBody['upserts'] {
  const form = reader.u8()
  if (form === INLINE) {
    const columns = readColumns(reader, dims)
    if (columns.ids.length === count) return columns
    throw new CorruptDataError('A log entry has another number of points than its header says.')
  }
  if (form !== STORED) throw new CorruptDataError(`A log entry has its points in the unknown form ${form}.`)
  const blocks = readMany(reader, () => readReference(reader))
  const rows = new Map<string, Int32Array>()
  const columns = reader.u8()
  for (let i = 0; i < columns; i++) rows.set(reader.string(), readBits(reader, count))
  return { blocks, rows }
}

/** The ids of the blocks that an entry names; none where it is damaged. */
export function blocksNamedBy(record: unknown): number[] {
  const named = ifWhole(() => {
    const reader = new ByteReader(unseal('entry', record))
    reader.bytes(HEADER_BYTES)
    return reader.u8() === STORED ? readMany(reader, () => readReference(reader).id) : []
  })
  return named ?? []
}
