import type { Changes } from '../collection/changes.ts'
import type { PointColumns, VectorColumn } from '../points/point-columns.ts'

/** Changes in a few buffers, so that they cross to a worker without a copy of vectors or payloads. */
export interface PackedChanges extends Omit<Changes, 'upserts'> {
  readonly upserts: Omit<PointColumns, 'payloads'> & {
    /** All payloads, one behind the other. */
    readonly payloads: Uint8Array
    /** Where each payload ends in `payloads`. */
    readonly ends: Uint32Array
  }
}

export function packChanges({ upserts, ...rest }: Changes): {
  readonly packed: PackedChanges
  readonly buffers: Transferable[]
} {
  const { ids, vectors } = upserts
  const ends = new Uint32Array(upserts.payloads.length)
  let end = 0
  upserts.payloads.forEach((payload, i) => {
    end += payload.length
    ends[i] = end
  })
  const payloads = new Uint8Array(end)
  upserts.payloads.forEach((payload, i) => void payloads.set(payload, ends[i]! - payload.length))
  const columns = [...vectors.values()].flatMap(({ rows, data }: VectorColumn) => [rows.buffer, data.buffer])
  const buffers = [payloads.buffer, ends.buffer, ...columns] as ArrayBuffer[]
  return { packed: { upserts: { ids, payloads, ends, vectors }, ...rest }, buffers }
}

export function unpackChanges({ upserts: { ids, vectors, payloads: bytes, ends }, ...rest }: PackedChanges): Changes {
  // Copies: a payload that is kept must not keep those of the whole write.
  const payloads = Array.from(ends, (end, i) => bytes.slice(ends[i - 1] ?? 0, end))
  return { upserts: { ids, payloads, vectors }, ...rest }
}
