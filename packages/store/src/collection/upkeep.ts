import { isVoisinError, type Notice } from '@voisin/spec'
import type { Checkpointer } from '../checkpoint/checkpointer.ts'
import type { Clock } from '../database/world.ts'
import type { ReadyEntry } from '../state/collection-state.ts'
import type { LocalCollection } from './local-collection.ts'
import type { StoredJournal } from './stored-journal.ts'
import type { UpkeepLock } from './upkeep-lock.ts'

/** How much log may gather before it is folded into blocks. */
export interface CheckpointAfter {
  /** @default 512 */
  readonly entries?: number
  /** On the disk, of entries and of blocks that they name. @default 8 MiB */
  readonly bytes?: number
}

/** What is quiet is tidied up so long after the last write; in milliseconds. */
const QUIET_MS = 4_000
/** Deleted payloads leave the disk so long after the last write; in milliseconds. */
const DELETED_MS = 1_500
/** Even where writes never pause, deleted payloads leave the disk so long after their deletion. */
const DELETED_AT_MOST_MS = 8_000
/** Tabs that only hear of writes let the one that wrote go first. */
const AFTER_OTHERS_MS = 2_000
/** After a checkpoint that failed or found another tab at it. */
const AGAIN_MS = 3_000
/** What could not be read is read again after so long, then after twice as long, and so on; a full disk is left alone likewise. In milliseconds. */
const READ_AGAIN_MS = 4_000
const LONGEST_PAUSE_MS = 300_000
/** A log below this is not worth a checkpoint while nothing else is. */
const LEAST_BYTES = 64 * 1024
/** On a full disk so many bytes of whole blocks are written anew at a time. */
const SCARCE_REWRITE_BYTES = 2 * 2 ** 20

/** What upkeep asks of the whole database. */
export interface Space {
  /** Whether the disk is full: only what frees space is done. */
  readonly isScarce: boolean
  /** Puts the ballast there, where there is none yet. */
  ensure(): Promise<void>
  /** Puts the ballast back; false where there is no room for it yet. */
  restore(): Promise<boolean>
}

/** Folds a collection's log into blocks when it is due, in the background; one tab does it, the others hear of it. */
export class Upkeep {
  readonly #collection: LocalCollection
  readonly #journal: StoredJournal
  readonly #clock: Clock
  readonly #lock: UpkeepLock
  readonly #space: Space
  readonly #limits: Required<CheckpointAfter>
  readonly #onFolded: (lsn: number) => void
  readonly #onNotice: (notice: Notice) => void
  #cancel: (() => void) | undefined
  #running: Promise<void> | undefined
  #stop = new AbortController()
  #isPaused = false
  #isClosed = false
  #lastWriteAt = 0
  #isOwnWrite = false
  #deletedAt: number | undefined
  #isUntidy = false
  /** That the disk is full. */
  #hasTold = false
  /** Writes that have found the disk full, and may be waiting for upkeep in their turn. */
  #awaited = 0
  #readAgainMs = READ_AGAIN_MS
  #readAgainAt: number | undefined
  #restUntil = 0
  /** How often something was linked. */
  #linkings = 0
  /** How long a full disk is left alone. */
  #fullMs = AGAIN_MS
  /** What other tabs say they have folded. */
  #heardLsn = 0

  constructor(
    collection: LocalCollection,
    journal: StoredJournal,
    clock: Clock,
    lock: UpkeepLock,
    space: Space,
    options: {
      readonly checkpointAfter?: CheckpointAfter | undefined
      /** Told of each checkpoint of this tab's. */
      readonly onFolded: (lsn: number) => void
      readonly onNotice: (notice: Notice) => void
    },
  ) {
    const { entries = 512, bytes = 8 * 2 ** 20 } = options.checkpointAfter ?? {}
    this.#collection = collection
    this.#journal = journal
    this.#clock = clock
    this.#lock = lock
    this.#space = space
    this.#limits = { entries, bytes }
    this.#onFolded = options.onFolded
    this.#onNotice = options.onNotice
    const { mayPurge, needsMending, unfoldedEntries } = this.#checkpointer
    this.#isUntidy = mayPurge || needsMending || unfoldedEntries > 0
    this.#lastWriteAt = clock.now()
    // A deletion of before the last closing, which is still to leave the disk.
    if (collection.hasDeletions) this.#deletedAt = this.#lastWriteAt
    this.#arrange()
  }

