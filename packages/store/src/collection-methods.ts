import {
  ClosedError,
  type CollectionStatus,
  type Filter,
  type Notice,
  type Payload,
  type Point,
  type PointId,
  type Query,
  type ReadOptions,
  type ScoredPoint,
  type WriteResult,
} from '@voisin/spec'
import { type CallContext, transfer } from '@voisin/worker'
import type { FullSchema } from './collection-schema.ts'
import type { LocalCollection } from './local-collection.ts'
import { NoticeQueue } from './notice-queue.ts'
import { type OpenCollectionOptions, openLocalCollection } from './open-local-collection.ts'
import { type PackedChanges, unpackChanges } from './packed-changes.ts'

type Consistency = Pick<ReadOptions, 'consistency'>

export interface OpenRequest {
  readonly name: string
  readonly options: Omit<OpenCollectionOptions<never>, 'onNotice' | 'onProgress' | 'signal' | 'worker'>
}

/** What a worker with one collection serves. `open` comes first. */
export type CollectionMethods = {
  /** What it is, as it is stored. */
  open(request: OpenRequest, context: CallContext): Promise<FullSchema>
  schema(argument: undefined, context: CallContext): Promise<FullSchema>
  notices(argument: undefined, context: CallContext): AsyncIterable<Notice>
  commit(changes: PackedChanges, context: CallContext): Promise<WriteResult>
  deleteMatching(filter: Filter, context: CallContext): Promise<WriteResult>
  query(argument: Consistency & { readonly query: Query<Payload> }, context: CallContext): Promise<ScoredPoint[]>
  retrieve(
    argument: Consistency & { readonly ids: readonly PointId[]; readonly withVector: boolean },
    context: CallContext,
  ): Promise<(Point | undefined)[]>
  matchingIds(argument: Consistency & { readonly filter?: Filter }, context: CallContext): Promise<PointId[]>
  count(argument: Consistency & { readonly filter?: Filter }, context: CallContext): Promise<number>
  status(argument: undefined, context: CallContext): Promise<CollectionStatus>
  flush(argument: undefined, context: CallContext): Promise<void>
  pause(argument: undefined, context: CallContext): Promise<void>
  resume(argument: undefined, context: CallContext): Promise<void>
  close(argument: undefined, context: CallContext): Promise<void>
}

export function collectionMethods(): CollectionMethods {
  const notices = new NoticeQueue()
  let opened: LocalCollection | undefined
  const collection = (): LocalCollection => {
    if (opened === undefined) throw new ClosedError('No collection was opened in this worker.')
    return opened
  }
  return {
    async open({ name, options }, { signal, progress }) {
      opened = await openLocalCollection<Payload>(name, {
        ...(options as OpenCollectionOptions<Payload>),
        signal,
        onProgress: progress,
        onNotice: (notice) => notices.push(notice),
      })
      return opened.schema
    },
    schema: async () => collection().schema,
    notices: (_, { signal }) => notices.read(signal),
    commit: (changes, { signal, progress }) => collection().commit(unpackChanges(changes), { signal, onProgress: progress }),
    deleteMatching: (filter, { signal }) => collection().deleteMatching(filter, { signal }),
    async query({ query, consistency }, { signal }) {
      return withBuffers(await collection().query(query, readOptions(consistency, signal)))
    },
    async retrieve({ ids, withVector, consistency }, { signal }) {
      return withBuffers(await collection().retrieve(ids, { withVector, ...readOptions(consistency, signal) }))
    },
    matchingIds: ({ filter, consistency }, { signal }) => collection().matchingIds(filter, readOptions(consistency, signal)),
    count: ({ filter, consistency }, { signal }) =>
      collection().count(filter as Filter<Payload>, readOptions(consistency, signal)),
    status: () => collection().status(),
    flush: () => collection().flush(),
    pause: async () => opened?.pause(),
    resume: async () => opened?.resume(),
    close: async () => await opened?.close(),
  }
}

function readOptions(consistency: ReadOptions['consistency'], signal: AbortSignal): ReadOptions {
  return { signal, ...(consistency && { consistency }) }
}

/** Vectors leave the worker without a copy. */
function withBuffers<T extends readonly ({ readonly vector?: Float32Array } | undefined)[]>(points: T): T {
  return transfer(
    points,
    points.flatMap((point) => (point?.vector ? [point.vector.buffer as ArrayBuffer] : [])),
  )
}
