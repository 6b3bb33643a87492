import type { LongCallOptions } from '@voisin/spec'
import { bytesOfId, NO_VECTOR, type PointColumns } from '../points/point-columns.ts'
import type { BlockReference } from './block-reference.ts'
import type { BlockWriter } from './block-store.ts'
import { cuts } from './cut.ts'
import type { StoredPoints } from './stored-points.ts'

export interface BlockBytes {
  readonly payloads: number
  readonly vectors: number
  /** @default 1 MiB */
  readonly words?: number
}

/**
 * Stores the points of a large write as blocks, before the entry that names them: their payloads, one behind the other, then the
 * vectors of each name. The caller flushes the writer, and discards it where this fails.
 *
 * @param notBefore The last write that is known.
 */
export async function storePoints(
  { ids, payloads, vectors }: PointColumns,
  collection: number,
  notBefore: number,
  writer: BlockWriter,
  blockBytes: BlockBytes,
  { signal, onProgress }: LongCallOptions = {},
): Promise<StoredPoints> {
  const blocks: BlockReference[] = []
  const total = ids.length
  const common = (count: number) => ({ collection, lsns: new Array<number>(count).fill(0), notBefore })
  let start = 0
  for (const end of cuts(total, blockBytes.payloads, (i) => payloads[i]!.length + bytesOfId(ids[i]!) + 12)) {
    signal?.throwIfAborted()
    blocks.push(
      await writer.add({
        ...common(end - start),
        kind: 'payloads',
        vector: '',
        ids: ids.slice(start, end),
        payloads: payloads.slice(start, end),
      }),
    )
    onProgress?.({ phase: 'store', done: vectors.size === 0 ? end : Math.floor(end / 2), total, unit: 'points' })
    start = end
  }
  const rows = new Map<string, Int32Array>()
  for (const [vector, column] of vectors) {
    rows.set(vector, column.rows)
    const owners = ids.filter((_, i) => column.rows[i] !== NO_VECTOR)
    const dim = column.data.length / Math.max(1, owners.length)
    let first = 0
    for (const end of cuts(owners.length, blockBytes.vectors, () => dim * 4)) {
      signal?.throwIfAborted()
      blocks.push(
        await writer.add({
          ...common(end - first),
          kind: 'vectors',
          vector,
          dim,
          ids: owners.slice(first, end),
          data: column.data.subarray(first * dim, end * dim),
        }),
      )
      onProgress?.({ phase: 'store', done: Math.ceil((total + (end * total) / owners.length) / 2), total, unit: 'points' })
      first = end
    }
  }
  return { blocks, rows }
}
