import { type LongCallOptions, type Notice, StorageError } from '@voisin/spec'
import { readBlocks } from '../blocks/block-store.ts'
import { isStored, pointsFrom } from '../blocks/stored-points.ts'
import type { LogEntry } from '../log/entry-codec.ts'
import { type LogRecord, type Position, replay } from '../log/replay.ts'
import { CollectionState, type ReadyEntry } from '../state/collection-state.ts'
import type { PendingBlocks } from './live-blocks.ts'
import type { LoadSource } from './load-source.ts'
import { KEPT_MANIFESTS, type Manifest, missingFrom, nothingFolded } from './manifest.ts'
import { newestSequence, readManifests, readManifestsApart, type StoredManifests } from './manifest-store.ts'
import { rebuildFromBlocks } from './rebuild-from-blocks.ts'
import { restoreFromBlocks } from './restore-from-blocks.ts'

/** An entry that no manifest holds yet. */
export interface UnfoldedEntry {
  readonly lsn: number
  /** On the disk, its blocks included. */
  readonly bytes: number
  /** The next offset after it. */
  readonly nextOffset: number
}

/** A collection's whole state, read back. */
export interface Loaded {
  readonly state: CollectionState
  readonly position: Position
  /** The manifest that it began with. */
  readonly base: Manifest
  /** Sequence of the newest manifest there is, readable or not. */
  readonly newestSequence: number
  /** Of entries after the base, in order. */
  readonly pending: readonly PendingBlocks[]
  /** Blocks of the base that could not be read: they keep their place. */
  readonly missingBlocks: ReadonlySet<number>
  /** Entries after the base that are damaged or gone. */
  readonly lost: readonly number[]
  /** Every manifest is gone: deleted points may be back. */
  readonly isRebuilt: boolean
  /** Some record could not be read that may be whole: nothing is written that could contradict it. */
  readonly isUnreadable: boolean
  /** The entries after the base. */
  readonly unfolded: readonly UnfoldedEntry[]
  /** A stored copy is damaged, or the base is none that is stored: the next checkpoint makes it whole. */
  readonly needsMending: boolean
  readonly dataState: 'intact' | 'partial' | 'lost'
  /** What the caller should be told about how it was read. */
  readonly notices: readonly Notice[]
}

interface Attempt extends Omit<Loaded, 'dataState' | 'notices' | 'newestSequence'> {
  /** The log goes on from the base. */
  readonly followsBase: boolean
  readonly missingRows: number
}

/** Manifests and log as of one moment. */
interface Snapshot extends StoredManifests {
  readonly records: readonly LogRecord[]
}

/** Blocks can be missing because other tabs have checkpointed meanwhile; then everything is read again, so often at most. */
const ROUNDS = 3

/**
 * Reads a collection from its newest manifest and the log. Where a block of that manifest cannot be read, the one before it is
 * tried: the log is kept from there on. What cannot be recovered so is left out, and said.
 */
export async function loadCollection(source: LoadSource, options: LongCallOptions = {}): Promise<Loaded> {
  for (let round = 1; ; round++) {
    const snapshot = await readSnapshot(source)
    const best = await loadBest(source, snapshot, options)
    const isWhole = best.missingBlocks.size === 0 && best.lost.length === 0 && !best.isRebuilt
    if (isWhole || round === ROUNDS || (await sequenceNow(source)) === snapshot.newestSequence) {
      return { ...best, ...judge(best), newestSequence: snapshot.newestSequence }
    }
    best.state.close()
  }
}

