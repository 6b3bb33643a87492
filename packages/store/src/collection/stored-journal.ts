import { ifWhole, sealOf } from '@voisin/bytes'
import { type Durability, isVoisinError, type LongCallOptions, StorageError, type VoisinError } from '@voisin/spec'
import { type BlockRows, openBody } from '../blocks/block-codec.ts'
import { areThere, BlockWriter, BODY } from '../blocks/block-store.ts'
import { storePoints } from '../blocks/large-write.ts'
import { isStored, pointsFrom, type StoredPoints } from '../blocks/stored-points.ts'
import type { CheckpointSource } from '../checkpoint/checkpoint-source.ts'
import { type CheckpointEnd, Checkpointer, type CheckpointOptions, type Present } from '../checkpoint/checkpointer.ts'
import { type Loaded, loadCollection } from '../checkpoint/load-collection.ts'
import type { Transaction, TransactionOptions } from '../database/storage.ts'
import type { TabLife } from '../database/tab-life.ts'
import { type CommitSafety, clearMarks, findDeadMarks } from '../log/commit-safety.ts'
import { type EntryBody, encodeBody, type LogEntry } from '../log/entry-codec.ts'
import { appendStores } from '../log/log.ts'
import type { Position } from '../log/replay.ts'
import { checkBodySize } from '../points/limits.ts'
import { bytesOfColumns, type PointColumns } from '../points/point-columns.ts'
import type { ReadyEntry } from '../state/collection-state.ts'
import type { Appended, AppendRequest, Journal, OpenedState } from './journal.ts'

const LARGE_WRITE_BYTES = 2 ** 20
const SMALL_BYTES = 2 ** 16
/** A large write whose blocks were swept while it waited stores them again, so often at most. */
const STORE_ATTEMPTS = 3

const UNCLEAN_END =
  'A tab or the whole machine ended while its last writes were not safe against a power cut: the last seconds may be missing.'

const GIVEN_UP = 'that were here are gone: another tab could not read them, and has folded what it had before this one knew.'

export interface StoredJournalOptions {
  readonly durability: Durability
  /** Write although some record cannot be read. @default false */
  readonly goOn?: boolean
  readonly life: TabLife
  /** The last write that is known from elsewhere: its number is not given again. */
  readonly lastSeenLsn: number
  /** A write above this goes to blocks first, and its entry only names them. @default 1 MiB */
  readonly largeWriteBytes?: number | undefined
  /** How long a call may wait for its turn at the database, in milliseconds. @default 60,000 */
  readonly deadlineMs: number
}

/** Keeps a collection in a database. */
export class StoredJournal implements Journal {
  readonly durability: Durability
  readonly #source: CheckpointSource
  readonly #options: StoredJournalOptions
  readonly #safety: CommitSafety
  #checkpointer: Checkpointer | undefined
  #whyReadOnly: VoisinError | undefined
  #isUnreadable = false
  /** Whether the log ended before what is known when it was last looked at: then the newest manifest says where all is. */
  #wasFolded = false
  #goesOn = false
  /** Whether a power cut would leave all that was read and written here. */
  #isSynced = false
  /** Receipts never go back, not even where entries are lost. */
  #highestLsn = 0

  constructor(source: CheckpointSource, safety: CommitSafety, options: StoredJournalOptions) {
    this.durability = options.durability
    this.#source = source
    this.#safety = safety
    this.#options = options
    this.#highestLsn = options.lastSeenLsn
  }

  get checkpointLsn(): number {
    return this.#checkpointer?.lsn ?? 0
  }

  /** Undefined before the first `load`. */
  get checkpointer(): Checkpointer | undefined {
    return this.#checkpointer
  }

  /** Why nothing is written, where nothing is. */
  get whyReadOnly(): VoisinError | undefined {
    return this.#whyReadOnly
  }

  /** Nothing is folded: what cannot be read now may be readable tomorrow, and what is done meanwhile is then done to it. */
  get keepsLog(): boolean {
    return this.#isUnreadable
  }

