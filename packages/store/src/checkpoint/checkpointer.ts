import { isStored, type StoredPoints } from '../blocks/stored-points.ts'
import type { Transaction } from '../database/storage.ts'
import { Turns } from '../database/turns.ts'
import type { LogEntry } from '../log/entry-codec.ts'
import type { Position } from '../log/replay.ts'
import type { CollectionState } from '../state/collection-state.ts'
import { blocksOfDeleted, type Doomed } from './blocks-of-deleted.ts'
import type { CheckpointSource } from './checkpoint-source.ts'
import { Gaps } from './gaps.ts'
import { coversAll, type PendingBlocks } from './live-blocks.ts'
import { bytesOfEntry, type Loaded, positionOf, type UnfoldedEntry } from './load-collection.ts'
import { type Manifest, nothingFolded } from './manifest.ts'
import {
  type KnownEntries,
  lookAtAside,
  newestSequence,
  purgeOlder,
  readManifests,
  swapManifest,
  sweepBlocks,
} from './manifest-store.ts'
import type { LiveBlock } from './plan.ts'
import { blocksNow, type CheckpointPlan, planCheckpoint } from './plan-checkpoint.ts'
import { settleLinks } from './plan-links.ts'
import { type WrittenPlan, writePlan } from './write-plan.ts'

/** What only older states need is left alone below this. */
const LEAST_RETIRED_BYTES = 64 * 1024

/** What a collection is at this moment. */
export interface Present {
  readonly state: CollectionState
  readonly position: Position
}

export interface CheckpointOptions {
  readonly signal?: AbortSignal | undefined
  /** Write every block anew that holds anything dead. @default false */
  readonly dropsAllDead?: boolean
  /** Ends with `behind` or `moved` where other calls would have to be waited for. @default false */
  readonly waitsForNobody?: boolean
  /** Bytes of whole blocks that may be written anew, beside what is in no block yet. @default no limit */
  readonly rewriteBytes?: number
}

/**
 * How a checkpoint ended: `done`; `nothing` was to be done; `behind`: another tab's checkpoint has what this tab has not;
 * `overtaken` by another tab's; `moved`: memory does not fit what is stored, and has to be loaded anew.
 */
export type CheckpointEnd = 'done' | 'nothing' | 'behind' | 'overtaken' | 'moved'

/**
 * Folds the log into blocks. New blocks are written and read back first; then one strict transaction makes the manifest that names
 * them the newest and trims the log, unless another tab was faster: the sequence says so. A checkpoint that ends anywhere before
 * that has changed nothing. Reads and writes go on meanwhile. docs/format.md draws the steps.
 */
export class Checkpointer {
  readonly #source: CheckpointSource
  readonly #turns: Turns
  /** The memory that all below is of: once everything is loaded anew, another checkpointer looks after another one. */
  readonly #state: CollectionState
  #base: Manifest
  #newestSequence: number
  #pending: PendingBlocks[]
  #unfolded: UnfoldedEntry[]
  #missing: ReadonlySet<number>
  #lost: readonly number[]
  readonly #gaps: Gaps
  /** By lsn, ids of the blocks that each entry of the log names which this tab has read or written. */
  readonly #named = new Map<number, readonly number[]>()
  readonly #known: KnownEntries
  #needsMending: boolean
  /** The base is another tab's manifest. */
  #isAdopted = false
  /** Older manifests, and blocks and entries that only they need, may still be there. */
  #mayPurge: boolean
  /** About how much they take. */
  #retiredBytes: number

  constructor(source: CheckpointSource, loaded: Loaded) {
    this.#source = source
    this.#turns = new Turns(source.clock)
    this.#state = loaded.state
    this.#base = loaded.base
    this.#newestSequence = loaded.newestSequence
    this.#pending = [...loaded.pending]
    this.#unfolded = [...loaded.unfolded]
    for (const { lsn } of loaded.unfolded) this.#named.set(lsn, [])
    for (const { lsn, stored } of loaded.pending) this.#named.set(lsn, idsOf(stored))
    // One that was set aside for a damaged block still names the others.
    for (const lsn of loaded.lost) this.#named.delete(lsn)
    this.#missing = loaded.missingBlocks
    this.#lost = loaded.lost
    this.#gaps = new Gaps(loaded)
    this.#known = { aside: new Set([...loaded.base.lost, ...loaded.lost]), named: this.#named }
    this.#needsMending = loaded.needsMending
    this.#mayPurge = loaded.newestSequence > 0
    // Nobody knows; looking is cheap.
    this.#retiredBytes = Number.POSITIVE_INFINITY
  }

