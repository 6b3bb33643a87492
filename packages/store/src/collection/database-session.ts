import type { CollectionSchema, Durability, LongCallOptions, Notice, Payload, Point } from '@voisin/spec'
import { PAYLOAD_BLOCK_BYTES, VECTOR_BLOCK_BYTES } from '../blocks/cut.ts'
import type { BlockBytes } from '../blocks/large-write.ts'
import { BALLAST_BYTES, Ballast } from '../database/ballast.ts'
import { deleteFromCatalog, isInCatalog, listCatalog } from '../database/catalog.ts'
import type { CollectionRecord } from '../database/collection-record.ts'
import { DEADLINE_MS, DeadlineStorage } from '../database/deadline-storage.ts'
import type { Storage } from '../database/storage.ts'
import { databaseDeleted } from '../database/storage-errors.ts'
import { TabLife } from '../database/tab-life.ts'
import { readTestimony, Witness, witnessKey } from '../database/witness.ts'
import type { Channel, Clock, StorageEvents, World } from '../database/world.ts'
import { deleteOldCollection, listOld, type TakenOver, takeOver } from '../format-0/take-over.ts'
import { CommitSafety } from '../log/commit-safety.ts'
import { Log } from '../log/log.ts'
import { agreeOnFields } from './agree-on-fields.ts'
import { nothingKnown } from './catalog-errors.ts'
import { checkSameSchema, checkSchema } from './check-schema.ts'
import { findOrCreate } from './find-or-create.ts'
import { findOrphans, isOrphaned } from './find-orphan.ts'
import { listStored } from './list-collections.ts'
import type { CollectionListing } from './listing.ts'
import { LocalCollection } from './local-collection.ts'
import { salvageCollection } from './salvage.ts'
import { StoredJournal } from './stored-journal.ts'
import { type CheckpointAfter, Upkeep } from './upkeep.ts'
import { UpkeepLock } from './upkeep-lock.ts'

export interface SessionOptions {
  /** How long a call may wait for its turn at the database, in milliseconds. @default 60,000 */
  readonly deadlineMs?: number
  /** What is kept in reserve for a full disk, in bytes. @default 8 MiB */
  readonly ballastBytes?: number
}

export type StoredCollectionOptions<P extends object = Payload> = CollectionSchema<P> &
  LongCallOptions & {
    readonly durability?: Exclude<Durability, 'memory'> | undefined
    readonly onNotice?: ((notice: Notice) => void) | undefined
    /** `never`: for tests, which say themselves when. */
    readonly checkpointAfter?: CheckpointAfter | 'never' | undefined
    readonly goOn?: boolean | undefined
    readonly largeWriteBytes?: number | undefined
    readonly blockBytes?: BlockBytes | undefined
    /** How much memory each vector's index may take. */
    readonly indexBytes?: number | undefined
  }

interface Opened {
  readonly collection: LocalCollection
  readonly journal: StoredJournal
  readonly number: number
  readonly upkeep: Upkeep
  readonly witness: Witness
  readonly onNotice: (notice: Notice) => void
}

/** Told to other tabs. */
type Message =
  | { readonly type: 'written'; readonly collection: number; readonly lsn: number }
  | { readonly type: 'folded'; readonly collection: number; readonly lsn: number }
  | { readonly type: 'deleted'; readonly collection: number }

/** With more than this written, folded or not, the database is worth a ballast. */
const WORTH_BALLAST_BYTES = 2 ** 20
const BLOCK_BYTES: BlockBytes = { payloads: PAYLOAD_BLOCK_BYTES, vectors: VECTOR_BLOCK_BYTES }

/** Resolves after so long, or when it is aborted. */
function paused(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      cancel()
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const cancel = clock.after(ms, end)
    signal?.addEventListener('abort', end)
  })
}

/** One database as this realm has it open: its connection, its collections, and what they have to do with other tabs. */
export class DatabaseSession {
  readonly #world: World
  readonly #name: string
  readonly #storage: Storage
  readonly #channel: Channel
  readonly #lock: UpkeepLock
  readonly #ballast: Ballast
  readonly #deadlineMs: number
  readonly #tab: number
  #nextHandle = 1
  readonly #life: TabLife
  readonly #opened = new Set<Opened>()
  /** By witness key: what was closed, and is still being remembered. */
  readonly #remembering = new Map<string, Promise<void>>()

