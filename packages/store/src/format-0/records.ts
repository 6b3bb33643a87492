import { ByteReader, sealOf, unseal } from '@voisin/bytes'
import { CorruptDataError, type FieldKind, type Metric, type PointId } from '@voisin/spec'
import { readBits, readId, readMany } from '../points/column-codec.ts'
import { NO_VECTOR } from '../points/point-columns.ts'

// The records of format version 0, as docs/format-0.md draws them. They are read, never written.

const VERSION = 0

export interface OldRecord {
  readonly name: string
  readonly number: number
  readonly dim: number
  readonly metric: Metric
  readonly model?: string
  readonly fields: Readonly<Record<string, FieldKind>>
}

export interface OldReference {
  readonly id: number
  readonly checksum: number
  readonly count: number
}

/** A point as an entry or a block has it. */
export interface OldPoint {
  readonly id: PointId
  readonly payload: Uint8Array
  readonly vector: Float32Array | undefined
}

export interface OldEntry {
  readonly previous: number
  readonly blocks: readonly OldReference[]
  readonly points: readonly OldPoint[]
  readonly patches: readonly { readonly ids: readonly PointId[]; readonly payload: Uint8Array }[]
  readonly deletes: readonly PointId[]
}

export interface OldManifest {
  readonly lsn: number
  readonly blocks: readonly { readonly reference: OldReference; readonly dead: Uint8Array }[]
  /** For each live point, in the order of blocks, its place in the order of first upsert. */
  readonly ranks: readonly number[]
}

export function openOldRecord(bytes: unknown): OldRecord {
  const value = JSON.parse(new TextDecoder().decode(unseal('collection', bytes, VERSION))) as Partial<OldRecord>
  const { name, number, dim, metric, model, fields = {} } = value
  if (typeof name !== 'string' || typeof number !== 'number' || typeof dim !== 'number' || metric === undefined) {
    throw new CorruptDataError('The record of a collection makes no sense.')
  }
  return { name, number, dim, metric, fields, ...(model !== undefined && { model }) }
}

export function openOldEntry(record: unknown, lsn: number, dim: number): OldEntry {
  const reader = new ByteReader(unseal('entry', record, VERSION))
  if (reader.u64() !== lsn) throw new CorruptDataError('A log entry lies in another one’s place.')
  const previous = reader.u64()
  const blocks = readMany(reader, () => readReference(reader))
  const points = readRun(reader, dim)
  const patches = readMany(reader, () => ({
    ids: readMany(reader, () => readId(reader)),
    payload: reader.bytes(reader.u32()).slice(),
  }))
  const deletes = readMany(reader, () => readId(reader))
  reader.end()
  return { previous, blocks, points, patches, deletes }
}

export function openOldBlock(record: unknown, reference: OldReference, dim: number): OldPoint[] {
  const points = readRun(new ByteReader(unseal('block', record, VERSION)), dim)
  if (sealOf(record as Uint8Array) === reference.checksum && points.length === reference.count) return points
  throw new CorruptDataError('A block is not the one that was named.')
}

export function openOldManifest(record: unknown): OldManifest {
  const reader = new ByteReader(unseal('manifest', record, VERSION))
  reader.u64()
  const lsn = reader.u64()
  const blocks = readMany(reader, () => ({ reference: readReference(reader), dead: reader.bytes(reader.u32()).slice() }))
  const runs = readMany(reader, () => ({ first: reader.u64(), count: reader.u32() }))
  const ranks = runs.flatMap(({ first, count }) => Array.from({ length: count }, (_, i) => first + i))
  return { lsn, blocks, ranks }
}

export function isDead(dead: Uint8Array, position: number): boolean {
  return dead.length > 0 && ((dead[position >> 3]! >> (position & 7)) & 1) === 1
}

function readReference(reader: ByteReader): OldReference {
  const id = reader.u64()
  const checksum = reader.u32()
  reader.u32()
  return { id, checksum, count: reader.u32() }
}

function readRun(reader: ByteReader, dim: number): OldPoint[] {
  const count = reader.u32()
  const vectorCount = reader.u32()
  if (reader.u32() !== dim) throw new CorruptDataError('Stored vectors are not of the collection’s length.')
  reader.u32()
  const vectors = reader.floats(vectorCount * dim)
  const rows = readBits(reader, count)
  const points: OldPoint[] = []
  for (let i = 0; i < count; i++) {
    const id = readId(reader)
    const payload = reader.bytes(reader.u32()).slice()
    const row = rows[i]!
    points.push({ id, payload, vector: row === NO_VECTOR ? undefined : vectors.slice(row * dim, (row + 1) * dim) })
  }
  return points
}
