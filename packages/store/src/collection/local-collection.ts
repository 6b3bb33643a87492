import {
  ClosedError,
  type CollectionStatus,
  isVoisinError,
  type LongCallOptions,
  type Payload,
  type Query,
  type QueryExplanation,
  type ReadOptions,
  type RecallOptions,
  type ScoredPoint,
  type VoisinError,
  type WriteResult,
} from '@voisin/spec'
import type { CheckpointEnd, CheckpointOptions, Present } from '../checkpoint/checkpointer.ts'
import type { FullSchema } from '../database/collection-record.ts'
import { inSlices } from '../database/in-slices.ts'
import { type TurnOptions, Turns } from '../database/turns.ts'
import type { Clock } from '../database/world.ts'
import type { Position } from '../log/replay.ts'
import { explainQuery, recallSteps, runQuery } from '../query/query-engine.ts'
import type { CollectionState, ReadyEntry } from '../state/collection-state.ts'
import { FREEING_PAUSES_MS, LOAD_ATTEMPTS, VACUUM_ATTEMPTS } from './attempts.ts'
import { type Attendant, NOBODY } from './attendant.ts'
import type { Changes } from './changes.ts'
import { checkNumbers } from './check-changes.ts'
import { logChanges, notApplied, othersTidyUp } from './collection-errors.ts'
import type { CollectionEngine } from './engine.ts'
import { FoldFollower } from './fold-follower.ts'
import { endOf, type Journal, lost, type OpenedState } from './journal.ts'
import { Linking } from './linking.ts'
import type { LocalCollectionOptions } from './local-collection-options.ts'
import { LocalReads } from './local-reads.ts'
import { dependsOnState, foldPatches, resolveChanges } from './resolve-changes.ts'
import { statusOf } from './status-of.ts'
import { Teller } from './teller.ts'

/** A collection that works in this realm. Reads answer from memory; writes go to the journal first, one at a time. */
export class LocalCollection extends LocalReads implements CollectionEngine {
  readonly name: string
  /** As it is stored. */
  readonly schema: FullSchema
  #attendant = NOBODY
  readonly #journal: Journal
  readonly #teller: Teller
  readonly #linking: Linking
  readonly #wait: { readonly waitMs?: number }
  readonly #turns: Turns
  readonly #clock: Clock
  #opened: OpenedState
  #position: Position
  #broken: VoisinError | undefined
  readonly #folds = new FoldFollower(this)
  #closing: Promise<void> | undefined