async function loadBest(source: LoadSource, snapshot: Snapshot, options: LongCallOptions): Promise<Attempt> {
  const { manifests, records, newestSequence, hasDamagedCopy } = snapshot
  const nothing = nothingFolded(source.log.record)
  // Before its first checkpoint a collection is the log alone; so it is after it, as long as the log was not trimmed.
  const beginsAtOne = isWholeLog(snapshot, replayFrom(source, records, nothing).entries[0])
  const candidates = [...manifests.slice(0, KEPT_MANIFESTS), ...(beginsAtOne ? [nothing] : [])]
  let best: Attempt | undefined
  for (const candidate of candidates) {
    const attempt = await tryLoad(source, candidate, records, options)
    if (best === undefined || isBetter(attempt, best)) {
      best?.state.close()
      best = attempt
    } else {
      attempt.state.close()
    }
    if (best.missingBlocks.size === 0 && best.followsBase) break
  }
  const isGone = newestSequence === 0 && records.length === 0 && (source.lastSeenLsn ?? 0) > 0
  if (best === undefined || isGone) {
    best?.state.close()
    best = await rebuild(source, records, options)
  }
  const isUnreadable = best.isUnreadable || snapshot.isUnreadable
  return {
    ...best,
    isUnreadable,
    needsMending: best.needsMending || hasDamagedCopy || (manifests[0]?.sequence ?? 0) !== best.base.sequence,
  }
}

/** Whether the log goes back to a collection's first write, as far as can be told. */
function isWholeLog({ newestSequence, records }: Snapshot, first: LogEntry | undefined): boolean {
  if (first?.previous === 0) return true
  // Before the first manifest nothing is trimmed; one that is gone without a trace has left a log that begins later.
  return newestSequence === 0 && (records[0]?.lsn ?? 1) === 1
}

function isBetter(a: Attempt, b: Attempt): boolean {
  if (a.followsBase !== b.followsBase) return a.followsBase
  return a.missingRows < b.missingRows && a.position.lsn >= b.position.lsn && a.lost.length <= b.lost.length
}

function replayFrom({ log }: LoadSource, records: readonly LogRecord[], base: Manifest) {
  return replay(records, positionOf(base), log.record.number, log.dims)
}

/** Where a manifest ends. */
export function positionOf({ lsn, checksum, nextOrdinal }: Manifest): Position {
  return { lsn, checksum, nextOrdinal }
}

async function readSnapshot({ storage, clock, log }: LoadSource): Promise<Snapshot> {
  try {
    return await storage.read(['manifests', 'entries'], async (transaction) => {
      const found = await readManifests(transaction, log.record.number)
      return { ...found, records: await log.recordsIn(transaction, firstNeeded(found.manifests)) }
    })
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    // A record that cannot be read fails the whole transaction: the manifests, and then each entry on its own.
    const found = await readManifestsApart(storage, clock, log.record.number)
    return { ...found, records: await log.recordsApart(firstNeeded(found.manifests)) }
  }
}

function firstNeeded(manifests: readonly Manifest[]): number {
  // The log is trimmed one manifest late: with a single one it may still go back to the beginning.
  return (manifests[KEPT_MANIFESTS - 1]?.lsn ?? 0) + 1
}

async function sequenceNow({ storage, log }: LoadSource): Promise<number> {
  return await storage.read(['manifests'], (transaction) => newestSequence(transaction, log.record.number))
}

async function tryLoad(
  source: LoadSource,
  base: Manifest,
  records: readonly LogRecord[],
  options: LongCallOptions,
): Promise<Attempt> {
  const state = await CollectionState.create(source.log.record, source.stateOptions)
  try {
    const restored = await restoreFromBlocks(source, state, base, options)
    const replayed = await applyLog(source, state, base, records, options)
    const isUnreadable = restored.isUnreadable || replayed.isUnreadable
    return { state, base, ...restored, ...replayed, isUnreadable, isRebuilt: false, needsMending: false }
  } catch (error) {
    state.close()
    throw error
  }
}

async function rebuild(source: LoadSource, records: readonly LogRecord[], options: LongCallOptions): Promise<Attempt> {
  const state = await CollectionState.create(source.log.record, source.stateOptions)
  try {
    const base = await rebuildFromBlocks(source, state, records, options)
    const replayed = await applyLog(source, state, base, records, options)
    return { state, base, missingRows: 0, missingBlocks: new Set(), ...replayed, isRebuilt: true, needsMending: true }
  } catch (error) {
    state.close()
    throw error
  }
}

