import type { PointId } from '@voisin/spec'

/** Vectors of one name, of those points that have one. */
export interface VectorColumn {
  /** For each point the row of its vector in `data`, or NO_VECTOR. Rows that are there count up from 0. */
  readonly rows: Int32Array
  /** Row-major, `dim` elements a row. */
  readonly data: Float32Array
}

/** Points in columns, in order: how points are checked, logged, stored in blocks and applied. */
export interface PointColumns {
  readonly ids: readonly PointId[]
  /** Encoded payloads; see payload-codec.ts. */
  readonly payloads: readonly Uint8Array[]
  /** By name of the vector, in the order of the schema; a name that no point has a vector of is absent. */
  readonly vectors: ReadonlyMap<string, VectorColumn>
}

/** A row that is not there. */
export const NO_VECTOR = -1

export const NO_POINTS: PointColumns = { ids: [], payloads: [], vectors: new Map() }

/** Numbers the points that have a vector: the row of each, or NO_VECTOR. */
export function rowsOf(count: number, has: (position: number) => boolean): Int32Array {
  const rows = new Int32Array(count)
  let next = 0
  for (let position = 0; position < count; position++) rows[position] = has(position) ? next++ : NO_VECTOR
  return rows
}

/** Bytes that the points take when they are stored, within a few a point. */
export function bytesOfColumns({ ids, payloads, vectors }: PointColumns): number {
  let bytes = 0
  for (let i = 0; i < ids.length; i++) bytes += bytesOfId(ids[i]!) + payloads[i]!.length + 4
  for (const { data } of vectors.values()) bytes += data.byteLength
  return bytes
}

export function bytesOfId(id: PointId): number {
  return typeof id === 'string' ? 5 + id.length : 9
}
