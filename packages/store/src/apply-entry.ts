import type { CollectionState } from './collection-state.ts'
import { decodePayload, encodePayload } from './payload-codec.ts'
import type { LogEntry } from './persistence/entry-codec.ts'
import type { PointRun } from './persistence/point-run.ts'

/** An entry with all its points at hand. */
export interface ReadyEntry {
  readonly entry: LogEntry
  /** The points of `entry.blocks`, in the same order. */
  readonly blockRuns: readonly PointRun[]
}

/**
 * Applies one entry, whole: upserts, then patches, then deletes. Deterministic: the same entries in the same order give the same
 * offsets everywhere.
 *
 * @returns The first offset of each of the entry's blocks.
 */
export function applyEntry(state: CollectionState, { entry, blockRuns }: ReadyEntry): number[] {
  state.upsert(entry.run)
  const firstOffsets = blockRuns.map((run) => state.upsert(run))
  for (const { ids, payload } of entry.patches) {
    const patch = decodePayload(payload)
    for (const id of ids) {
      const offset = state.ids.offset(id)
      if (offset === undefined) continue
      state.replacePayload(id, encodePayload({ ...state.payload(offset), ...patch }))
    }
  }
  for (const id of entry.deletes) state.delete(id)
  return firstOffsets
}
