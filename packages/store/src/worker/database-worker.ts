import {
  AbortedError,
  ClosedError,
  type CollectionStatus,
  classOf,
  type Facet,
  type Filter,
  InvalidArgumentError,
  type LongCallOptions,
  type Notice,
  type Payload,
  type Point,
  type PointId,
  type Query,
  type QueryExplanation,
  type ReadOptions,
  type RecallOptions,
  type RetrieveOptions,
  type ScoredPoint,
  WorkerError,
  type WriteResult,
} from '@voisin/spec'
import { type Connection, connect, type WorkerLike } from '@voisin/worker'
import type { Changes } from '../collection/changes.ts'
import type { BegunScroll, CollectionEngine, ScrollStart } from '../collection/engine.ts'
import type { FullSchema } from '../database/collection-record.ts'
import type { Position } from '../log/replay.ts'
import { isFloats } from '../points/is-floats.ts'
import type { AskedFacets } from '../query/facets.ts'
import type { DatabaseMethods, OpenRequest } from './database-methods.ts'
import { packChanges } from './packed-changes.ts'
import { unpackPoints } from './packed-points.ts'
import { followPage } from './page-life.ts'

const CLOSE_DEADLINE_MS = 10_000
/** How long a write that was given up may take to say whether it was done. */
const LAST_WORD_MS = 5_000

/** Starts the worker that a database is kept in. */
export type StartWorker = () => WorkerLike

const workers = new Map<StartWorker, Map<string, DatabaseWorker>>()

/** The worker of a database: the one that is there, where it was started in the same way. */
export function databaseWorker(database: string, start: StartWorker): DatabaseWorker {
  const ofStart = workers.get(start) ?? new Map<string, DatabaseWorker>()
  workers.set(start, ofStart)
  const existing = ofStart.get(database)
  if (existing !== undefined) return existing
  const made = new DatabaseWorker(database, start, () => {
    ofStart.delete(database)
    if (ofStart.size === 0) workers.delete(start)
  })
  ofStart.set(database, made)
  return made
}

/** One worker with one database and all its collections. A worker that died is replaced by the next call, with all that were open. */
export class DatabaseWorker {
  readonly #database: string
  readonly #connection: Connection<DatabaseMethods>
  readonly #onEmpty: () => void
  readonly #leavePage: () => void
  /** What is open in it, to be opened again in the next one. */
  readonly #requests = new Map<number, OpenRequest>()
  /** One for each collection, from before it is open: opening it tells of what it finds. */
  readonly #listeners = new Map<number, (notice: Notice) => void>()
  #nextHandle = 1
  #heardGeneration = 0