  /** Hears of entries that were applied. */
  applied(entries: readonly ReadyEntry[], isOwn: boolean): void {
    this.#lastWriteAt = this.#clock.now()
    this.#isOwnWrite = isOwn
    this.#isUntidy = true
    // A full disk may be another matter now: what is deleted must not wait.
    this.#fullMs = AGAIN_MS
    this.#restUntil = Math.min(this.#restUntil, this.#lastWriteAt + AGAIN_MS)
    if (entries.some(({ entry }) => entry.deletes.length > 0)) this.#deletedAt ??= this.#lastWriteAt
    this.#arrange()
  }

  /** Hears that another tab has folded the log up to an entry. */
  folded(lsn: number): void {
    this.#heardLsn = Math.max(this.#heardLsn, lsn)
    this.#arrange()
  }

  /** Hears that something was linked. */
  linked(): void {
    if (!this.#checkpointer.areLinksDue) return
    this.#isUntidy = true
    this.#linkings++
    this.#arrange()
  }

  /** The disk is full: begins at once to free space. */
  async free(): Promise<void> {
    this.#restUntil = 0
    // What is under way may be waiting for the very write that waits for this.
    this.#stop.abort(new DOMException('The disk is full.', 'AbortError'))
    if (!this.#isPaused) this.#stop = new AbortController()
    this.#awaited++
    try {
      await this.#running
      await this.#run(() => this.#tidyUp())
    } finally {
      this.#awaited--
    }
  }

  pause(): void {
    this.#isPaused = true
    this.#stop.abort(new DOMException('The page was put aside.', 'AbortError'))
    this.#cancel?.()
    this.#cancel = undefined
  }

  resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#stop = new AbortController()
    this.#arrange()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.pause()
    await this.#running
  }

  get #checkpointer(): Checkpointer {
    return this.#journal.checkpointer!
  }

