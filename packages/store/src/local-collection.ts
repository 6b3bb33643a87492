import {
  ClosedError,
  type Collection,
  type CollectionStatus,
  type Filter,
  InvalidArgumentError,
  type LongCallOptions,
  type Metric,
  type Notice,
  type Payload,
  type Point,
  type PointBatch,
  type PointId,
  type Query,
  type ReadOptions,
  type RetrieveOptions,
  type ScoredPoint,
  type ScrollOptions,
  StorageError,
  type WriteChanges,
  type WriteOptions,
  type WriteResult,
} from '@voisin/spec'
import { applyEntry } from './apply-entry.ts'
import type { Backing, Loaded, Tail } from './backing.ts'
import type { FullSchema } from './collection-schema.ts'
import type { CollectionState } from './collection-state.ts'
import type { Present } from './persistence/checkpoint.ts'
import type { Changes } from './persistence/entry-codec.ts'
import { matching, pointAt, runQuery } from './query-engine.ts'
import { Turns } from './turns.ts'
import { checkChanges, checkIds } from './validate.ts'

/** A collection that works in this realm. Reads answer from memory; writes go to the backing first, one at a time. */
export class LocalCollection<P extends object = Payload> implements Collection<P> {
  readonly name: string
  readonly dim: number
  readonly metric: Metric
  /** As it is stored. */
  readonly schema: FullSchema
  readonly #backing: Backing
  readonly #onNotice: (notice: Notice) => void
  readonly #turns = new Turns()
  #loaded: Loaded
  #lsn: number
  #broken: StorageError | undefined
  #closing: Promise<void> | undefined

  private constructor(name: string, schema: FullSchema, backing: Backing, loaded: Loaded, onNotice: (notice: Notice) => void) {
    this.name = name
    this.dim = schema.dim
    this.metric = schema.metric
    this.schema = schema
    this.#backing = backing
    this.#onNotice = onNotice
    this.#loaded = loaded
    this.#lsn = loaded.lsn
  }

  static async open<P extends object>(
    name: string,
    schema: FullSchema,
    backing: Backing,
    options: LongCallOptions & { readonly onNotice?: (notice: Notice) => void } = {},
  ): Promise<LocalCollection<P>> {
    const { onNotice = () => {} } = options
    const loaded = await backing.load(options)
    const collection = new LocalCollection<P>(name, schema, backing, loaded, onNotice)
    for (const notice of loaded.notices) onNotice(notice)
    backing.onRemoteWrite((lsn) => {
      // What fails here fails again, and is told, at the next write or `latest` read.
      if (lsn > collection.#lsn) collection.catchUp().catch(() => {})
    })
    return collection
  }

  upsert(points: readonly Point<P>[] | PointBatch<P>, options?: WriteOptions): Promise<WriteResult> {
    return this.write({ upsert: points }, options)
  }

  update(ids: readonly PointId[], payload: Partial<P>, options?: LongCallOptions): Promise<WriteResult> {
    return this.write({ update: [{ ids, payload }] }, options)
  }

  async delete(target: readonly PointId[] | { readonly filter: Filter<P> }, options: LongCallOptions = {}): Promise<WriteResult> {
    if (Array.isArray(target)) return await this.write({ delete: target }, options)
    const filter = (target as { readonly filter?: Filter<P> } | null)?.filter
    if (filter === undefined) {
      throw new InvalidArgumentError('This names nothing to delete.', { expected: 'an array of ids, or { filter }' })
    }
    return await this.deleteMatching(filter as Filter, options)
  }

  async write(changes: WriteChanges<P>, options: WriteOptions = {}): Promise<WriteResult> {
    this.#state()
    const checked = checkChanges(changes, this.schema, options.transfer)
    return await this.commit(checked, options)
  }

  async query(query: Query<P>, options: ReadOptions = {}): Promise<ScoredPoint<P>[]> {
    const state = await this.#read(options)
    return runQuery(state, query as Query<Payload>) as unknown as ScoredPoint<P>[]
  }

  async retrieve(ids: readonly PointId[], options: RetrieveOptions = {}): Promise<(Point<P> | undefined)[]> {
    const state = await this.#read(options)
    return checkIds(ids).map((id) => {
      const offset = state.ids.offset(id)
      return offset === undefined ? undefined : (pointAt(state, offset, options.withVector ?? false) as unknown as Point<P>)
    })
  }

  /** Goes through the ids that matched when it began; what was deleted since is passed over, what was changed comes as it is now. */
  async *scroll(options: ScrollOptions<P> = {}): AsyncGenerator<Point<P>, void, undefined> {
    for (const id of await this.matchingIds(options.filter as Filter | undefined, options)) {
      options.signal?.throwIfAborted()
      const [point] = await this.retrieve([id], { withVector: options.withVector ?? false })
      if (point !== undefined) yield point
    }
  }

  async count(filter?: Filter<P>, options: ReadOptions = {}): Promise<number> {
    const state = await this.#read(options)
    return filter === undefined ? state.ids.size : matching(state, filter as Filter).length
  }

  async status(): Promise<CollectionStatus> {
    const state = this.#state()
    return {
      name: this.name,
      points: state.ids.size,
      vectors: state.index.liveCount,
      dim: this.dim,
      metric: this.metric,
      lsn: this.#lsn,
      checkpointLsn: this.#backing.checkpointLsn,
      memoryBytes: state.memoryBytes,
      durability: this.#backing.durability,
      dataState: this.#loaded.dataState,
    }
  }

  async flush(): Promise<void> {
    this.#state()
    await this.#turns.take(async () => {
      this.#state()
      await this.#backing.flush()
    })
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** Ids of every point that matches, in order of first upsert. */
  async matchingIds(filter: Filter | undefined, options: ReadOptions = {}): Promise<PointId[]> {
    const state = await this.#read(options)
    return matching(state, filter).map((offset) => state.ids.id(offset)!)
  }

