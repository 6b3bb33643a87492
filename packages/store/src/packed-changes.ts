import type { Changes } from './persistence/entry-codec.ts'

/** Changes in a few buffers, so that they cross to a worker without a copy of vectors or payloads. */
export interface PackedChanges extends Omit<Changes, 'run' | 'blocks'> {
  readonly run: {
    readonly ids: Changes['run']['ids']
    readonly rows: Int32Array
    readonly vectors: Float32Array
    /** All payloads, one behind the other. */
    readonly payloads: Uint8Array
    /** Where each payload ends in `payloads`. */
    readonly ends: Uint32Array
  }
}

export function packChanges({ run, patches, deletes }: Changes): {
  readonly packed: PackedChanges
  readonly buffers: Transferable[]
} {
  const { ids, rows, vectors, payloads } = run
  const ends = new Uint32Array(payloads.length)
  let end = 0
  payloads.forEach((payload, i) => {
    end += payload.length
    ends[i] = end
  })
  const bytes = new Uint8Array(end)
  payloads.forEach((payload, i) => void bytes.set(payload, ends[i]! - payload.length))
  const buffers = [rows.buffer, vectors.buffer, bytes.buffer, ends.buffer] as ArrayBuffer[]
  return { packed: { run: { ids, rows, vectors, payloads: bytes, ends }, patches, deletes }, buffers }
}

export function unpackChanges({ run, patches, deletes }: PackedChanges): Changes {
  const { ids, rows, vectors, ends } = run
  // Copies: a payload that is kept must not keep those of the whole write.
  const payloads = Array.from(ends, (end, i) => run.payloads.slice(ends[i - 1] ?? 0, end))
  return { run: { ids, rows, vectors, payloads }, blocks: [], patches, deletes }
}