  async load(options: LongCallOptions): Promise<OpenedState> {
    const { storage, log } = this.#source
    const finding = findDeadMarks(storage, log.record.number, this.#options.life)
    finding.catch(() => {})
    const loaded = await loadCollection(this.#source, options)
    const wasUnsafe = await this.#clearMarks(finding, loaded)
    const { position, state, isUnreadable } = loaded
    const givenUp = this.#checkpointer?.givenUpSince(loaded, this.#highestLsn) ?? 0
    this.#checkpointer = new Checkpointer(this.#source, loaded)
    const isShortened = position.lsn < this.#highestLsn
    this.#highestLsn = Math.max(this.#highestLsn, position.lsn)
    // What a power cut may have taken was not promised to be there: it need not be waited for.
    this.#goesOn ||= wasUnsafe || this.#options.goOn === true
    this.#isSynced = false
    this.#isUnreadable = isUnreadable
    this.#whyReadOnly = isUnreadable && !this.#goesOn ? unreadable(this.#source.log.record.name) : undefined
    const dataState = givenUp > 0 && loaded.dataState === 'intact' ? 'partial' : loaded.dataState
    const notices = [...loaded.notices]
    if (givenUp > 0) notices.push({ kind: 'data-loss', message: `${givenUp} writes ${GIVEN_UP}` })
    if (wasUnsafe) notices.push({ kind: 'rolled-back', message: UNCLEAN_END })
    if (!isShortened || dataState !== 'intact') return { state, position, dataState, notices }
    notices.push({
      kind: 'rolled-back',
      message: 'The last writes are gone from the log; the collection is as it was before them.',
    })
    return { state, position, dataState: 'rolledBack', notices }
  }

  /** Only now that all is read: a word that nobody could hear is not taken away. */
  async #clearMarks(finding: ReturnType<typeof findDeadMarks>, { state }: Loaded): Promise<boolean> {
    try {
      const marks = await finding
      await clearMarks(this.#source.storage, marks)
      return marks.length > 0
    } catch (error) {
      state.close()
      throw error
    }
  }

  async append(request: AppendRequest, options: LongCallOptions): Promise<Appended> {
    if (this.#whyReadOnly) throw this.#whyReadOnly
    const isLarge = bytesOfColumns(request.upserts) > (this.#options.largeWriteBytes ?? LARGE_WRITE_BYTES)
    if (!isLarge) return (await this.#commit(request, request.upserts, options)) as Appended
    for (let attempt = 1; attempt <= STORE_ATTEMPTS; attempt++) {
      const result = await this.#appendLarge(request, options)
      if (result !== 'swept') return result
    }
    throw new StorageError('Other tabs sweep faster than this write can be stored.', {
      retryable: true,
      dataState: 'intact',
      remedy: 'Try again, or split the write into smaller ones.',
    })
  }

  async since(known: Position): Promise<readonly ReadyEntry[] | 'moved'> {
    const { storage, log } = this.#source
    return await storage.read(
      ['catalog', 'entries', 'blocks', 'manifests'],
      async (transaction) => {
        // Asked together, so that one answer is waited for and not two.
        const [entries] = await Promise.all([this.#past(transaction, known), log.checkExists(transaction)])
        return await this.#withPoints(transaction, entries)
      },
      this.#transactionOptions(),
    )
  }

  applied(ready: ReadyEntry, nextOffset: number): void {
    this.#highestLsn = Math.max(this.#highestLsn, ready.entry.lsn)
    // A strict commit syncs all before it, whoever wrote that.
    this.#isSynced = ready.entry.isStrict
    this.#checkpointer!.applied(ready.entry, nextOffset)
  }

  async checkpoint(now: () => Present, options: CheckpointOptions): Promise<CheckpointEnd> {
    const givesUp = options.dropsAllDead === true && this.#whyReadOnly === undefined
    if (this.#isUnreadable && !givesUp) return 'nothing'
    const end = await this.#checkpointer!.run(now, options)
    if (givesUp && end === 'done') this.#isUnreadable = false
    return end
  }

  async adopt(now: () => Present): Promise<CheckpointEnd> {
    return await this.#checkpointer!.adopt(now)
  }

  async purge(dropsAside: boolean): Promise<boolean> {
    return await this.#checkpointer!.purge(dropsAside)
  }

  async flush(): Promise<void> {
    if (this.#isSynced && !this.#safety.isUnsafe) return
    const { storage, log } = this.#source
    // Before, so that a doubt that comes meanwhile stays.
    this.#isSynced = true
    try {
      const [, isSafe] = await storage.read(
        ['catalog', 'meta'],
        (transaction) => Promise.all([log.checkExists(transaction), this.#safety.isSafe(transaction)]),
        this.#transactionOptions(),
      )
      if (!isSafe) await this.#safety.harden()
    } catch (error) {
      this.#isSynced = false
      throw error
    }
  }

  doubt(): void {
    this.#isSynced = false
  }

  async close(): Promise<void> {
    await this.#safety.close()
  }

  async #appendLarge(request: AppendRequest, options: LongCallOptions): Promise<Appended | 'swept'> {
    const { storage, log, randomNumber, blockBytes } = this.#source
    const { number } = log.record
    const writer = new BlockWriter(
      storage,
      number,
      randomNumber,
      (transaction) => log.checkExists(transaction),
      this.#transactionOptions(options.signal),
    )
    try {
      const stored = await storePoints(request.upserts, number, request.known().lsn, writer, blockBytes, options)
      await writer.flush()
      options.signal?.throwIfAborted()
      const result = await this.#commit(request, stored, options)
      if (typeof result === 'string') void writer.discard()
      return result
    } catch (error) {
      // Where nobody knows whether the entry is there, its blocks are not to be touched.
      // Not waited for: what the caller is told does not depend on it.
      if (!isVoisinError(error) || error.dataState !== 'unknown') void writer.discard()
      throw error
    }
  }

  async #commit(
    request: AppendRequest,
    upserts: PointColumns | StoredPoints,
    options: LongCallOptions,
    withBlocks: boolean = isStored(upserts),
  ): Promise<Appended | 'swept'> {
    const { storage, log } = this.#source
    const upsertCount = request.upserts.ids.length
    let body = this.#encode(upserts, request)
    const commitment = this.#safety.choose(body.encoded.length)
    const isRelaxed = commitment.strength === 'relaxed'
    const result = await storage.write(
      appendStores(withBlocks, commitment),
      commitment.strength,
      async (transaction) => {
        // Asked together: each answer that is waited for is half of what a small write takes.
        const [entries] = await Promise.all([this.#past(transaction, request.known()), log.checkExists(transaction)])
        if (!withBlocks && entries !== 'moved' && entries.some((entry) => isStored(entry.upserts))) return 'in blocks'
        const past = await this.#withPoints(transaction, entries)
        if (isStored(upserts) && !(await areThere(transaction, log.record.number, upserts.blocks))) return 'swept'
        if (past === 'moved') return 'moved'
        if (past.length > 0) {
          request.takeIn(past)
          if (request.dependsOnEnd) body = this.#encode(upserts, request)
          if (isRelaxed && this.#safety.choose(body.encoded.length).strength === 'strict') return 'grown'
        }
        const previous = request.known()
        const lsn = Math.max(previous.lsn, this.#highestLsn) + 1
        const isStrict = commitment.strength === 'strict'
        await this.#safety.mark(transaction, commitment)
        const record = await log.add(transaction, previous, lsn, body.encoded, { isStrict, upsertCount })
        return { record, previous, lsn, isStrict }
      },
      // What depends on the end may grow there.
      { ...this.#transactionOptions(options.signal), isSmallAdd: body.encoded.length < SMALL_BYTES && !request.dependsOnEnd },
    )
    // What others have done has made it too large for a relaxed commit; the next one begins at what is known now.
    if (result === 'grown') return await this.#commit(request, upserts, options, withBlocks)
    if (result === 'in blocks') return await this.#commit(request, upserts, options, true)
    if (typeof result === 'string') return result
    this.#safety.committed(commitment)
    const { record, previous, lsn, isStrict } = result
    const entry: LogEntry = {
      collection: log.record.number,
      lsn,
      previous: previous.lsn,
      previousChecksum: previous.checksum,
      isStrict,
      firstOrdinal: previous.nextOrdinal,
      upsertCount,
      upserts,
      ...body.rest,
      checksum: sealOf(record),
      bytes: record.length,
    }
    return { entry, upserts: request.upserts }
  }

  #encode(upserts: EntryBody['upserts'], { resolve }: AppendRequest) {
    const rest = resolve()
    const encoded = encodeBody({ upserts, ...rest })
    checkBodySize(encoded.length)
    return { rest, encoded }
  }

  async #past(transaction: Transaction, known: Position): Promise<readonly LogEntry[] | 'moved'> {
    const checkpointer = this.#checkpointer!
    // Asked together with the rest where it was wanted the last time.
    const looking = this.#wasFolded ? checkpointer.foldedAt(transaction) : undefined
    looking?.catch(() => {})
    this.#wasFolded = false
    return await this.#source.log.past(transaction, known, async () => {
      this.#wasFolded = true
      const folded = await (looking ?? checkpointer.foldedAt(transaction))
      // Neither log nor manifest has what is in memory: it is stored anew.
      if (folded === undefined && known.lsn > 0) checkpointer.mend()
      return folded
    })
  }

  /** @param transaction May read blocks, where an entry names some. */
  async #withPoints(transaction: Transaction, entries: readonly LogEntry[] | 'moved'): Promise<readonly ReadyEntry[] | 'moved'> {
    if (entries === 'moved') return 'moved'
    const ready: ReadyEntry[] = []
    for (const entry of entries) {
      const upserts = isStored(entry.upserts) ? await this.#pointsOf(transaction, entry.upserts) : entry.upserts
      if (upserts === undefined) return 'moved'
      ready.push({ entry, upserts })
    }
    return ready
  }

  async #pointsOf(transaction: Transaction, stored: StoredPoints): Promise<PointColumns | undefined> {
    const { number } = this.#source.log.record
    const rows: (BlockRows | undefined)[] = []
    for (const reference of stored.blocks) {
      const record = await transaction.get('blocks', [number, reference.id, BODY])
      const found = record === undefined ? undefined : ifWhole(() => openBody(record, reference, number))
      if (found === undefined) return undefined
      rows.push(found)
    }
    return pointsFrom(stored, rows)
  }

  #transactionOptions(signal?: AbortSignal): TransactionOptions {
    return { signal, endBy: this.#source.clock.now() + this.#options.deadlineMs }
  }
}

function unreadable(name: string): StorageError {
  return new StorageError(
    `Some of what is stored of the collection "${name}" cannot be read at this time, so nothing is written.`,
    {
      dataState: 'intact',
      remedy: 'Open it again later: it may be there then. To go on without it, open the collection with goOn: true.',
    },
  )
}