  /** When something is due, by the clock; undefined where nothing is. */
  #dueAt(): number | undefined {
    if (this.#journal.keepsLog) {
      this.#readAgainAt ??= this.#clock.now() + this.#readAgainMs
      return Math.max(this.#readAgainAt, this.#restUntil)
    }
    const { needsMending } = this.#checkpointer
    const now = this.#clock.now()
    const patience = this.#isOwnWrite ? 0 : AFTER_OTHERS_MS
    const isHeard = this.#heardLsn >= this.#checkpointer.lastUnfoldedLsn
    const moments: number[] = []
    if (!isHeard && this.#isLogFull()) moments.push(now + patience)
    if (this.#deletedAt !== undefined) {
      moments.push(Math.min(this.#lastWriteAt + DELETED_MS, this.#deletedAt + DELETED_AT_MOST_MS) + patience / 4)
    }
    if (needsMending) moments.push(now)
    if (this.#isUntidy && this.#isWorthTidying()) moments.push(this.#lastWriteAt + QUIET_MS + patience)
    if (moments.length === 0) return undefined
    return Math.max(Math.min(...moments), this.#restUntil)
  }

  #isLogFull(): boolean {
    const { unfoldedEntries, unfoldedBytes } = this.#checkpointer
    return unfoldedEntries >= this.#limits.entries || unfoldedBytes >= this.#limits.bytes
  }

  /** Whether the log, or what only older states need, takes more than a small part of what is stored, or links are not stored. */
  #isWorthTidying(): boolean {
    const { mayPurge, unfoldedBytes, unfoldedEntries, storedBytes } = this.#checkpointer
    const isLongLog = unfoldedEntries > 0 && (unfoldedBytes > Math.max(LEAST_BYTES, storedBytes / 16) || unfoldedEntries > 64)
    return isLongLog || this.#checkpointer.areLinksDue || (mayPurge && this.#checkpointer.isWorthPurging(false))
  }

  #arrange(): void {
    if (this.#isPaused || this.#isClosed || this.#running !== undefined) return
    const dueAt = this.#dueAt()
    this.#cancel?.()
    this.#cancel = undefined
    if (dueAt === undefined) return
    const ms = Math.max(0, dueAt - this.#clock.now())
    if (ms === 0) void this.#run(() => this.#tend())
    else this.#cancel = this.#clock.after(ms, () => void this.#run(() => this.#tend()))
  }

  async #run(work: () => Promise<void>): Promise<void> {
    if (this.#isPaused || this.#isClosed) return
    this.#running = this.#lock
      .take(work)
      .then((wasFree) => {
        // What could not be mended now is tried again later, not at once.
        if (!wasFree || this.#checkpointer.needsMending) this.#restUntil = this.#clock.now() + AGAIN_MS
      })
      .catch((error: unknown) => {
        this.#restUntil = this.#clock.now() + AGAIN_MS
        // What fails changes nothing: the log has it all. Only a full disk is worth a word, once.
        if (!isVoisinError(error) || error.code !== 'storage-full') return
        this.#fullMs = Math.min(2 * this.#fullMs, LONGEST_PAUSE_MS)
        this.#restUntil = this.#clock.now() + this.#fullMs
        if (!this.#hasTold) this.#onNotice({ kind: 'quota', message: error.message })
        this.#hasTold = true
      })
      .finally(() => {
        this.#running = undefined
        this.#arrange()
      })
    await this.#running
  }

  async #tend(): Promise<void> {
    if (this.#journal.keepsLog) return await this.#readAgain()
    const isQuiet = this.#clock.now() - this.#lastWriteAt >= QUIET_MS
    if (isQuiet || this.#deletedAt !== undefined) return await this.#tidyUp()
    // Another tab may have had the lock just before, and done it.
    await this.#collection.adopt()
    if (!this.#checkpointer.needsMending && !this.#isLogFull()) return
    if (!(await this.#fold())) this.#restUntil = this.#clock.now() + AGAIN_MS
  }

  /** What cannot be read today may be readable tomorrow. */
  async #readAgain(): Promise<void> {
    this.#readAgainAt = undefined
    this.#readAgainMs = Math.min(2 * this.#readAgainMs, LONGEST_PAUSE_MS)
    await this.#collection.reload({ signal: this.#stop.signal })
    if (!this.#journal.keepsLog) this.#readAgainMs = READ_AGAIN_MS
  }

  /** Folds everything in, gives up what only older states need, and lets go of memory. */
  async #tidyUp(): Promise<void> {
    const writtenAt = this.#lastWriteAt
    const deletedAt = this.#deletedAt
    const linkings = this.#linkings
    let isDone: boolean
    do isDone = await this.#fold()
    while (this.#space.isScarce && !(await this.#freed()))
    if (this.#checkpointer.mayPurge && this.#checkpointer.isWorthPurging(deletedAt !== undefined)) {
      isDone = (await this.#collection.purge(deletedAt !== undefined)) && isDone
    }
    this.#collection.compactMemory()
    // What was deleted meanwhile, or found no room to be written anew without, is still to leave the disk.
    const { hasDeletions } = this.#collection
    if (!isDone || hasDeletions) this.#restUntil = this.#clock.now() + AGAIN_MS
    if (!isDone) return
    this.#deletedAt = hasDeletions ? this.#clock.now() : undefined
    if (this.#lastWriteAt === writtenAt && this.#linkings === linkings) this.#isUntidy = false
  }

  /** Whether everything is folded in now. */
  async #fold(): Promise<boolean> {
    const { signal } = this.#stop
    const end = await this.#collection.checkpoint({
      signal,
      // A write that found the disk full may be waiting for this.
      waitsForNobody: this.#space.isScarce || this.#awaited > 0,
      ...(this.#space.isScarce && { rewriteBytes: SCARCE_REWRITE_BYTES }),
    })
    if (end !== 'done') return end === 'nothing'
    this.#hasTold = false
    this.#fullMs = AGAIN_MS
    this.#onFolded(this.#checkpointer.lsn)
    await this.#space.ensure()
    return true
  }

  /** After a step on a full disk: whether there is room again, or nothing more to be gained. */
  async #freed(): Promise<boolean> {
    const before = this.#checkpointer.storedBytes
    await this.#collection.purge()
    if (await this.#space.restore()) return true
    const { signal } = this.#stop
    const end = await this.#collection.checkpoint({ signal, waitsForNobody: true, rewriteBytes: SCARCE_REWRITE_BYTES })
    return end !== 'done' || this.#checkpointer.storedBytes >= before
  }
}
