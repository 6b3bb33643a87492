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
  WorkerError,
  type WriteChanges,
  type WriteOptions,
  type WriteResult,
} from '@voisin/spec'
import { type Connection, connect } from '@voisin/worker'
import type { CollectionMethods, OpenRequest } from './collection-methods.ts'
import type { FullSchema } from './collection-schema.ts'
import type { OpenCollectionOptions } from './open-local-collection.ts'
import { packChanges } from './packed-changes.ts'
import { followPage } from './page-life.ts'
import type { Changes } from './persistence/entry-codec.ts'
import { compileFilter } from './query/filter-plan.ts'
import { checkChanges } from './validate.ts'

/** How many points of a scroll cross at once. */
const SCROLL_POINTS = 256
const CLOSE_DEADLINE_MS = 10_000

/** Opens a collection in a worker of its own. */
export async function openInWorker<P extends object>(
  name: string,
  options: OpenCollectionOptions<P>,
  start: () => Worker,
): Promise<Collection<P>> {
  const { onNotice = () => {}, onProgress, signal, worker: _, ...rest } = options
  signal?.throwIfAborted()
  const request: OpenRequest = { name, options: rest as OpenRequest['options'] }
  const connection = connect<CollectionMethods>({
    name: `worker of the collection "${name}"`,
    start,
    // On every new worker: one that died took its memory along, and the log has it all.
    prepare: async (call) => {
      await call('open', request, { onProgress })
    },
  })
  try {
    const schema = await connection.call('schema', undefined, { signal })
    return new WorkerCollection<P>(name, schema, connection, onNotice)
  } catch (error) {
    connection.close()
    throw error
  }
}

/**
 * A collection whose work is done in a worker. What goes in is checked and encoded here, so that errors and copies are the same as
 * without one; what comes out are the worker's answers. A worker that died is replaced by the next call.
 */
class WorkerCollection<P extends object> implements Collection<P> {
  readonly name: string
  readonly dim: number
  readonly metric: Metric
  readonly #schema: FullSchema
  readonly #connection: Connection<CollectionMethods>
  readonly #onNotice: (notice: Notice) => void
  readonly #leavePage: () => void
  #heardGeneration = 0
  #closing: Promise<void> | undefined

