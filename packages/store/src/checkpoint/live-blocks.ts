import { type BlockReference, holdsPayloads } from '../blocks/block-reference.ts'
import { ownersOf, type StoredPoints } from '../blocks/stored-points.ts'
import type { CollectionState } from '../state/collection-state.ts'
import { type Manifest, type RowRun, runsOf } from './manifest.ts'
import type { LiveBlock } from './plan.ts'

/** Blocks that an entry after the manifest names, and where their points are. */
export interface PendingBlocks {
  readonly lsn: number
  readonly firstOffset: number
  readonly stored: StoredPoints
}

/** What is asked of memory about the row of a block. */
export interface Liveness {
  /** Whether the payload at an offset is the one that a write at `lsn` or before gave it. */
  hasPayloadOf(offset: number, lsn: number): boolean
  hasVector(vector: string, offset: number): boolean
  /** Whether a block of words has those that an offset has, given by a write at `lsn` or before. */
  hasWordsOf(block: BlockReference, offset: number, lsn: number): boolean
  /** Whether a row of a deleted point is among these offsets. */
  isDeleted(offset: number): boolean
}

/** Blocks of one kind as they are now: those of the manifest, then those that entries after it name. */
export function liveBlocks(
  base: Manifest,
  pending: readonly PendingBlocks[],
  missing: ReadonlySet<number>,
  liveness: Liveness,
  isUnwanted: (live: number, reference: BlockReference) => boolean,
): LiveBlock[] {
  const isLive = (block: BlockReference, lsn: number) => {
    const { kind, vector } = block
    if (kind === 'vectors' || kind === 'links') return (offset: number) => liveness.hasVector(vector, offset)
    if (kind === 'words') return (offset: number) => liveness.hasWordsOf(block, offset, lsn)
    return (offset: number) => liveness.hasPayloadOf(offset, lsn)
  }
  const look = (
    reference: BlockReference,
    lsn: number,
    rows: Iterable<RowRun>,
    through: number,
    isMissing: boolean,
  ): LiveBlock => {
    const all = [...rows]
    if (isMissing) return { reference, lsn, runs: all, isMissing, isUnwanted: false }
    const test = isLive(reference, through)
    let hasDeleted = false
    let live = 0
    const runs: { row: number; offset: number; count: number }[] = []
    for (const { row, offset, count } of all) {
      for (let i = 0; i < count; i++) {
        if (!test(offset + i)) {
          hasDeleted ||= holdsPayloads(reference.kind) && liveness.isDeleted(offset + i)
          continue
        }
        live++
        const last = runs.at(-1)
        if (last !== undefined && last.row + last.count === row + i && last.offset + last.count === offset + i) last.count++
        else runs.push({ row: row + i, offset: offset + i, count: 1 })
      }
    }
    return { reference, lsn, runs, isMissing, isUnwanted: hasDeleted || isUnwanted(live, reference) }
  }
  const blocks = base.blocks.map(({ reference, lsn, runs }) => look(reference, lsn, runs, base.lsn, missing.has(reference.id)))
  for (const entry of pending) {
    for (const { reference, runs } of placedBlocks(entry)) {
      blocks.push(look(reference, entry.lsn, runs, entry.lsn, false))
    }
  }
  return blocks
}

/** Whether a manifest has a row for everything in memory that is older than its end. */
export function coversAll(manifest: Manifest, state: CollectionState): boolean {
  const covered = new Map<string, Uint8Array>()
  const rowsOf = (kind: string, vector: string) => {
    const key = `${kind} ${vector}`
    const known = covered.get(key) ?? new Uint8Array(manifest.nextOffset)
    covered.set(key, known)
    return known
  }
  for (const { reference, runs } of manifest.blocks) {
    for (const { offset, count } of runs) rowsOf(reference.kind, reference.vector).fill(1, offset, offset + count)
  }
  for (const offset of state.ids.liveOffsets()) {
    if (offset >= manifest.nextOffset) break
    if (rowsOf('payloads', '')[offset] === 0) return false
    for (const [name, part] of state.vectors) if (part.has(offset) && rowsOf('vectors', name)[offset] === 0) return false
  }
  return true
}

/** The blocks of a large write, with the offsets of all their rows. */
function* placedBlocks({ stored, firstOffset }: PendingBlocks): Generator<{ reference: BlockReference; runs: RowRun[] }> {
  const done = new Map<string, number>()
  const ownersByVector = new Map(Array.from(stored.rows, ([vector, rows]) => [vector, ownersOf(rows)]))
  for (const reference of stored.blocks) {
    const key = `${reference.kind} ${reference.vector}`
    const start = done.get(key) ?? 0
    done.set(key, start + reference.rows)
    if (reference.kind === 'payloads') {
      yield { reference, runs: [{ row: 0, offset: firstOffset + start, count: reference.rows }] }
      continue
    }
    const owners = ownersByVector.get(reference.vector)!.slice(start, start + reference.rows)
    const runs = runsOf(owners.map((position, row) => [row, firstOffset + position] as const))
    yield { reference, runs: runs.map(({ first, second, count }) => ({ row: first, offset: second, count })) }
  }
}