  private constructor(
    name: string,
    schema: FullSchema,
    journal: Journal,
    clock: Clock,
    opened: OpenedState,
    { onNotice = () => {}, waitMs }: LocalCollectionOptions,
  ) {
    super()
    this.name = name
    this.schema = schema
    this.#journal = journal
    this.#teller = new Teller(onNotice)
    this.#linking = new Linking(
      clock,
      () => this.#opened.state.linkedParts,
      () => this.#attendant.onLinked(),
    )
    this.#wait = waitMs === undefined ? {} : { waitMs }
    this.#turns = new Turns(clock)
    this.#clock = clock
    this.#opened = opened
    this.#position = opened.position
  }

  static async open(
    name: string,
    schema: FullSchema,
    journal: Journal,
    clock: Clock,
    options: LocalCollectionOptions = {},
  ): Promise<LocalCollection> {
    const { isLost = false, foundAs = 'intact' } = options
    const loaded = await journal.load(options)
    const read = loaded.dataState === 'intact' ? { ...loaded, dataState: foundAs } : loaded
    const opened = isLost ? lost(read) : read
    const collection = new LocalCollection(name, schema, journal, clock, opened, options)
    collection.#teller.tell(opened.notices)
    collection.#teller.tellUndecodable(opened.state)
    collection.#linking.heard()
    return collection
  }

  get position(): Position {
    return this.#position
  }

  /** Whether payloads of deleted points may still lie in blocks. */
  get hasDeletions(): boolean {
    return this.#opened.state.deletions.length > 0
  }

  /** Takes whoever looks after it. */
  attend(attendant: Attendant): void {
    this.#attendant = attendant
  }

  /** Hears that another tab has written. */
  async heardOf(lsn: number): Promise<void> {
    if (lsn > this.#position.lsn && this.#closing === undefined) await this.catchUp()
  }

  /** Hears that another tab has folded the log. */
  heardOfFold(): Promise<void> {
    return this.#folds.heard()
  }

  async query(query: Query<Payload>, options: ReadOptions = {}): Promise<ScoredPoint[]> {
    const hits = await this.read(options, (state) => runQuery(state, query))
    this.#linking.heard()
    return hits
  }

  async explain(query: Query<Payload>, options: ReadOptions = {}): Promise<QueryExplanation> {
    const explained = await this.read(options, (state) => explainQuery(state, query))
    this.#linking.heard()
    return explained
  }

  async checkRecall({ signal, ...options }: RecallOptions = {}): Promise<number> {
    signal?.throwIfAborted()
    return await inSlices(recallSteps(this.#state(), options), this.#clock, () => {
      signal?.throwIfAborted()
      this.#state()
    })
  }

  async latest(options: Pick<ReadOptions, 'signal'>): Promise<Position> {
    await this.catchUp(options)
    return this.#position
  }

  async status(): Promise<CollectionStatus> {
    this.#state()
    return statusOf(this.name, { ...this.#opened, position: this.#position }, this.#journal)
  }

  async flush(): Promise<void> {
    await this.#inTurn(() => this.#journal.flush(), this.#wait)
  }

  async vacuum({ signal }: LongCallOptions = {}): Promise<void> {
    this.#state()
    if (this.#journal.whyReadOnly !== undefined) throw this.#journal.whyReadOnly
    for (let attempt = 1; attempt <= VACUUM_ATTEMPTS; attempt++) {
      const end = await this.checkpoint({ signal, dropsAllDead: true })
      if ((end !== 'done' && end !== 'nothing') || !(await this.purge(true))) continue
      this.#state().compact(0)
      // What could not be read is given up and forgotten, unless it stands behind all that was folded.
      if (!this.#journal.keepsLog) this.#opened = { ...this.#opened, dataState: 'intact' }
      return await this.#attendant.onFreed()
    }
    throw othersTidyUp()
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async read<T>({ signal, consistency }: ReadOptions, answer: (state: CollectionState) => T): Promise<T> {
    signal?.throwIfAborted()
    this.#state()
    let result: T
    if (consistency === 'latest') {
      const catchingUp = this.catchUp()
      catchingUp.catch(() => {})
      // While the database looks for what others have written, the answer is made; it holds where there is nothing.
      await this.#clock.yield()
      const known = this.#position
      result = answer(this.#state())
      await catchingUp
      signal?.throwIfAborted()
      if (known !== this.#position) result = answer(this.#state())
    } else result = answer(this.#state())
    this.#teller.tellUndecodable(this.#state())
    return result
  }

  /**
   * Commits changes whose shape is checked already.
   *
   * @throws The signal's reason: nothing was written. {@link AbortedError}: it came too late to know.
   */
  async commit(changes: Changes, options: LongCallOptions): Promise<WriteResult> {
    options.signal?.throwIfAborted()
    this.#state()
    checkNumbers(changes.upserts, this.schema)
    const upserts = foldPatches(changes)
    const dependsOnEnd = dependsOnState(changes)
    return await this.#turns.take(
      async () => {
        const lsn = await this.#append({ ...changes, upserts }, dependsOnEnd, options)
        this.#attendant.onWritten(lsn)
        return { lsn }
      },
      { signal: options.signal, ...this.#wait },
    )
  }

  /** Takes in what other tabs have committed. */
  async catchUp({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    await this.#inTurn(() => this.#takeIn(), { signal, ...this.#wait })
  }

  /** Loads everything again: what memory holds is not what is stored. */
  async reload({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    await this.#inTurn(() => this.#load(), { signal })
  }

  /** Folds the log into blocks now. Reads and writes go on meanwhile. */
  async checkpoint(options: CheckpointOptions = {}): Promise<CheckpointEnd> {
    for (let attempt = 1; ; attempt++) {
      this.#state()
      const end = await this.#journal.checkpoint(() => this.#present(), options)
      if (end === 'done' || end === 'nothing' || attempt === LOAD_ATTEMPTS) return end
      options.signal?.throwIfAborted()
      if (options.waitsForNobody && this.#turns.isBusy) return end
      if (end === 'behind') await this.catchUp(options)
      else await this.reload(options)
    }
  }

  /** Takes over what another tab has folded, so that it is not done twice. */
  async adopt(): Promise<CheckpointEnd> {
    this.#state()
    return await this.#journal.adopt(() => this.#present())
  }

  /** Gives up older states that are still stored. @param dropsAside What could not be read, too. */
  async purge(dropsAside = false): Promise<boolean> {
    this.#state()
    return await this.#journal.purge(dropsAside)
  }

  /** Lets go of what dead vectors and words take in memory. */
  compactMemory(): void {
    // A write that has its turn has reserved what compacting would give back.
    if (this.#closing === undefined && this.#broken === undefined && !this.#turns.isBusy) this.#opened.state.compact()
  }

  /** What there is at this moment. */
  #present(): Present {
    return { state: this.#state(), position: this.#position }
  }

  /** Ends it for a reason: every later call rejects with this. */
  break(why: VoisinError): void {
    this.#broken ??= why
  }

  async #close(): Promise<void> {
    await this.#attendant.onClose()
    // What was already begun ends first: a write that is being committed must not meet a closed database.
    await this.#turns.take(async () => {
      // What it leaves behind at a database that is gone, or does not answer, is nobody's loss.
      await this.#journal.close().catch(() => {})
      this.#linking.close()
      this.#opened.state.close()
    })
  }

  #state(): CollectionState {
    if (this.#closing !== undefined)
      throw new ClosedError(`The collection "${this.name}" was closed.`, { remedy: 'Open it again.' })
    this.#linking.called()
    return this.#wholeState()
  }

  async #inTurn(work: () => Promise<void>, options: TurnOptions): Promise<void> {
    this.#state()
    await this.#turns.take(async () => {
      this.#wholeState()
      await work()
    }, options)
  }

  /** For a task whose turn has come: it may end although `close` was called meanwhile. */
  #wholeState(): CollectionState {
    if (this.#broken !== undefined) throw this.#broken
    return this.#opened.state
  }

  async #append(changes: Changes, dependsOnEnd: boolean, options: LongCallOptions): Promise<number> {
    const { upserts } = changes
    const freesSpace = upserts.ids.length === 0 && changes.patches.length === 0
    if (!freesSpace) await this.#attendant.checkRoom()
    const attempts = freesSpace ? FREEING_PAUSES_MS.length + 1 : LOAD_ATTEMPTS
    for (let attempt = 1; attempt <= attempts; attempt++) {
      options.signal?.throwIfAborted()
      // Before anything is stored: what memory cannot take must not be committed.
      this.#wholeState().reserve(upserts)
      const pauseMs = freesSpace ? FREEING_PAUSES_MS[attempt - 1] : undefined
      const appended = await this.#tryAppend(changes, dependsOnEnd, options, pauseMs)
      if (appended === 'moved') await this.#load()
      else if (appended !== 'again') {
        this.#apply([appended], true)
        return appended.entry.lsn
      }
    }
    throw logChanges()
  }

  async #tryAppend(
    changes: Changes,
    dependsOnEnd: boolean,
    options: LongCallOptions,
    pauseMs: number | undefined,
  ): Promise<ReadyEntry | 'moved' | 'again'> {
    try {
      return await this.#journal.append(
        {
          upserts: changes.upserts,
          known: () => this.#position,
          takeIn: (entries) => {
            this.#apply(entries, false)
            // They may have taken the memory that was meant for this write.
            this.#wholeState().reserve(changes.upserts)
          },
          resolve: () => resolveChanges(this.#wholeState(), changes, changes.upserts),
          dependsOnEnd,
        },
        options,
      )
    } catch (error) {
      if (!isVoisinError(error) || error.code !== 'storage-full') throw error
      if ((await this.#attendant.onFull(pauseMs ?? 0, options.signal)) && pauseMs !== undefined) return 'again'
      throw error
    }
  }

  async #takeIn(): Promise<void> {
    const past = await this.#journal.since(this.#position)
    if (past === 'moved') await this.#load()
    else this.#apply(past, false)
  }

  #apply(entries: readonly ReadyEntry[], isOwn: boolean): void {
    if (entries.length === 0) return
    const { state } = this.#opened
    // A write of this tab's own has taken its memory already, and must not lose it again.
    if (!isOwn) state.compact(0.5)
    for (const ready of entries) {
      try {
        state.apply(ready)
      } catch (cause) {
        this.break(notApplied(cause))
        throw this.#broken
      }
      this.#position = endOf(ready, state)
      this.#journal.applied(ready, state.ids.nextOffset)
    }
    this.#attendant.onApplied(entries, isOwn)
    this.#linking.written()
  }

  async #load(): Promise<void> {
    const before = this.#opened.state
    const opened = await this.#journal.load({})
    this.#opened = opened
    this.#position = opened.position
    before.close()
    this.#teller.tell(opened.notices)
    this.#linking.heard()
  }
}
