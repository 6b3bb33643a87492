import {
  ClosedError,
  type Collection,
  type CollectionStatus,
  type Facet,
  type FacetOptions,
  type FieldPath,
  type Filter,
  type LongCallOptions,
  type Metric,
  type Payload,
  type Point,
  type PointBatch,
  type PointId,
  type Query,
  type QueryExplanation,
  type ReadOptions,
  type RecallOptions,
  type RetrieveOptions,
  type ScoredPoint,
  type ScrollOptions,
  type WriteChanges,
  type WriteOptions,
  type WriteResult,
} from '@voisin/spec'
import type { FullSchema } from '../database/collection-record.ts'
import { checkKeys, checkOptions } from '../points/check-keys.ts'
import { QUERY_KEYS } from '../query/check-query.ts'
import { checkFacets } from '../query/facets.ts'
import { parseFilter } from '../query/parse-filter.ts'
import type { Changes } from './changes.ts'
import { takeChanges } from './check-changes.ts'
import { checkIds } from './check-ids.ts'
import type { BegunScroll, CollectionEngine, ScrollStart } from './engine.ts'

/** How many points of a scroll are fetched at once. */
const SCROLL_POINTS = 256

const READ_OPTIONS = ['signal', 'consistency']

/**
 * A collection as its user holds it, wherever the work is done. What goes in is checked and copied here, so that errors and copies are
 * the same everywhere; what comes out is the engine's answer.
 */
export class CollectionClient<P extends object> implements Collection<P> {
  readonly name: string
  readonly dim: number
  readonly metric: Metric
  readonly #schema: FullSchema
  readonly #engine: CollectionEngine
  readonly #onClosed: () => Promise<void>
  /** Writes are handed over in the order they were made, though a large one takes longer to copy. */
  #lastHanded: Promise<unknown> = Promise.resolve()
  #closing: Promise<void> | undefined

  /** @param onClosed Ends what was opened for this collection alone. */
  constructor(name: string, schema: FullSchema, engine: CollectionEngine, onClosed: () => Promise<void> = async () => {}) {
    const first = Object.values(schema.vectors)[0]!
    this.name = name
    this.dim = first.dim
    this.metric = first.metric
    this.#schema = schema
    this.#engine = engine
    this.#onClosed = onClosed
  }

  upsert(points: readonly Point<P>[] | PointBatch<P>, options?: WriteOptions<P>): Promise<WriteResult> {
    return this.write({ upsert: points }, options)
  }

  update(ids: readonly PointId[], payload: Partial<P>, options?: LongCallOptions): Promise<WriteResult> {
    return this.write({ update: [{ ids, payload }] }, options)
  }

  delete(target: readonly PointId[] | { readonly filter: Filter<P> }, options?: LongCallOptions): Promise<WriteResult> {
    return this.write({ delete: target }, options)
  }