  private constructor(world: World, name: string, storage: Storage, options: SessionOptions) {
    this.#world = world
    this.#name = name
    this.#storage = storage
    this.#deadlineMs = options.deadlineMs ?? DEADLINE_MS
    this.#tab = world.randomNumber()
    this.#life = new TabLife(world.locks, name, 'unsafe', this.#tab)
    this.#channel = world.openChannel(`voisin/${name}`, (message) => this.#hear(message))
    this.#lock = new UpkeepLock(name, world.locks, world.clock, this.#channel)
    this.#ballast = new Ballast(storage, world.clock, options.ballastBytes ?? BALLAST_BYTES)
  }

  static async open(world: World, name: string, options: SessionOptions = {}): Promise<DatabaseSession> {
    let session: DatabaseSession | undefined
    const tell = (notice: Notice) => {
      if (session === undefined) early.push(notice)
      else session.#doubt(notice)
    }
    const early: Notice[] = []
    const { deadlineMs = DEADLINE_MS } = options
    const events: StorageEvents = {
      onReplaced: (how) => {
        if (session !== undefined) session.#hasEnded = true
        if (how === 'deleted' && session !== undefined) session.#breakAll()
        const message =
          how === 'deleted' ? 'Another tab deleted the database.' : 'Another tab opened a newer version of the database.'
        tell({ kind: how === 'deleted' ? 'data-loss' : 'closed-by-newer-tab', message })
      },
      onWiped: () =>
        tell({ kind: 'data-loss', message: 'The browser found the whole database damaged and made it anew, empty.' }),
      onTerminated: () => tell({ kind: 'evicted', message: 'The browser closed the database, perhaps to clear it.' }),
    }
    const opened = await world.openStorage(name, events, deadlineMs)
    const storage = new DeadlineStorage(opened, world.clock, deadlineMs)
    session = new DatabaseSession(world, name, storage, options)
    session.#early = early
    return session
  }

  /** Whether its database was deleted, or taken over by a newer version: nothing can be opened in it any more. */
  get hasEnded(): boolean {
    return this.#hasEnded
  }

  #hasEnded = false

  /** Notices from before there was a collection to hear them. */
  #early: Notice[] = []

