import type {
  CollectionStatus,
  Facet,
  Filter,
  LongCallOptions,
  Payload,
  Point,
  PointId,
  Query,
  QueryExplanation,
  ReadOptions,
  RecallOptions,
  RetrieveOptions,
  ScoredPoint,
  WriteResult,
} from '@voisin/spec'
import type { Position } from '../log/replay.ts'
import type { AskedFacets } from '../query/facets.ts'
import type { Changes } from './changes.ts'

/** Every point that matches, in order of first upsert. */
export interface BegunScroll<Points = readonly (Point | undefined)[]> {
  /** The moment: what is the same then and now has not been written to. */
  readonly position: Position
  readonly ids: readonly PointId[]
  /** The first ones, as they are at this moment; undefined where a payload cannot be decoded. */
  readonly points: Points
}

export interface ScrollStart extends Omit<RetrieveOptions, 'consistency'> {
  /** How many points come at once. */
  readonly first: number
}

/** What does a collection's work, here or in a worker. What goes in was checked by the client. */
export interface CollectionEngine {
  commit(changes: Changes, options: LongCallOptions): Promise<WriteResult>
  query(query: Query<Payload>, options: ReadOptions): Promise<ScoredPoint[]>
  explain(query: Query<Payload>, options: ReadOptions): Promise<QueryExplanation>
  checkRecall(options: RecallOptions): Promise<number>
  retrieve(ids: readonly PointId[], options: RetrieveOptions): Promise<(Point | undefined)[]>
  beginScroll(filter: Filter | undefined, options: ScrollStart): Promise<BegunScroll>
  /** Takes in what other tabs have written. @returns Where that ends. */
  latest(options: Pick<ReadOptions, 'signal'>): Promise<Position>
  count(filter: Filter | undefined, options: ReadOptions): Promise<number>
  facet(asked: AskedFacets, options: ReadOptions): Promise<Facet[]>
  status(): Promise<CollectionStatus>
  flush(): Promise<void>
  vacuum(options: LongCallOptions): Promise<void>
  close(): Promise<void>
}