  constructor(name: string, schema: FullSchema, connection: Connection<CollectionMethods>, onNotice: (notice: Notice) => void) {
    this.name = name
    this.dim = schema.dim
    this.metric = schema.metric
    this.#schema = schema
    this.#connection = connection
    this.#onNotice = onNotice
    this.#leavePage = followPage({
      pause: () => void connection.call('pause', undefined).catch(() => {}),
      resume: () => void connection.call('resume', undefined).catch(() => {}),
    })
    this.#hearNotices()
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
    this.#refuseIfClosed()
    checkFilter(filter)
    return await this.#writing(() => this.#connection.call('deleteMatching', filter as Filter, { signal: options.signal }))
  }

  async write(changes: WriteChanges<P>, options: WriteOptions = {}): Promise<WriteResult> {
    this.#refuseIfClosed()
    options.signal?.throwIfAborted()
    return await this.#commit(checkChanges(changes, this.#schema, options.transfer), options)
  }

  async query(query: Query<P>, options: ReadOptions = {}): Promise<ScoredPoint<P>[]> {
    this.#refuseIfClosed()
    checkFilter(query?.filter)
    // A view of a large buffer would cross with all of it.
    const vector = query?.vector
    const small = vector instanceof Float32Array ? { ...query, vector: vector.slice() } : query
    const argument = { query: small as Query<Payload>, ...consistency(options) }
    const { signal } = options
    return (await this.#reading(() => this.#connection.call('query', argument, { signal }))) as unknown as ScoredPoint<P>[]
  }

  async retrieve(ids: readonly PointId[], options: RetrieveOptions = {}): Promise<(Point<P> | undefined)[]> {
    this.#refuseIfClosed()
    const argument = { ids, withVector: options.withVector ?? false, ...consistency(options) }
    const { signal } = options
    const points = await this.#reading(() => this.#connection.call('retrieve', argument, { signal }))
    return points as unknown as (Point<P> | undefined)[]
  }

  /** Goes through the ids that matched when it began; what was deleted since is passed over, what was changed comes as it is now. */
  async *scroll(options: ScrollOptions<P> = {}): AsyncGenerator<Point<P>, void, undefined> {
    this.#refuseIfClosed()
    const { filter, withVector = false, signal } = options
    checkFilter(filter)
    const argument = { ...(filter && { filter: filter as Filter }), ...consistency(options) }
    const ids = await this.#reading(() => this.#connection.call('matchingIds', argument, { signal }))
    for (let at = 0; at < ids.length; at += SCROLL_POINTS) {
      const points = await this.retrieve(ids.slice(at, at + SCROLL_POINTS), { withVector, ...(signal && { signal }) })
      for (const point of points) {
        signal?.throwIfAborted()
        if (point !== undefined) yield point
      }
    }
  }

  async count(filter?: Filter<P>, options: ReadOptions = {}): Promise<number> {
    this.#refuseIfClosed()
    checkFilter(filter)
    const argument = { ...(filter && { filter: filter as Filter }), ...consistency(options) }
    return await this.#reading(() => this.#connection.call('count', argument, { signal: options.signal }))
  }

  async status(): Promise<CollectionStatus> {
    this.#refuseIfClosed()
    return await this.#reading(() => this.#connection.call('status', undefined))
  }

  async flush(): Promise<void> {
    this.#refuseIfClosed()
    await this.#connection.call('flush', undefined)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    this.#leavePage()
    // Writes that were made before end first. A worker that does not answer is ended all the same.
    await this.#connection.call('close', undefined, { deadlineMs: CLOSE_DEADLINE_MS }).catch(() => {})
    this.#connection.close()
  }

  #refuseIfClosed(): void {
    if (this.#closing === undefined) return
    throw new ClosedError(`The collection "${this.name}" was closed.`, { remedy: 'Open it again.' })
  }

  #commit(changes: Changes, { signal, onProgress }: LongCallOptions): Promise<WriteResult> {
    const { packed, buffers } = packChanges(changes)
    return this.#writing(() => this.#connection.call('commit', packed, { signal, onProgress, transfer: buffers }))
  }

  /** Not tried again: nobody knows whether it was committed before the worker died. */
  async #writing(write: () => Promise<WriteResult>): Promise<WriteResult> {
    try {
      return await write()
    } catch (cause) {
      if (!(cause instanceof WorkerError)) throw cause
      throw new WorkerError('The worker ended before it acknowledged this write.', {
        dataState: 'unknown',
        remedy: 'Make the write again: the same points written twice are there once.',
        cause,
      })
    } finally {
      this.#hearNotices()
    }
  }

  /** Tried once more where the worker died under it: the next one has opened the same log. */
  async #reading<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read().catch((error: unknown) => {
        if (error instanceof WorkerError && this.#closing === undefined) return read()
        throw error
      })
    } finally {
      this.#hearNotices()
    }
  }

  /** Listens to the present worker, if not yet. */
  #hearNotices(): void {
    const { generation } = this.#connection
    if (this.#closing !== undefined || generation === this.#heardGeneration) return
    this.#heardGeneration = generation
    const hear = async () => {
      for await (const notice of this.#connection.stream('notices', undefined)) this.#onNotice(notice)
    }
    // It ends with its worker; the next call listens to the next one.
    hear().catch(() => {})
  }
}

function consistency({ consistency }: ReadOptions): Pick<ReadOptions, 'consistency'> {
  return consistency === undefined ? {} : { consistency }
}

function checkFilter(filter: unknown): void {
  if (filter !== undefined) compileFilter(filter as Filter)
}