  /**
   * Opens a collection, created on first use.
   * @throws {DimensionMismatchError | ModelMismatchError | InvalidArgumentError} It exists with another schema.
   * @throws {CorruptDataError} Nothing says any more what it is.
   */
  async openCollection<P extends object = Payload>(name: string, options: StoredCollectionOptions<P>): Promise<LocalCollection> {
    const schema = checkSchema(options as CollectionSchema<never>)
    const { onNotice = () => {}, durability = 'power', signal } = options
    for (const notice of this.#early.splice(0)) onNotice(notice)
    const takenOver = await this.#takeOver(name, options)
    for (const notice of takenOver?.notices ?? []) onNotice(notice)
    const key = witnessKey(this.#name, name)
    await this.#remembering.get(key)
    const remembered = readTestimony(this.#world.witness, key)
    const again = () => readTestimony(this.#world.witness, key)
    const { record: found, isLost } = await findOrCreate(
      this.#storage,
      this.#world,
      name,
      schema,
      { remembered, again },
      onNotice,
    )
    checkSameSchema(name, found, options as CollectionSchema<never>)
    const record = await agreeOnFields(this.#storage, found, (options as CollectionSchema<never>).fields)
    signal?.throwIfAborted()
    const { clock, randomNumber } = this.#world
    const storage = this.#storage
    const log = new Log(storage, clock, record)
    const testimony = await remembered
    const lastSeen = testimony?.number === record.number ? testimony.lsn : 0
    const source = {
      storage,
      clock,
      log,
      randomNumber,
      stateOptions: { indexBytes: options.indexBytes },
      lastSeenLsn: lastSeen,
      blockBytes: options.blockBytes ?? BLOCK_BYTES,
    }
    const living = durability === 'process' ? this.#life.begin() : undefined
    const safety = new CommitSafety(storage, clock, durability, record.number, this.#tab, this.#nextHandle++)
    const { largeWriteBytes, goOn = false } = options
    const journal = new StoredJournal(source, safety, {
      durability,
      goOn,
      largeWriteBytes,
      deadlineMs: this.#deadlineMs,
      life: this.#life,
      lastSeenLsn: lastSeen,
    })
    const collection = await LocalCollection.open(name, record, journal, clock, {
      ...options,
      waitMs: this.#deadlineMs,
      ...(isLost && { isLost }),
      ...(takenOver && { foundAs: takenOver.dataState }),
    })
    await living
    this.#lookAfter(collection, journal, record, key, options)
    return collection
  }

  /** All collections, by name; one whose record is damaged does not hide the others. */
  async listCollections(): Promise<CollectionListing[]> {
    return await listStored(this.#storage, this.#world.clock)
  }

  /** Deletes a collection and all it holds, whatever its records say. Resolves to whether there was one. */
  async deleteCollection(name: string): Promise<boolean> {
    const listed = (await listCatalog(this.#storage, this.#world.clock, name)).map(({ number }) => number)
    const orphans = (await findOrphans(this.#storage, this.#world.clock))
      .filter((record) => record.name === name)
      .map(({ number }) => number)
    const key = witnessKey(this.#name, name)
    await this.#remembering.get(key)
    const remembered = (await readTestimony(this.#world.witness, key))?.number
    if (remembered !== undefined && (await isOrphaned(this.#storage, remembered))) orphans.push(remembered)
    const numbers = [...listed, ...orphans]
    // Before, so that an end between the two is no loss; and after, for what was remembered between the two.
    await this.#world.witness.remove(key)
    const wasOld = await deleteOldCollection(this.#storage, name)
    const wasThere = (await deleteFromCatalog(this.#storage, name, orphans)) || wasOld
    for (const number of numbers) {
      this.#channel.post({ type: 'deleted', collection: number } satisfies Message)
      this.#forget(number)
    }
    await this.#world.witness.remove(key)
    return wasThere
  }

  /** Every point of a collection that any of its records still holds, the newest of each id. */
  salvage(name: string, options: { readonly signal?: AbortSignal } = {}): AsyncGenerator<Point, void, undefined> {
    return salvageCollection(this.#storage, this.#world.clock, name, options)
  }

  /** Gives up what would keep other tabs waiting: for a page that is hidden or frozen. */
  async pause(): Promise<void> {
    for (const { upkeep } of this.#opened) upkeep.pause()
    for (const { collection } of this.#opened) await collection.flush().catch(() => {})
    await this.#storage.rest?.()
  }

  resume(): void {
    for (const { upkeep } of this.#opened) upkeep.resume()
  }

  /** Nothing is written for now. */
  async rest(): Promise<void> {
    if (this.#opened.size === 0) await this.#storage.rest?.()
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.#opened, ({ collection }) => collection.close()))
    await Promise.all(this.#remembering.values())
    await this.#storage.rest?.()
    this.#life.end()
    this.#channel.close()
    this.#storage.close()
  }

  /** Takes a collection over that version 0 has left under this name, if there is one. */
  async #takeOver(
    name: string,
    { blockBytes = BLOCK_BYTES }: Pick<StoredCollectionOptions, 'blockBytes'>,
  ): Promise<TakenOver | undefined> {
    const old = (await listOld(this.#storage)).find((other) => other.name === name)
    if (old === undefined) return undefined
    if (old.record === undefined) throw nothingKnown(name)
    return await takeOver(this.#storage, this.#world, old.record, blockBytes)
  }

  /** Something has befallen the database: what is stored may be gone. */
  #doubt(notice: Notice): void {
    for (const { journal, onNotice } of this.#opened) {
      journal.doubt()
      onNotice(notice)
    }
  }

  #breakAll(): void {
    for (const { collection } of this.#opened) collection.break(databaseDeleted(this.#name))
  }

  #lookAfter(
    collection: LocalCollection,
    journal: StoredJournal,
    record: CollectionRecord,
    key: string,
    { onNotice = () => {}, checkpointAfter }: Pick<StoredCollectionOptions, 'onNotice' | 'checkpointAfter'>,
  ): void {
    const { number } = record
    const { clock, witness: store } = this.#world
    const post = (type: 'written' | 'folded') => (lsn: number) => {
      const message = { type, collection: number, lsn } satisfies Message
      this.#channel.post(message)
      // A channel does not speak to itself: others that this realm has open are told here.
      this.#tell(message, collection)
    }
    const upkeep = new Upkeep(collection, journal, clock, this.#lock, this.#ballast, {
      checkpointAfter: checkpointAfter === 'never' ? undefined : checkpointAfter,
      onFolded: post('folded'),
      onNotice,
    })
    if (checkpointAfter === 'never') upkeep.pause()
    const isThere = () => this.#storage.read(['catalog'], (transaction) => isInCatalog(transaction, record))
    const witness = new Witness(store, clock, key, number, isThere)
    witness.heard(collection.position.lsn)
    const opened = { collection, journal, number, upkeep, witness, onNotice }
    this.#opened.add(opened)
    const tell = post('written')
    collection.attend({
      checkRoom: () => this.#ballast.checkRoom(),
      onApplied: (entries, isOwn) => {
        upkeep.applied(entries, isOwn)
        // Small databases get it with their first checkpoint; where the disk fills faster than is folded, that comes too late.
        if (isOwn && journal.checkpointer!.unfoldedBytes > WORTH_BALLAST_BYTES) void this.#ballast.ensure().catch(() => {})
        if (isOwn) witness.heard(entries.at(-1)!.entry.lsn)
      },
      onWritten: tell,
      onFull: async (pauseMs, signal) => {
        const wasScarce = this.#ballast.isScarce
        if (!wasScarce) {
          onNotice({ kind: 'quota', message: 'The disk is full; deletions are taken, and what they free is given back.' })
          await this.#ballast.giveUp()
        }
        // With the ballast gone before, only what upkeep and the browser free can help.
        if (wasScarce) await this.#storage.stir?.()
        if (pauseMs > 0) {
          // Without upkeep, which would take what comes back for its own blocks.
          await paused(clock, pauseMs, signal)
          return true
        }
        const freeing = upkeep.free().catch(() => {})
        if (wasScarce) await freeing
        return true
      },
      onFreed: async () => void (this.#ballast.isScarce && (await this.#ballast.restore())),
      onLinked: () => upkeep.linked(),
      onClose: async () => {
        this.#opened.delete(opened)
        // Nobody has to wait for what is remembered elsewhere, but the end of the session.
        this.#remember(key, witness.close())
        await upkeep.close()
      },
    })
  }

  #remember(key: string, remembering: Promise<void>): void {
    const settled = Promise.allSettled([this.#remembering.get(key), remembering]).then(() => {
      if (this.#remembering.get(key) === settled) this.#remembering.delete(key)
    })
    this.#remembering.set(key, settled)
  }

  #hear(message: unknown): void {
    if (typeof message !== 'object' || message === null || !('type' in message)) return
    this.#lock.hear(message)
    this.#tell(message as Message)
  }

  /** Tells the collection of a message, but not who has sent it. */
  #tell(message: Message, sender?: LocalCollection): void {
    const { type, collection: number, lsn } = message as Extract<Message, { readonly lsn: number }>
    for (const { collection, upkeep, number: own } of this.#opened) {
      if (own !== number || collection === sender) continue
      // What fails here fails again, and is told, at the next write or `latest` read.
      if (type === 'written') void collection.heardOf(lsn).catch(() => {})
      if (type === 'folded') {
        upkeep.folded(lsn)
        // What this tab has and that one had not is folded in at once.
        void collection.heardOfFold().then(
          () => upkeep.folded(lsn),
          () => {},
        )
      }
    }
    if ((type as string) === 'deleted') this.#forget(number)
  }

  /** A collection was deleted: what is remembered of it must not come back, and nothing of it is safe. */
  #forget(number: number): void {
    for (const { journal, number: own, witness } of this.#opened) {
      if (own !== number) continue
      journal.doubt()
      witness.forget()
    }
  }
}
