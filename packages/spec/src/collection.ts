// For apps whose own `lib` leaves it out.
/// <reference lib="esnext.disposable" preserve="true" />
import type { QueryExplanation, RecallOptions } from './explanation.ts'
import type { Facet, FieldPath } from './facet.ts'
import type { Filter } from './filter.ts'
import type { Metric } from './metric.ts'
import type { Payload, Point, PointBatch, PointId, ScoredPoint } from './point.ts'
import type { LongCallOptions } from './progress.ts'
import type { Query } from './query.ts'

/**
 * Kinds of declared payload fields, by dotted path. `text` fields are searched by words; what filters ask of the others is read off an
 * index, made for all of them when one is first asked for, so that no payload has to be decoded.
 */
export type FieldKind = 'text' | 'keyword' | 'number' | 'boolean' | 'date'

/** When a write counts as done. See docs/storage.md. */
export type Durability = 'power' | 'process' | 'memory'

/** What vectors of one name are. */
export interface VectorOptions {
  /** Elements of every vector, 1 … 4,096. */
  readonly dim: number
  /** @default 'cosine' */
  readonly metric?: Metric
  /** Fingerprint of the embedder whose vectors they are. A batch of another fingerprint is refused. */
  readonly model?: string
}

/** A collection whose points have one vector. */
export interface SingleVectorSchema extends VectorOptions {
  readonly vectors?: undefined
}

/** A collection whose points have several vectors, each under a name of 1 to 64 characters. */
export interface NamedVectorsSchema {
  readonly vectors: { readonly [name: string]: VectorOptions }
  readonly dim?: undefined
  readonly metric?: undefined
  readonly model?: undefined
}

/** What a collection is. Its vectors are fixed when it is created; its fields are what the last opening that named some has named. */
export type CollectionSchema<P extends object = Payload> = (SingleVectorSchema | NamedVectorsSchema) & {
  readonly fields?: { readonly [K in keyof P & string]?: FieldKind } & {
    readonly [path: `${string}.${string}`]: FieldKind | undefined
  }
}

/** A write's receipt: it is durable (as configured) and searchable here. */
export interface WriteResult {
  /** Log sequence number of the entry that holds the write; grows by one with each write of the collection. */
  readonly lsn: number
}

export interface WriteOptions<P extends object = Payload> extends LongCallOptions {
  /** Give the vectors' buffer away instead of copying it; it is detached afterwards. @default false */
  readonly transfer?: boolean
  /**
   * What must hold at the moment of the commit, in every tab's view: so many points match; of several, each. Otherwise nothing is written
   * and the call rejects with ConflictError.
   */
  readonly expect?: Expectation<P> | readonly Expectation<P>[]
}

/** So many points match. */
export interface Expectation<P extends object = Payload> {
  readonly filter: Filter<P>
  readonly count: number
}

/** One atomic change: all of it is there after a crash, or none. Upserts come first, then updates, then deletes. */
export interface WriteChanges<P extends object> {
  readonly upsert?: readonly Point<P>[] | PointBatch<P>
  /** Merges each patch into the top level of the payload of the points named. Ids that are absent are passed over. */
  readonly update?: readonly { readonly ids: readonly PointId[]; readonly payload: Partial<P> }[]
  /** Ids, or a filter: it sees the points as this write's upserts and updates leave them, and is evaluated when it is committed. */
  readonly delete?: readonly PointId[] | { readonly filter: Filter<P> }
}

export interface ReadOptions {
  readonly signal?: AbortSignal
  /** `latest` first takes in what other tabs have written. @default 'local' */
  readonly consistency?: 'local' | 'latest'
}

export interface RetrieveOptions extends ReadOptions {
  /** @default false */
  readonly withVector?: boolean
}

export interface ScrollOptions<P extends object> extends RetrieveOptions {
  readonly filter?: Filter<P>
}

export interface FacetOptions extends ReadOptions {
  /** At most so many values, an integer ≥ 1. @default all */
  readonly limit?: number
}

export interface CollectionStatus {
  readonly name: string
  readonly points: number
  /** Vectors of all names: points that have one, where there is one name. */
  readonly vectors: number
  readonly dim: number
  readonly metric: Metric
  /** The last write that is visible here. */
  readonly lsn: number
  /** The last write that is folded into blocks. */
  readonly checkpointLsn: number
  /** Bytes of vectors and text index held in memory. */
  readonly memoryBytes: number
  readonly durability: Durability
  /** `intact`, or why not; see VoisinError.dataState. */
  readonly dataState: 'intact' | 'rolledBack' | 'partial' | 'lost'
}

/** What a collection tells without being asked. */
export interface Notice {
  readonly kind: 'data-loss' | 'evicted' | 'quota' | 'rolled-back' | 'closed-by-newer-tab'
  readonly message: string
}

/** All points under one name and one dim. In a worker or not, in IndexedDB or in memory: the same verbs, the same answers. */
export interface Collection<P extends object = Payload> extends AsyncDisposable {
  readonly name: string
  /** Of the vector; of the first, where there are several. */
  readonly dim: number
  readonly metric: Metric
  /** Inserts points, or replaces those whose id exists. Resolves when durable and searchable here. */
  upsert(points: readonly Point<P>[] | PointBatch<P>, options?: WriteOptions<P>): Promise<WriteResult>
  /** Merges `payload` into the top level of the payload of each point named. */
  update(ids: readonly PointId[], payload: Partial<P>, options?: LongCallOptions): Promise<WriteResult>
  /** Deletes by id or by filter; ids that are absent are passed over. */
  delete(target: readonly PointId[] | { readonly filter: Filter<P> }, options?: LongCallOptions): Promise<WriteResult>
  /** One atomic change. */
  write(changes: WriteChanges<P>, options?: WriteOptions<P>): Promise<WriteResult>
  /** Best first. */
  query(query: Query<P>, options?: ReadOptions): Promise<ScoredPoint<P>[]>
  /** The same query, with how it is answered and why; its hits are counted, not given. */
  explain(query: Query<P>, options?: ReadOptions): Promise<QueryExplanation>
  /**
   * The share of the true nearest that searches find, on average: some of the collection's own vectors ask, each as if it were not there, and
   * an exact scan says what should have been found. Takes a few milliseconds for each vector that asks.
   */
  checkRecall(options?: RecallOptions): Promise<number>
  /** In the order of `ids`; `undefined` where absent. */
  retrieve(ids: readonly PointId[], options?: RetrieveOptions): Promise<(Point<P> | undefined)[]>
  /** Every point that matches, in order of first upsert. */
  scroll(options?: ScrollOptions<P>): AsyncIterable<Point<P>>
  count(filter?: Filter<P>, options?: ReadOptions): Promise<number>
  /**
   * The values that points that match have at a path, with how many points have each: the most frequent first; of equally frequent ones those of one
   * type together, ascending. Values are told apart as filters do it, and an array's are its elements. A declared field's are read off
   * its index; any other's from every payload.
   */
  facet(path: FieldPath<P>, filter?: Filter<P>, options?: FacetOptions): Promise<Facet[]>
  status(): Promise<CollectionStatus>
  /** Resolves when all that this collection shows here, whoever wrote it, would survive a power cut. */
  flush(): Promise<void>
  /**
   * Gives back what deleted and replaced points still take, in memory and on the disk; afterwards nothing stored holds their payloads. Happens
   * by itself, too, but later and only where it is worth it.
   */
  vacuum(options?: LongCallOptions): Promise<void>
  /** Ends the collection; every later call rejects with ClosedError. Calling it again does nothing. */
  close(): Promise<void>
}