  /** How many entries up to `last`, where this memory ended, were in it and have been given up in what was loaded in its place. */
  givenUpSince({ base }: Loaded, last: number): number {
    return this.#gaps.givenUpSince(base, last)
  }

  /** The last entry that is folded in. */
  get lsn(): number {
    return this.#base.lsn
  }

  get unfoldedEntries(): number {
    return this.#unfolded.length
  }

  /** Bytes on the disk of entries that are not folded in, their blocks included. */
  get unfoldedBytes(): number {
    return this.#unfolded.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** The last entry that is not folded in; 0 where all are. */
  get lastUnfoldedLsn(): number {
    return this.#unfolded.at(-1)?.lsn ?? 0
  }

  get needsMending(): boolean {
    return this.#needsMending
  }

  /** Whether there may be older manifests and what only they need. */
  get mayPurge(): boolean {
    return this.#mayPurge
  }

  /** Whether what only older states need is worth deleting. @param hasDeletions It holds what the user has deleted. */
  isWorthPurging(hasDeletions: boolean): boolean {
    return hasDeletions || this.#retiredBytes > Math.max(LEAST_RETIRED_BYTES, this.storedBytes / 16)
  }

  /** Bytes of the bodies of all blocks that are named. */
  get storedBytes(): number {
    return this.#base.blocks.reduce((sum, { reference }) => sum + reference.bytes, 0)
  }

  /** Whether a graph has been made that is not stored, or has changed much since. */
  get areLinksDue(): boolean {
    return [...this.#state.vectors.values()].some((part) => part.areLinksDue)
  }

  /** Hears of an entry that was applied. */
  applied(entry: LogEntry, nextOffset: number): void {
    this.#unfolded.push({ lsn: entry.lsn, bytes: bytesOfEntry(entry), nextOffset })
    this.#named.set(entry.lsn, isStored(entry.upserts) ? idsOf(entry.upserts) : [])
    if (!isStored(entry.upserts)) return
    const firstOffset = nextOffset - entry.upsertCount
    this.#pending.push({ lsn: entry.lsn, firstOffset, stored: entry.upserts })
  }

  /** Where the newest manifest there is ends, undefined where that is one not known here and cannot be read; inside a transaction. */
  async foldedAt(transaction: Transaction): Promise<Position | undefined> {
    const { sequence } = this.#base
    // Every write asks, and every read of the latest: what is known already is not read again.
    if (sequence > 0 && (await newestSequence(transaction, this.#number)) === sequence) return positionOf(this.#base)
    const found = await readManifests(transaction, this.#number)
    const newest = found.manifests.find((manifest) => manifest.sequence === found.newestSequence)
    return newest && positionOf(newest)
  }

  /** What memory holds is not all on the disk any more: the next checkpoint makes it whole. */
  mend(): void {
    this.#needsMending = true
  }

  /** Takes the newest manifest as the base, where another tab wrote it. */
  adopt(now: () => Present): Promise<CheckpointEnd> {
    return this.#turns.take(() => this.#adoptNewest(now()))
  }

  /** Folds in what there is at this moment, after what was begun before. */
  run(now: () => Present, options: CheckpointOptions = {}): Promise<CheckpointEnd> {
    return this.#turns.take(() => this.#run(now, options), { signal: options.signal })
  }

  async #run(now: () => Present, options: CheckpointOptions): Promise<CheckpointEnd> {
    const adopted = await this.#adoptNewest(now())
    if (adopted !== 'done') return adopted
    const { storage, clock, log, blockBytes } = this.#source
    const inUse = this.#pending.flatMap(({ stored }) => idsOf(stored))
    const unnamed = await sweepBlocks(storage, clock, this.#number, inUse, this.#named)
    const doomed = await this.#lookForDeleted(now().position)
    options.signal?.throwIfAborted()

    const { state, position } = now()
    if (state !== this.#state) return 'moved'
    const { dropsAllDead = false, rewriteBytes = Number.POSITIVE_INFINITY, signal } = options
    const plan = planCheckpoint({ ...this.#memory, doomed, blockBytes, dropsAllDead, rewriteBytes })
    const forgets = dropsAllDead && this.#base.lost.length > 0
    const isIdle = position.lsn === this.#base.lsn && !this.#needsMending && !forgets
    if (isIdle && plan.renumbered === undefined && this.#changesNothing(plan)) {
      if (plan.forgetsDeleted) state.forgetDeletions(position.lsn)
      settleLinks(state.vectors, keptBy(plan))
      return 'nothing'
    }
    const written = await this.#write(plan, now, signal)
    if (written === 'moved') return 'moved'
    const { renumbered, nextOffset, births } = plan
    const shift = renumbered === undefined ? 0 : nextOffset - renumbered.length
    const manifest: Manifest = {
      ...position,
      collection: log.record,
      sequence: this.#newestSequence + 1,
      // Tabs that took the base for all there is have to load what is brought back.
      epoch: this.#base.epoch + (renumbered !== undefined || state.hasDiverged || this.#bringsBack() ? 1 : 0),
      nextOffset: nextOffset - shift,
      blocks: written.blocks,
      births,
      ...this.#gaps.at(position.lsn, this.#base, this.#lost, dropsAllDead),
      unnamed,
    }
    const hasMoved = () => now().state !== state
    const known = await this.#knownEntries(dropsAllDead)
    const swap = () => swapManifest(storage, log, manifest, this.#base, this.#newestSequence, known)
    const swapped = hasMoved() ? 'moved' : await swap()
    if (swapped !== 'done') {
      // What was overtaken may hold what others delete now: it is not left for the next sweep.
      await written.discard()
      return swapped
    }
    // Loaded anew while it was swapped: then that has what this one has written, or will find it.
    if (hasMoved()) return 'moved'
    if (renumbered !== undefined) this.#renumber(state, renumbered, nextOffset)
    if (plan.forgetsDeleted) state.forgetDeletions(position.lsn)
    this.#fold(manifest)
    settleLinks(state.vectors, manifest.blocks)
    this.#isAdopted = false
    this.#gaps.folded()
    state.hasDiverged = false
    this.#needsMending = false
    return 'done'
  }

  /** Gives up what only older states need; see `purgeOlder`. */
  async purge(dropsAside: boolean): Promise<boolean> {
    return await this.#turns.take(async () => {
      const known = await this.#knownEntries(dropsAside)
      const end = await purgeOlder(this.#source.storage, this.#number, this.#base.sequence, dropsAside, known)
      const isDone = end === 'done'
      this.#mayPurge = !isDone
      if (isDone) this.#retiredBytes = 0
      // It is not given up for what stands behind it: the next checkpoint writes it anew.
      if (end === 'damaged') this.#needsMending = true
      return isDone
    })
  }

  get #number(): number {
    return this.#source.log.record.number
  }

  get #nothing(): Manifest {
    return nothingFolded(this.#source.log.record)
  }

  /** Takes the newest manifest as the base, where another tab wrote it. */
  async #adoptNewest({ state, position }: Present): Promise<CheckpointEnd> {
    if (state !== this.#state) return 'moved'
    const found = await this.#source.storage.read(['manifests'], async (transaction) => {
      const isKnown = (await newestSequence(transaction, this.#number)) === this.#newestSequence
      return isKnown ? undefined : readManifests(transaction, this.#number)
    })
    if (found === undefined) return 'done'
    const newest = found.manifests[0]
    // Nobody can read it any more. What it held is in memory.
    if (newest?.sequence !== found.newestSequence) return this.#beginAnew(found.newestSequence, this.#base)
    if (newest.lsn > position.lsn) return 'behind'
    if (this.#gaps.areFilledBy(newest, this.#missing)) return 'moved'
    const fits = this.#fits(newest)
    this.#gaps.adopted(newest)
    const hasMore = this.#gaps.ahead.size > 0 || this.#state.hasDiverged
    if (!fits && !hasMore) return 'moved'
    this.#isAdopted = true
    if (!fits) return this.#beginAnew(newest.sequence, newest)
    this.#fold(newest)
    // Whoever saw more writes it, so that all see it.
    if (hasMore || this.#bringsBack()) this.#needsMending = true
    return 'done'
  }

  /** Whether a manifest’s offsets are those of memory. */
  #fits({ epoch, lsn, nextOffset }: Manifest): boolean {
    const known = lsn === this.#base.lsn ? this.#base : this.#unfolded.find((entry) => entry.lsn === lsn)
    return epoch === this.#base.epoch && nextOffset === known?.nextOffset && !this.#state.hasDiverged
  }

  /** The newest manifest is no base for what memory has, which is more: all is written anew. */
  #beginAnew(newestSequence: number, { epoch, lost, givenUp }: Manifest): CheckpointEnd {
    this.#newestSequence = newestSequence
    const { lsn, checksum, nextOrdinal, nextOffset } = this.#base
    this.#base = { ...this.#nothing, epoch, lsn, checksum, nextOrdinal, nextOffset, lost, givenUp }
    this.#needsMending = true
    return 'done'
  }

  get #memory() {
    return { state: this.#state, base: this.#base, pending: this.#pending, missing: this.#missing, ahead: this.#gaps.ahead }
  }

  /** What is known of the entries that are stored. @param withAside Those that were set aside are looked at again: they are to go, with their blocks. */
  async #knownEntries(withAside: boolean): Promise<KnownEntries> {
    return withAside ? await lookAtAside(this.#source.storage, this.#source.clock, this.#number, this.#known) : this.#known
  }

  async #lookForDeleted({ lsn }: Position): Promise<Doomed> {
    if (this.#state.deletions.length === 0) return { blocks: new Set(), through: lsn }
    return await blocksOfDeleted(this.#source, this.#state, blocksNow(this.#memory), lsn)
  }

  async #write(plan: CheckpointPlan, now: () => Present, signal: AbortSignal | undefined): Promise<WrittenPlan | 'moved'> {
    const { storage, log } = this.#source
    try {
      return await writePlan(this.#source, plan, this.#state, signal)
    } catch (error) {
      // Memory that was loaded anew has closed what this one still reads.
      if (now().state !== this.#state) return 'moved'
      // What cannot be read back may have been deleted with its collection: that is another matter.
      await storage.read(['catalog'], (transaction) => log.checkExists(transaction))
      throw error
    }
  }

  #fold(manifest: Manifest): void {
    for (const lsn of this.#named.keys()) if (lsn <= this.#base.lsn) this.#named.delete(lsn)
    const named = new Set(manifest.blocks.map(({ reference }) => reference.id))
    this.#missing = new Set([...this.#missing].filter((id) => named.has(id)))
    for (const { reference } of this.#base.blocks) if (!named.has(reference.id)) this.#retiredBytes += reference.bytes
    for (const { lsn, bytes } of this.#unfolded) if (lsn <= manifest.lsn) this.#retiredBytes += bytes
    this.#base = manifest
    this.#newestSequence = manifest.sequence
    this.#pending = this.#pending.filter(({ lsn }) => lsn > manifest.lsn)
    this.#unfolded = this.#unfolded.filter(({ lsn }) => lsn > manifest.lsn)
    this.#lost = this.#lost.filter((lsn) => lsn > manifest.lsn)
    this.#mayPurge = true
  }

  /** Whether memory holds what a tab that saw less has folded away. */
  #bringsBack(): boolean {
    return this.#isAdopted && !coversAll(this.#base, this.#state)
  }

  #renumber(state: CollectionState, live: Uint32Array, from: number): void {
    const shift = from - live.length
    state.renumber(live, from)
    this.#pending = this.#pending.map((entry) => ({ ...entry, firstOffset: entry.firstOffset - shift }))
    this.#unfolded = this.#unfolded.map((entry) => ({ ...entry, nextOffset: entry.nextOffset - shift }))
  }

  #changesNothing({ kinds }: CheckpointPlan): boolean {
    const pieces = kinds.flatMap((kind) => kind.pieces)
    return pieces.length === this.#base.blocks.length && pieces.every((piece) => 'kept' in piece)
  }
}

function keptBy({ kinds }: CheckpointPlan): LiveBlock[] {
  return kinds.flatMap(({ pieces }) => pieces.flatMap((piece) => ('kept' in piece ? [piece.kept] : [])))
}

function idsOf({ blocks }: StoredPoints): number[] {
  return blocks.map(({ id }) => id)
}
