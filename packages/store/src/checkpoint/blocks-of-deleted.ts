import { ifReadable } from '@voisin/bytes'
import { openHead } from '../blocks/block-codec.ts'
import { holdsPayloads } from '../blocks/block-reference.ts'
import { HEAD } from '../blocks/block-store.ts'
import { readRecords } from '../database/patiently.ts'
import type { CollectionState } from '../state/collection-state.ts'
import type { LoadSource } from './load-source.ts'
import type { LiveBlock } from './plan.ts'

const HEADS_AT_ONCE = 64

/** Blocks that must not stay, because of what was deleted by some moment. */
export interface Doomed {
  readonly blocks: ReadonlySet<number>
  /** The last write that was looked at. */
  readonly through: number
}

/**
 * Blocks with a payload, or its words, that a deleted point had before its last one. What was replaced stays in its block until that is
 * written anew, and no manifest says whose it was: the heads do. One that cannot be read counts as holding something.
 *
 * @param blocks As they are now.
 * @param through The last write that is in memory.
 */
export async function blocksOfDeleted(
  { storage, clock, log }: LoadSource,
  state: CollectionState,
  blocks: readonly LiveBlock[],
  through: number,
): Promise<Doomed> {
  const doomed = new Set<number>()
  const deleted = new Set(state.deletions.map(({ id }) => id))
  const { number } = log.record
  const candidates = deleted.size === 0 ? [] : blocks.filter(mayHoldReplaced)
  for (let at = 0; at < candidates.length; at += HEADS_AT_ONCE) {
    const part = candidates.slice(at, at + HEADS_AT_ONCE)
    const keys = part.map(({ reference }) => [number, reference.id, HEAD])
    const records = await readRecords(storage, clock, 'blocks', keys)
    part.forEach(({ reference, runs }, i) => {
      const ids = ifReadable(() => openHead(records[i], number, reference.id))?.ids
      const isLive = new Uint8Array(reference.rows)
      for (const { row, count } of runs) isLive.fill(1, row, row + count)
      if (ids === undefined || ids.some((id, row) => isLive[row] !== 1 && deleted.has(id))) doomed.add(reference.id)
    })
  }
  return { blocks: doomed, through }
}

function mayHoldReplaced({ reference, runs, isMissing }: LiveBlock): boolean {
  const live = runs.reduce((sum, { count }) => sum + count, 0)
  return holdsPayloads(reference.kind) && !isMissing && live < reference.rows
}
