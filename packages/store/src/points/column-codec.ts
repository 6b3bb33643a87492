import type { ByteReader, ByteWriter } from '@voisin/bytes'
import { CorruptDataError, type PointId } from '@voisin/spec'
import { NO_VECTOR, type PointColumns, rowsOf, type VectorColumn } from './point-columns.ts'

const ID_NUMBER = 0
const ID_STRING = 1

export function writeId(writer: ByteWriter, id: PointId): void {
  if (typeof id === 'number') {
    writer.u8(ID_NUMBER)
    writer.u64(id)
  } else {
    writer.u8(ID_STRING)
    writer.string(id)
  }
}

export function readId(reader: ByteReader): PointId {
  const tag = reader.u8()
  if (tag === ID_NUMBER) return reader.u64()
  if (tag === ID_STRING) return reader.string()
  throw new CorruptDataError(`A stored point id has the unknown tag ${tag}.`)
}

export function writeIds(writer: ByteWriter, ids: readonly PointId[]): void {
  writer.u32(ids.length)
  for (const id of ids) writeId(writer, id)
}

/** The ids that a count goes before. */
export function readIds(reader: ByteReader): PointId[] {
  return readMany(reader, () => readId(reader))
}

/** A count and that many items; the count is believed only as far as the bytes go. */
export function readMany<T>(reader: ByteReader, read: () => T): T[] {
  const count = reader.u32()
  const items: T[] = []
  for (let i = 0; i < count; i++) items.push(read())
  return items
}

/** Lengths of all, then all of them one behind the other. The count is known from elsewhere. */
export function writePayloads(writer: ByteWriter, payloads: readonly Uint8Array[]): void {
  for (const payload of payloads) writer.u32(payload.length)
  for (const payload of payloads) writer.bytes(payload)
}

/** Copies, so that the record's own bytes can go. */
export function readPayloads(reader: ByteReader, count: number): Uint8Array[] {
  const lengths = readLengths(reader, count)
  return Array.from(lengths, (length) => reader.bytes(length).slice())
}

export function readLengths(reader: ByteReader, count: number): number[] {
  const lengths: number[] = []
  for (let i = 0; i < count; i++) lengths.push(reader.u32())
  return lengths
}

export function writeBits(writer: ByteWriter, rows: Int32Array): void {
  const bits = new Uint8Array(Math.ceil(rows.length / 8))
  for (let i = 0; i < rows.length; i++) if (rows[i] !== NO_VECTOR) bits[i >> 3]! |= 1 << (i & 7)
  writer.bytes(bits)
}

export function readBits(reader: ByteReader, count: number): Int32Array {
  const bits = reader.bytes(Math.ceil(count / 8))
  return rowsOf(count, (i) => ((bits[i >> 3]! >> (i & 7)) & 1) === 1)
}

// Columns, as docs/format.md draws them.
export function writeColumns(writer: ByteWriter, { ids, payloads, vectors }: PointColumns): void {
  writeIds(writer, ids)
  writePayloads(writer, payloads)
  writer.u8(vectors.size)
  for (const [name, { rows, data }] of vectors) {
    const count = countRows(rows)
    writer.string(name)
    writer.u32(count === 0 ? 0 : data.length / count)
    writer.u32(count)
    writeBits(writer, rows)
    writer.floats(data)
  }
}

/** @param dims Elements of the collection's vectors, by name; undefined: whatever they are. */
export function readColumns(reader: ByteReader, dims: ReadonlyMap<string, number> | undefined): PointColumns {
  const ids = readIds(reader)
  const payloads = readPayloads(reader, ids.length)
  const vectors = new Map<string, VectorColumn>()
  const columns = reader.u8()
  for (let i = 0; i < columns; i++) {
    const name = reader.string()
    const dim = reader.u32()
    const count = reader.u32()
    const rows = readBits(reader, ids.length)
    if (dims !== undefined) checkDim(name, dim, dims)
    if (countRows(rows) !== count) throw new CorruptDataError('A stored column of vectors contradicts itself.')
    vectors.set(name, { rows, data: reader.floats(count * dim) })
  }
  return { ids, payloads, vectors }
}

function checkDim(name: string, dim: number, dims: ReadonlyMap<string, number>): void {
  if (dims.get(name) === dim) return
  throw new CorruptDataError('Stored vectors are not of the collection’s length.', {
    expected: `dim ${dims.get(name) ?? 'of no such vector'}`,
    received: `${dim}`,
  })
}

export function countRows(rows: Int32Array): number {
  let count = 0
  for (const row of rows) if (row !== NO_VECTOR) count++
  return count
}
