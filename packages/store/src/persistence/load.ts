import { type LongCallOptions, type Notice, StorageError } from '@voisin/spec'
import { applyEntry, type ReadyEntry } from '../apply-entry.ts'
import type { Loaded } from '../backing.ts'
import { CollectionState } from '../collection-state.ts'
import { type PlacedBlock, placeAll, placeLive, placeUnreadable } from './block-table.ts'
import { readBlocks } from './blocks.ts'
import type { CollectionRecord } from './collection-records.ts'
import type { LogEntry } from './entry-codec.ts'
import { type Log, type LogRecord, replay } from './log.ts'
import { isDead, type Manifest, type ManifestBlock, openIfWhole } from './manifest.ts'
import type { PointRun } from './point-run.ts'
import type { Storage, Transaction } from './storage.ts'

/** After an entry: its place, and the next offset. */
export interface Boundary {
  readonly lsn: number
  readonly nextOffset: number
}

/** What upkeep has to know of a loaded collection. */
export interface Placement {
  readonly blocks: readonly PlacedBlock[]
  /** The last entry in those blocks. */
  readonly lsn: number
  /** One for that entry, and one for each after it. */
  readonly boundaries: readonly Boundary[]
}

export interface LoadedFromStorage extends Loaded {
  readonly placement: Placement
  /** Of the newest manifest there is, readable or not; 0 where there is none. */
  readonly epoch: number
  /** The last record of the log, reachable or not; 0 where there is none. */
  readonly tail: number
}

export interface LoadSource {
  readonly storage: Storage
  readonly record: CollectionRecord
  readonly log: Log
  /** How many bytes of points fill a block. */
  readonly blockBytes: number
}

const NOTHING_FOLDED: Manifest = { epoch: 0, lsn: 0, blocks: [], ranks: [], unnamed: [] }

interface Attempt {
  readonly state: CollectionState
  readonly lsn: number
  readonly placement: Placement
  readonly missingPoints: number
  readonly hasMissingBlocks: boolean
  readonly lostEntries: number
  /** No manifest can be read, and the log does not go back to the beginning. */
  readonly isHeadless: boolean
}

/**
 * Reads a collection from its newest manifest and the log. Where a block of that manifest cannot be read, the one before it is
 * tried: the log is kept from there on, so going back one loses nothing. What cannot be recovered so is left out, and said.
 */
export async function loadCollection(source: LoadSource, options: LongCallOptions = {}): Promise<LoadedFromStorage> {
  for (;;) {
    const usual = await readSnapshot(source, 'since-newest')
    const first = usual.manifests[0]
    const isUsual = first !== undefined && first.epoch === usual.epoch
    let best = isUsual ? await tryLoad(source, first, usual.records, options) : undefined
    let snapshot = usual
    if (best === undefined || best.hasMissingBlocks) {
      best?.state.close()
      if (usual.epoch > 0) snapshot = await readSnapshot(source, 'all')
      best = await loadBest(source, snapshot, options)
    }
    // Blocks may be missing only because other tabs have checkpointed so often meanwhile that they were swept.
    const isStale = best.hasMissingBlocks && (await newestEpoch(source)) !== snapshot.epoch
    if (!isStale) return { ...judge(best), ...best, epoch: snapshot.epoch, tail: snapshot.tail }
    best.state.close()
  }
}

async function loadBest(source: LoadSource, snapshot: Snapshot, options: LongCallOptions): Promise<Attempt> {
  const { epoch, manifests, records } = snapshot
  const { dim } = source.record
  if (manifests.length === 0 && epoch > 0) {
    // What is left of the log is shown, from wherever its chain begins.
    const start = firstPrevious(records, dim)
    const attempt = await tryLoad(source, { ...NOTHING_FOLDED, lsn: start }, records, options)
    return { ...attempt, isHeadless: start > 0 || records.length === 0 }
  }
  let best: Attempt | undefined
  // Before its first checkpoint a collection is the log alone; so it is after it, as long as the log was not trimmed.
  for (const manifest of [...manifests, NOTHING_FOLDED]) {
    if (best !== undefined) {
      const reached = replay(records, manifest.lsn, dim).entries.at(-1)?.lsn ?? manifest.lsn
      if (reached < best.lsn) continue
    }
    const attempt = await tryLoad(source, manifest, records, options)
    if (best === undefined || (!attempt.hasMissingBlocks && attempt.lsn >= best.lsn)) {
      best?.state.close()
      best = attempt
    } else {
      attempt.state.close()
    }
    if (!best.hasMissingBlocks) break
  }
  return best!
}

