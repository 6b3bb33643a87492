import type { ByteReader, ByteWriter } from '@voisin/bytes'
import { CorruptDataError, type PointId } from '@voisin/spec'

/** Points in columns, in order: how points are logged, stored in blocks and applied. */
export interface PointRun {
  readonly ids: readonly PointId[]
  /** For each point the row of its vector in `vectors`, or NO_VECTOR. Rows that are there count up from 0. */
  readonly rows: Int32Array
  /** Row-major; as many rows as there are points with a vector. */
  readonly vectors: Float32Array
  /** Encoded payloads; see payload-codec.ts. */
  readonly payloads: readonly Uint8Array[]
}

export const NO_VECTOR = -1

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

// A run of points.
//
//   ├ count u32 ┼ vector count u32 ┼ dim u32 ┼ zero u32 ┼ vectors f32 × (vector count × dim) ┤
//   ├ has a vector: one bit for each point, least significant first, up to a byte ┤
//   ├ for each point: id (tag u8; u64, or u32 length + UTF-8) ┼ payload (u32 length + CBOR) ┤
export function writeRun(writer: ByteWriter, run: PointRun, dim: number): void {
  const count = run.ids.length
  writer.u32(count)
  writer.u32(run.vectors.length / dim)
  writer.u32(dim)
  writer.u32(0)
  writer.floats(run.vectors)
  const bits = new Uint8Array(Math.ceil(count / 8))
  for (let i = 0; i < count; i++) if (run.rows[i] !== NO_VECTOR) bits[i >> 3]! |= 1 << (i & 7)
  writer.bytes(bits)
  for (let i = 0; i < count; i++) {
    writeId(writer, run.ids[i]!)
    const payload = run.payloads[i]!
    writer.u32(payload.length)
    writer.bytes(payload)
  }
}

/** Reads a run; vectors and payloads are copies, so that the record's own bytes can go. */
export function readRun(reader: ByteReader, dim: number): PointRun {
  const count = reader.u32()
  const vectorCount = reader.u32()
  const storedDim = reader.u32()
  reader.u32()
  if (storedDim !== dim) {
    throw new CorruptDataError('Stored vectors are not of the collection’s length.', {
      expected: `dim ${dim}`,
      received: `${storedDim}`,
    })
  }
  const vectors = reader.floats(vectorCount * dim)
  const bits = reader.bytes(Math.ceil(count / 8))
  const rows = new Int32Array(count)
  let row = 0
  for (let i = 0; i < count; i++) rows[i] = ((bits[i >> 3]! >> (i & 7)) & 1) === 1 ? row++ : NO_VECTOR
  if (row !== vectorCount)
    throw new CorruptDataError(`A stored run says it has ${vectorCount} vectors, and its points have ${row}.`)
  const ids: PointId[] = []
  const payloads: Uint8Array[] = []
  for (let i = 0; i < count; i++) {
    ids.push(readId(reader))
    payloads.push(reader.bytes(reader.u32()).slice())
  }
  return { ids, rows, vectors, payloads }
}

/** How many bytes a point takes in a run, within a few. */
export function pointBytes(id: PointId, hasVector: boolean, dim: number, payload: Uint8Array): number {
  return (hasVector ? dim * 4 : 0) + payload.length + 9 + (typeof id === 'string' ? id.length : 4)
}