  /** Commits changes that are checked already. */
  async commit(changes: Changes, options: LongCallOptions): Promise<WriteResult> {
    return await this.#commit(() => changes, options)
  }

  /** Deletes what matches when the deletion's turn comes, writes of other tabs so far included. */
  async deleteMatching(filter: Filter, options: LongCallOptions): Promise<WriteResult> {
    options.signal?.throwIfAborted()
    await this.catchUp()
    return await this.#commit((state) => {
      const ids = matching(state, filter).map((offset) => state.ids.id(offset)!)
      return checkChanges({ delete: ids }, this.schema)
    }, options)
  }

  /** Takes in what other tabs have committed. */
  async catchUp(): Promise<void> {
    this.#state()
    await this.#turns.take(async () => {
      this.#state()
      await this.#takeIn()
      this.#tend()
    })
  }

  /** Folds the log into blocks now, unless another tab is at it. Writes go on meanwhile. */
  async checkpoint(): Promise<void> {
    this.#state()
    await this.#backing.checkpoint(() => this.#present())
  }

  /** Gives up what would keep other tabs waiting: for a page that is hidden or frozen. */
  pause(): void {
    this.#backing.pause()
  }

  resume(): void {
    this.#backing.resume()
    if (this.#closing === undefined) this.#tend()
  }

  async #close(): Promise<void> {
    // What was already begun ends first: a write that is being committed must not meet a closed database.
    await this.#turns.take(async () => {
      await this.#backing.close()
      this.#loaded.state.close()
    })
  }

  #state(): CollectionState {
    if (this.#closing !== undefined)
      throw new ClosedError(`The collection "${this.name}" was closed.`, { remedy: 'Open it again.' })
    return this.#wholeState()
  }

  /** For a task whose turn has come: it may end although `close` was called meanwhile. */
  #wholeState(): CollectionState {
    if (this.#broken !== undefined) throw this.#broken
    return this.#loaded.state
  }

  async #read({ signal, consistency }: ReadOptions): Promise<CollectionState> {
    signal?.throwIfAborted()
    this.#state()
    if (consistency === 'latest') {
      await this.catchUp()
      signal?.throwIfAborted()
    }
    return this.#state()
  }

  /** `makeChanges` sees the state that the entry will follow, as far as this tab knows it. */
  async #commit(makeChanges: (state: CollectionState) => Changes, options: LongCallOptions): Promise<WriteResult> {
    options.signal?.throwIfAborted()
    this.#state()
    return await this.#turns.take(async () => {
      for (;;) {
        options.signal?.throwIfAborted()
        const tail = await this.#backing.append(makeChanges(this.#wholeState()), this.#lsn, options)
        if (await this.#settle(tail)) break
      }
      this.#backing.tell(this.#lsn)
      this.#tend()
      return { lsn: this.#lsn }
    }, options.signal)
  }

  async #takeIn(): Promise<void> {
    await this.#settle(await this.#backing.since(this.#lsn))
  }

  /** Applies what the backing returned; false where everything had to be loaded anew instead. */
  async #settle(tail: Tail): Promise<boolean> {
    if (tail === 'moved') {
      await this.#reload()
      return false
    }
    for (const ready of tail) {
      try {
        const { state } = this.#loaded
        const firstOffsets = applyEntry(state, ready)
        this.#backing.applied(ready, firstOffsets, state.ids.nextOffset)
      } catch (cause) {
        // Half applied, memory is no state of the log. The log is whole: opening again reads it.
        this.#broken = new StorageError('A committed write could not be taken into memory.', {
          remedy: 'Close the collection and open it again; nothing stored is lost.',
          dataState: 'intact',
          cause,
        })
        throw this.#broken
      }
      this.#lsn = ready.entry.lsn
    }
    return true
  }

  #present(): Present {
    return { state: this.#loaded.state, lsn: this.#lsn }
  }

  #tend(): void {
    this.#backing.tend(() => this.#present())
  }

  async #reload(): Promise<void> {
    const before = this.#loaded.state
    this.#loaded = await this.#backing.load({})
    this.#lsn = this.#loaded.lsn
    before.close()
    for (const notice of this.#loaded.notices) this.#onNotice(notice)
  }
}
