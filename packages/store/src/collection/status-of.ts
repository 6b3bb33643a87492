import type { CollectionStatus } from '@voisin/spec'
import type { Journal, OpenedState } from './journal.ts'

/** What a collection is at this moment. */
export function statusOf(
  name: string,
  { state, position, dataState }: Pick<OpenedState, 'state' | 'position' | 'dataState'>,
  { checkpointLsn, durability }: Journal,
): CollectionStatus {
  const { dim, metric } = Object.values(state.schema.vectors)[0]!
  let vectors = 0
  for (const part of state.vectors.values()) vectors += part.size
  // A payload that makes no sense is found when it is read.
  const isPartial = dataState === 'intact' && state.undecodable.size > 0
  return {
    name,
    points: state.ids.size,
    vectors,
    dim,
    metric,
    lsn: position.lsn,
    checkpointLsn,
    memoryBytes: state.memoryBytes,
    durability,
    dataState: isPartial ? 'partial' : dataState,
  }
}