async function applyLog(
  source: LoadSource,
  state: CollectionState,
  base: Manifest,
  records: readonly LogRecord[],
  { signal }: LongCallOptions,
) {
  const { entries, lost, unreadable, followsBase, end } = replayFrom(source, records, base)
  const pending: PendingBlocks[] = []
  // What cannot be read counts with the damaged: it keeps its place, and is not looked at again.
  const lostEntries = [...lost, ...unreadable]
  let isUnreadable = unreadable.length > 0
  state.missesEntries = missingFrom(base).size > 0 || lostEntries.length > 0
  const unfolded: UnfoldedEntry[] = []
  for (const entry of entries) {
    signal?.throwIfAborted()
    const { ready, isUnreadable: isBlockUnreadable } = await completeEntry(source, entry)
    if (ready.upserts === undefined) {
      lostEntries.push(entry.lsn)
      state.missesEntries = true
    }
    isUnreadable ||= isBlockUnreadable
    state.apply(ready)
    // One whose points could not all be read is set aside as a whole: nothing of it comes back by half when it is folded.
    if (isStored(entry.upserts) && ready.upserts !== undefined) {
      pending.push({ lsn: entry.lsn, firstOffset: state.ids.nextOffset - entry.upsertCount, stored: entry.upserts })
    }
    unfolded.push({ lsn: entry.lsn, bytes: bytesOfEntry(entry), nextOffset: state.ids.nextOffset })
  }
  const position = { ...end, nextOrdinal: state.nextOrdinal }
  return { position, pending, lost: lostEntries, isUnreadable, followsBase, unfolded }
}

/** An entry with the points of its blocks; without them where one of the blocks cannot be read. */
async function completeEntry(
  { storage, clock, log }: LoadSource,
  entry: LogEntry,
): Promise<{ ready: ReadyEntry; isUnreadable: boolean }> {
  if (!isStored(entry.upserts)) {
    return { ready: { entry, upserts: entry.upserts }, isUnreadable: false }
  }
  const found = []
  let isUnreadable = false
  for await (const block of readBlocks(storage, clock, log.record.number, entry.upserts.blocks)) {
    found.push(block.rows)
    isUnreadable ||= block.isUnreadable
  }
  return { ready: { entry, upserts: pointsFrom(entry.upserts, found) }, isUnreadable }
}

/** What an entry takes on the disk, its blocks included. */
export function bytesOfEntry({ bytes, upserts }: Pick<LogEntry, 'bytes' | 'upserts'>): number {
  return isStored(upserts) ? upserts.blocks.reduce((sum, block) => sum + block.bytes, bytes) : bytes
}

function judge({
  missingRows,
  isUnreadable,
  isRebuilt,
  state,
  base,
  ...attempt
}: Attempt): Pick<Loaded, 'dataState' | 'notices'> {
  const lost = [...base.lost, ...attempt.lost]
  const told: string[] = []
  const tell = (sentence: string) => void told.push(sentence)
  if (isRebuilt)
    tell('No list of this collection’s points can be read; they were put together again, and deleted ones may be back.')
  if (missingRows > 0) tell(`${missingRows} points cannot be read, or not whole; the others are.`)
  if (lost.length > 0) tell(`${lost.length} writes cannot be read and are left out; the others are whole.`)
  if (isUnreadable && missingRows === 0 && lost.length === 0) tell('The last writes cannot be read at this time.')
  if (told.length === 0) return { dataState: 'intact', notices: [] }
  const notices: Notice[] = [{ kind: 'data-loss', message: told.join(' ') }]
  return { dataState: isRebuilt && state.ids.size === 0 ? 'lost' : 'partial', notices }
}
