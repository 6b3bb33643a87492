import type { PointId } from '@voisin/spec'
import { NO_VECTOR, type PointColumns, type VectorColumn } from '../points/point-columns.ts'
import type { BlockRows } from './block-codec.ts'
import type { BlockReference } from './block-reference.ts'

/** Points of a large write: in blocks that were stored before the entry that names them. */
export interface StoredPoints {
  /** Payload blocks hold the points in order; those of one vector the points that have it. */
  readonly blocks: readonly BlockReference[]
  /** By name of the vector: for each point its place among those that have one, or NO_VECTOR. */
  readonly rows: ReadonlyMap<string, Int32Array>
}

export function isStored(upserts: PointColumns | StoredPoints): upserts is StoredPoints {
  return 'blocks' in upserts
}

/** The points, from what was read of their blocks, in order. Undefined where one of them could not be read. */
export function pointsFrom({ blocks, rows }: StoredPoints, found: readonly (BlockRows | undefined)[]): PointColumns | undefined {
  const ids: PointId[] = []
  const payloads: Uint8Array[] = []
  const data = new Map<string, Float32Array[]>()
  for (const [i, { kind, vector }] of blocks.entries()) {
    const block = found[i]
    if (block === undefined) return undefined
    if (kind === 'payloads') {
      for (const id of block.ids) ids.push(id)
      for (const payload of block.payloads) payloads.push(payload)
    } else data.set(vector, [...(data.get(vector) ?? []), block.data])
  }
  const vectors = new Map<string, VectorColumn>()
  for (const [vector, column] of rows) vectors.set(vector, { rows: column, data: joined(data.get(vector) ?? []) })
  return { ids, payloads, vectors }
}

/** Which of the points that a vector's blocks hold, in order, are which points of the write: their positions. */
export function ownersOf(rows: Int32Array): number[] {
  const owners: number[] = []
  rows.forEach((row, position) => {
    if (row !== NO_VECTOR) owners.push(position)
  })
  return owners
}

function joined(parts: readonly Float32Array[]): Float32Array {
  if (parts.length === 1) return parts[0]!
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