  async write(changes: WriteChanges<P>, options: WriteOptions<P> = {}): Promise<WriteResult> {
    checkOptions(options, ['signal', 'onProgress', 'transfer', 'expect'], 'a write')
    this.#refuseIfClosed()
    const { signal, onProgress } = options
    signal?.throwIfAborted()
    const taking = takeChanges(changes, this.#schema, options)
    const handing = this.#handOver(taking, { ...(signal && { signal }), ...(onProgress && { onProgress }) })
    // Also one that is refused ends no sooner than what was asked for before it.
    this.#lastHanded = Promise.allSettled([this.#lastHanded, handing]).then(() => {})
    const { writing } = await handing
    return await writing
  }

  async query(query: Query<P>, options: ReadOptions = {}): Promise<ScoredPoint<P>[]> {
    checkKeys(query, QUERY_KEYS, 'query')
    this.#begin(options, READ_OPTIONS, query.filter)
    return (await this.#engine.query(query as Query<Payload>, options)) as unknown as ScoredPoint<P>[]
  }

  async explain(query: Query<P>, options: ReadOptions = {}): Promise<QueryExplanation> {
    checkKeys(query, QUERY_KEYS, 'query')
    this.#begin(options, READ_OPTIONS, query.filter)
    return await this.#engine.explain(query as Query<Payload>, options)
  }

  async checkRecall(options: RecallOptions = {}): Promise<number> {
    this.#begin(options, ['signal', 'k', 'size', 'recall', 'using'])
    return await this.#engine.checkRecall(options)
  }

  async retrieve(ids: readonly PointId[], options: RetrieveOptions = {}): Promise<(Point<P> | undefined)[]> {
    this.#begin(options, [...READ_OPTIONS, 'withVector'])
    return (await this.#engine.retrieve(checkIds(ids), options)) as unknown as (Point<P> | undefined)[]
  }

  /** Goes through the ids that matched when it began; what was deleted since is passed over, what was changed comes as it is now. */
  async *scroll(options: ScrollOptions<P> = {}): AsyncGenerator<Point<P>, void, undefined> {
    this.#begin(options, [...READ_OPTIONS, 'withVector', 'filter'], options?.filter)
    const { filter, withVector = false, signal, consistency } = options
    const how = { withVector, ...(signal && { signal }) }
    const begun = await this.#beginScroll(
      filter as Filter | undefined,
      { first: SCROLL_POINTS, ...how },
      consistency === 'latest',
    )
    const { ids } = begun
    let points = begun.points as unknown as (Point<P> | undefined)[]
    for (let next = SCROLL_POINTS; points.length > 0; next += SCROLL_POINTS) {
      // The next ones come while these are looked at. Whoever stops looking does not hear how they fared.
      const fetching = next < ids.length ? this.retrieve(ids.slice(next, next + SCROLL_POINTS), how) : Promise.resolve([])
      fetching.catch(() => {})
      for (const point of points) {
        signal?.throwIfAborted()
        if (point !== undefined) yield point
      }
      points = await fetching
    }
  }

  async count(filter?: Filter<P>, options: ReadOptions = {}): Promise<number> {
    this.#begin(options, READ_OPTIONS, filter)
    return await this.#engine.count(filter as Filter | undefined, options)
  }

  async facet(path: FieldPath<P>, filter?: Filter<P>, options: FacetOptions = {}): Promise<Facet[]> {
    this.#begin(options, [...READ_OPTIONS, 'limit'], filter)
    const { limit, ...how } = options
    checkFacets(path, limit)
    const asked = { path, ...(filter && { filter: filter as Filter }), ...(limit !== undefined && { limit }) }
    return await this.#engine.facet(asked, how)
  }

  async status(): Promise<CollectionStatus> {
    this.#refuseIfClosed()
    return await this.#engine.status()
  }

  async flush(): Promise<void> {
    this.#refuseIfClosed()
    await this.#engine.flush()
  }

  async vacuum(options: LongCallOptions = {}): Promise<void> {
    this.#begin(options, ['signal', 'onProgress'])
    await this.#engine.vacuum(options)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #beginScroll(filter: Filter | undefined, start: ScrollStart, isLatest: boolean): Promise<BegunScroll> {
    const begin = () => this.#engine.beginScroll(filter, start)
    if (!isLatest) return await begin()
    // What is there is read while the database looks for what others have written; it holds where there is nothing.
    const [{ lsn, checksum }, begun] = await Promise.all([this.#engine.latest(start), begin()])
    return begun.position.lsn === lsn && begun.position.checksum === checksum ? begun : await begin()
  }

  async #handOver(taking: Promise<Changes>, options: LongCallOptions): Promise<{ readonly writing: Promise<WriteResult> }> {
    const before = this.#lastHanded
    // Both begin now; where the taking fails, that is told.
    const [taken] = await Promise.all([taking, before])
    return { writing: this.#engine.commit(taken, options) }
  }

  async #close(): Promise<void> {
    // What was asked for before is handed over before.
    await this.#lastHanded
    await this.#engine.close().finally(this.#onClosed)
  }

  #begin(options: { readonly signal?: AbortSignal }, known: readonly string[], filter?: unknown): void {
    checkOptions(options, known, 'this call')
    this.#refuseIfClosed()
    options.signal?.throwIfAborted()
    if (filter !== undefined) parseFilter(filter as Filter)
  }

  #refuseIfClosed(): void {
    if (this.#closing === undefined) return
    throw new ClosedError(`The collection "${this.name}" was closed.`, { remedy: 'Open it again.' })
  }
}
