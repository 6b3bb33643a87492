import type {
  Durability,
  Filter,
  Notice,
  Payload,
  Point,
  PointId,
  Query,
  ReadOptions,
  ScoredPoint,
  WriteChanges,
} from '@voisin/spec'
import type { World } from '../../database/world.ts'

/** What is put through its lives: a database session, or something that has a bug planted in it. */
export interface SubjectSession {
  openCollection(name: string, options: SubjectOptions): Promise<SubjectCollection>
  listCollections(): Promise<readonly (string | { readonly name: string })[]>
  deleteCollection(name: string): Promise<unknown>
  salvage(name: string): AsyncIterable<Point>
  close(): Promise<void>
}

export type OpenSubject = (world: World, databaseName: string) => Promise<SubjectSession>

export interface SubjectOptions {
  readonly dim: number
  readonly metric: 'l2'
  readonly fields: { readonly text: 'text'; readonly n: 'number' }
  readonly durability: Exclude<Durability, 'memory'>
  readonly onNotice: (notice: Notice) => void
  readonly goOn: boolean
  readonly checkpointAfter: { readonly entries: number; readonly bytes: number }
  readonly largeWriteBytes: number
  readonly blockBytes: { readonly payloads: number; readonly vectors: number; readonly words: number }
}

export interface SubjectWriteOptions {
  readonly signal?: AbortSignal
  readonly expect?: { readonly filter: Filter; readonly count: number }
}

export interface SubjectReadOptions extends ReadOptions {
  readonly withVector?: boolean
}

export interface SubjectCollection {
  upsert(points: readonly Point[], options?: SubjectWriteOptions): Promise<{ readonly lsn: number }>
  update(ids: readonly PointId[], payload: Payload, options?: SubjectWriteOptions): Promise<{ readonly lsn: number }>
  delete(
    target: readonly PointId[] | { readonly filter: Filter },
    options?: SubjectWriteOptions,
  ): Promise<{ readonly lsn: number }>
  write(changes: WriteChanges<Payload>, options?: SubjectWriteOptions): Promise<{ readonly lsn: number }>
  query(query: Query<Payload>, options?: ReadOptions): Promise<ScoredPoint[]>
  scroll(options?: SubjectReadOptions): AsyncIterable<Point>
  count(filter?: Filter, options?: ReadOptions): Promise<number>
  status(): Promise<{ readonly lsn: number; readonly dataState: string }>
  flush(): Promise<void>
  vacuum(): Promise<unknown>
  checkpoint(): Promise<unknown>
  close(): Promise<void>
}