/** Manifests, newest first, and the log, as of one moment. */
interface Snapshot {
  /** Of the newest manifest, readable or not; 0 where there is none. */
  readonly epoch: number
  readonly manifests: readonly Manifest[]
  readonly records: readonly LogRecord[]
  /** The last record of the log, reachable or not; 0 where there is none. */
  readonly tail: number
}

/** With `since-newest` the log is read from the newest manifest on: all that is needed where that one is whole. */
async function readSnapshot({ storage, record, log }: LoadSource, extent: 'since-newest' | 'all'): Promise<Snapshot> {
  const collection = record.number
  const readManifests = async (transaction: Transaction) => {
    const epochs = (await transaction.items('manifests', { collection })).toReversed()
    const stored = await Promise.all(epochs.map((epoch) => transaction.get('manifests', [collection, epoch])))
    const manifests = stored.flatMap((bytes) => openIfWhole(bytes) ?? [])
    const tail = (await transaction.lastItem('log', { collection })) ?? 0
    return { epoch: epochs[0] ?? 0, manifests, tail }
  }
  const from = ({ manifests }: Pick<Snapshot, 'manifests'>) => (extent === 'all' ? 1 : (manifests[0]?.lsn ?? 0) + 1)
  try {
    return await storage.read(['manifests', 'log'], async (transaction) => {
      const found = await readManifests(transaction)
      return { ...found, records: await log.recordsIn(transaction, from(found)) }
    })
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    // A record that cannot be read fails the whole transaction: the manifests, and then each entry on its own.
    const found = await storage.read(['manifests', 'log'], readManifests)
    return { ...found, records: await log.recordsApart(from(found)) }
  }
}

async function newestEpoch({ storage, record }: LoadSource): Promise<number> {
  return (
    (await storage.read(['manifests'], (transaction) => transaction.lastItem('manifests', { collection: record.number }))) ?? 0
  )
}

async function tryLoad(
  source: LoadSource,
  manifest: Manifest,
  records: readonly LogRecord[],
  options: LongCallOptions,
): Promise<Attempt> {
  const state = await CollectionState.create(source.record)
  try {
    const base = await loadBlocks(source, state, manifest.blocks, options)
    const ranks = manifest.ranks.flatMap(({ first, count }) => Array.from({ length: count }, (_, i) => first + i))
    state.ids.arrange(rankOrder(base.live, ranks))

    const start = manifest.lsn
    const { entries, unreachable } = replay(records, start, source.record.dim)
    const blocks = [...base.blocks]
    const boundaries: Boundary[] = [{ lsn: start, nextOffset: state.ids.nextOffset }]
    let lostEntries = unreachable.filter((lsn) => lsn > start).length
    for (const [i, entry] of entries.entries()) {
      const ready = await completeEntry(source, entry)
      options.signal?.throwIfAborted()
      if (ready === undefined) {
        // A write is there whole or not at all, and nothing that follows one that is not.
        lostEntries += entries.length - i
        break
      }
      const firsts = applyEntry(state, ready)
      entry.blocks.forEach((reference, at) => void blocks.push(placeAll(reference, firsts[at]!)))
      boundaries.push({ lsn: entry.lsn, nextOffset: state.ids.nextOffset })
    }
    return {
      state,
      lsn: boundaries.at(-1)!.lsn,
      placement: { blocks, lsn: start, boundaries },
      missingPoints: base.missingPoints,
      hasMissingBlocks: base.hasMissingBlocks,
      lostEntries,
      isHeadless: false,
    }
  } catch (error) {
    state.close()
    throw error
  }
}

