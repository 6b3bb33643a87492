import type {
  CollectionStatus,
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
import type { Changes } from './changes.ts'

/** What does a collection's work, here or in a worker. What goes in was checked by the client. */
export interface CollectionEngine {
  commit(changes: Changes, options: LongCallOptions): Promise<WriteResult>
  query(query: Query<Payload>, options: ReadOptions): Promise<ScoredPoint[]>
  explain(query: Query<Payload>, options: ReadOptions): Promise<QueryExplanation>
  checkRecall(options: RecallOptions): Promise<number>
  retrieve(ids: readonly PointId[], options: RetrieveOptions): Promise<(Point | undefined)[]>
  /** Ids of every point that matches, in order of first upsert. */
  matchingIds(filter: Filter | undefined, options: ReadOptions): Promise<PointId[]>
  count(filter: Filter | undefined, options: ReadOptions): Promise<number>
  status(): Promise<CollectionStatus>
  flush(): Promise<void>
  vacuum(options: LongCallOptions): Promise<void>
  close(): Promise<void>
}