  constructor(database: string, start: StartWorker, onEmpty: () => void) {
    this.#database = database
    this.#onEmpty = onEmpty
    const connection = connect<DatabaseMethods>({
      name: `worker of the database "${database}"`,
      start: () => checkWorker(start()),
      // On every new worker: one that died took its memory along, and the log has it all.
      prepare: async (call) => {
        for (const request of this.#requests.values()) await call('openAgain', request)
      },
    })
    this.#connection = connection
    this.#leavePage = followPage({
      pause: () => void connection.call('pause', undefined).catch(() => {}),
      resume: () => void connection.call('resume', undefined).catch(() => {}),
    })
  }

  /** Opens a collection in it. */
  async open(
    name: string,
    options: OpenRequest['options'],
    deadlineMs: number | undefined,
    onNotice: (notice: Notice) => void,
    { signal, onProgress }: LongCallOptions,
  ): Promise<{ readonly schema: FullSchema; readonly engine: CollectionEngine }> {
    const handle = this.#nextHandle++
    const request: OpenRequest = { handle, database: this.#database, deadlineMs, name, options }
    this.#listeners.set(handle, onNotice)
    try {
      const opening = this.#connection.call('open', request, { signal, onProgress })
      this.hearNotices()
      const schema = await opening
      this.#requests.set(handle, request)
      return { schema, engine: new WorkerEngine(this, this.#connection, handle, name) }
    } catch (error) {
      // Where it was given up, the worker may open it yet.
      this.#connection.call('close', { handle }).catch(() => {})
      await this.#leave(handle)
      throw error
    }
  }

  /** Ends one collection. The last one ends the worker, which is not waited for: what it still does is nobody's loss. */
  async close(handle: number): Promise<void> {
    try {
      await this.#connection.call('close', { handle }, { deadlineMs: CLOSE_DEADLINE_MS })
    } catch (error) {
      // A worker that is gone has nothing open any more.
      if (!(error instanceof WorkerError)) throw error
    } finally {
      void this.#leave(handle)
    }
  }

  /** Listens to the present worker, if not yet. */
  hearNotices(): void {
    const { generation } = this.#connection
    if (generation === this.#heardGeneration) return
    this.#heardGeneration = generation
    const hear = async () => {
      for await (const { handle, notice } of this.#connection.stream('notices', undefined)) this.#listeners.get(handle)?.(notice)
    }
    // It ends with its worker; the next call listens to the next one.
    hear().catch(() => {})
  }

  async #leave(handle: number): Promise<void> {
    this.#requests.delete(handle)
    this.#listeners.delete(handle)
    if (this.#listeners.size > 0) return
    this.#onEmpty()
    this.#leavePage()
    await this.#connection.call('closeAll', undefined, { deadlineMs: CLOSE_DEADLINE_MS }).catch(() => {})
    this.#connection.close()
  }
}

/** @throws {InvalidArgumentError} The function that was to make a worker has made something else. */
function checkWorker(made: unknown): WorkerLike {
  const { postMessage, addEventListener, terminate } = (made ?? {}) as Partial<Worker>
  if ([postMessage, addEventListener, terminate].every((method) => typeof method === 'function')) return made as WorkerLike
  throw new InvalidArgumentError('The function given as worker makes none.', { expected: 'a Worker', received: classOf(made) })
}

/** A collection in a worker. */
class WorkerEngine implements CollectionEngine {
  readonly #worker: DatabaseWorker
  readonly #connection: Connection<DatabaseMethods>
  readonly #handle: number
  readonly #name: string
  #isClosed = false

  constructor(worker: DatabaseWorker, connection: Connection<DatabaseMethods>, handle: number, name: string) {
    this.#worker = worker
    this.#connection = connection
    this.#handle = handle
    this.#name = name
  }

  async commit(changes: Changes, { signal, onProgress }: LongCallOptions): Promise<WriteResult> {
    const { packed, buffers } = packChanges(changes)
    const options = { signal, onProgress, transfer: buffers, lastWordMs: LAST_WORD_MS }
    try {
      return await this.#connection.call('commit', { handle: this.#handle, changes: packed }, options)
    } catch (cause) {
      // Not tried again: nobody knows whether it was committed before the worker died.
      if (!(cause instanceof WorkerError)) throw cause
      if (signal?.aborted) {
        throw new AbortedError('The write was given up, and its worker ended before it said whether it was made.', {
          remedy: 'Look whether the write is there, or make it again: the same points written twice are there once.',
          cause: signal.reason,
        })
      }
      throw new WorkerError('The worker ended before it acknowledged this write.', {
        dataState: 'unknown',
        remedy: 'Make the write again: the same points written twice are there once.',
        cause,
      })
    } finally {
      this.#worker.hearNotices()
    }
  }

  query(query: Query<Payload>, options: ReadOptions): Promise<ScoredPoint[]> {
    const argument = this.#asking(query, options)
    return this.#reading(() => this.#connection.call('query', argument, { signal: options.signal }))
  }

  explain(query: Query<Payload>, options: ReadOptions): Promise<QueryExplanation> {
    const argument = this.#asking(query, options)
    return this.#reading(() => this.#connection.call('explain', argument, { signal: options.signal }))
  }

  checkRecall({ signal, ...options }: RecallOptions): Promise<number> {
    return this.#reading(() => this.#connection.call('checkRecall', { handle: this.#handle, options }, { signal }))
  }

  async retrieve(
    ids: readonly PointId[],
    { signal, consistency, withVector = false }: RetrieveOptions,
  ): Promise<(Point | undefined)[]> {
    const argument = { handle: this.#handle, ids, withVector, ...(consistency && { consistency }) }
    const packed = await this.#reading(() => this.#connection.call('retrieve', argument, { signal }))
    return unpackPoints(packed, ids)
  }

  async beginScroll(filter: Filter | undefined, { signal, ...options }: ScrollStart): Promise<BegunScroll> {
    const argument = { ...this.#matching(filter, {}), withVector: false, ...options }
    const { points, ...begun } = await this.#reading(() => this.#connection.call('beginScroll', argument, { signal }))
    return { ...begun, points: unpackPoints(points, begun.ids) }
  }

  latest({ signal }: Pick<ReadOptions, 'signal'>): Promise<Position> {
    return this.#reading(() => this.#connection.call('latest', { handle: this.#handle }, { signal }))
  }

  count(filter: Filter | undefined, options: ReadOptions): Promise<number> {
    return this.#reading(() => this.#connection.call('count', this.#matching(filter, options), { signal: options.signal }))
  }

  facet(asked: AskedFacets, { signal, consistency }: ReadOptions): Promise<Facet[]> {
    const argument = { handle: this.#handle, asked, ...(consistency && { consistency }) }
    return this.#reading(() => this.#connection.call('facet', argument, { signal }))
  }

  status(): Promise<CollectionStatus> {
    return this.#reading(() => this.#connection.call('status', { handle: this.#handle }))
  }

  async flush(): Promise<void> {
    await this.#connection.call('flush', { handle: this.#handle })
  }

  async vacuum({ signal }: LongCallOptions): Promise<void> {
    await this.#connection.call('vacuum', { handle: this.#handle }, { signal })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#worker.close(this.#handle)
  }

  #asking(query: Query<Payload>, { consistency }: ReadOptions) {
    // A view of a large buffer would cross with all of it.
    const { vector } = query
    const small = isFloats(vector) ? { ...query, vector: vector.slice() } : query
    return { handle: this.#handle, query: small, ...(consistency && { consistency }) }
  }

  #matching(filter: Filter | undefined, { consistency }: ReadOptions) {
    return { handle: this.#handle, ...(filter && { filter }), ...(consistency && { consistency }) }
  }

  /** Tried once more where the worker died under it: the next one has opened the same log. */
  async #reading<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read().catch((error: unknown) => {
        if (error instanceof WorkerError && !this.#isClosed) return read()
        throw error
      })
    } catch (error) {
      if (!this.#isClosed) throw error
      throw new ClosedError(`The collection "${this.#name}" was closed.`, { remedy: 'Open it again.', cause: error })
    } finally {
      this.#worker.hearNotices()
    }
  }
}