async function loadBlocks(
  { storage, record }: LoadSource,
  state: CollectionState,
  blocks: readonly ManifestBlock[],
  { signal, onProgress }: LongCallOptions,
) {
  const placed: PlacedBlock[] = []
  // For each offset, its index among all live points of the manifest, those that cannot be read included.
  const live: number[] = []
  const total = blocks.reduce((sum, block) => sum + liveCount(block), 0)
  let done = 0
  let missingPoints = 0
  const references = blocks.map(({ reference }) => reference)
  let at = 0
  for await (const { run } of readBlocks(storage, record.number, references, record.dim)) {
    signal?.throwIfAborted()
    const block = blocks[at++]!
    const count = liveCount(block)
    if (run === undefined) {
      placed.push(placeUnreadable(block, state.ids.nextOffset))
      missingPoints += count
    } else {
      placed.push(placeLive(block, state.ids.nextOffset))
      state.restore(run, (position) => !isDead(block.dead, position))
      for (let i = 0; i < count; i++) live.push(done + i)
    }
    done += count
    onProgress?.({ phase: 'load', done, total, unit: 'points' })
  }
  return { blocks: placed, live, missingPoints, hasMissingBlocks: placed.some((block) => block.unreadable !== undefined) }
}

function liveCount({ reference, dead }: ManifestBlock): number {
  let count = reference.count
  for (const byte of dead) for (let bits = byte; bits !== 0; bits &= bits - 1) count--
  return count
}

/** Offsets in order of first upsert. `live[offset]` is the point's index in the manifest, `ranks[index]` its place in that order. */
function rankOrder(live: readonly number[], ranks: readonly number[]): number[] {
  const rankOf = (offset: number) => ranks[live[offset]!] ?? live[offset]!
  const offsets = live.map((_, offset) => offset)
  // As it is where no point was ever replaced.
  if (offsets.every((offset) => offset === 0 || rankOf(offset - 1) < rankOf(offset))) return offsets
  return offsets.sort((a, b) => rankOf(a) - rankOf(b))
}

/** Where the chain of what is left of a log begins. */
function firstPrevious(records: readonly LogRecord[], dim: number): number {
  for (const { bytes, lsn } of records) {
    for (const after of [0, lsn - 1]) if (replay([{ lsn, bytes }], after, dim).entries.length > 0) return after
  }
  return 0
}

/** An entry with the points of its blocks; undefined where one of them cannot be read. */
export async function completeEntry({ storage, record }: LoadSource, entry: LogEntry): Promise<ReadyEntry | undefined> {
  const blockRuns: PointRun[] = []
  for await (const { run } of readBlocks(storage, record.number, entry.blocks, record.dim)) {
    if (run === undefined) return undefined
    blockRuns.push(run)
  }
  return { entry, blockRuns }
}

function judge({ missingPoints, hasMissingBlocks, lostEntries, isHeadless, lsn, state }: Attempt) {
  const notices: Notice[] = []
  if (isHeadless) {
    notices.push({
      kind: 'data-loss',
      message: 'No list of this collection’s blocks can be read; only the latest writes are left.',
    })
  }
  if (hasMissingBlocks) {
    notices.push({ kind: 'data-loss', message: `${missingPoints} points cannot be read and are left out; the others are whole.` })
  }
  if (lostEntries > 0) {
    notices.push({
      kind: 'rolled-back',
      message: `${lostEntries} writes cannot be read; the collection is as it was after write ${lsn}.`,
    })
  }
  const isEmpty = state.ids.size === 0
  const dataState: Loaded['dataState'] = isHeadless
    ? isEmpty
      ? 'lost'
      : 'partial'
    : hasMissingBlocks
      ? 'partial'
      : lostEntries > 0
        ? 'rolledBack'
        : 'intact'
  return { dataState, notices }
}
