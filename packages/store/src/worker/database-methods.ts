import { prepareKernels } from '@voisin/index'
import {
  ClosedError,
  type CollectionStatus,
  type Facet,
  type Filter,
  type LongCallOptions,
  type Notice,
  type Payload,
  type PointId,
  type Query,
  type QueryExplanation,
  type ReadOptions,
  type RecallOptions,
  type ScoredPoint,
  type VoisinError,
  type WriteResult,
} from '@voisin/spec'
import { type CallContext, transfer } from '@voisin/worker'
import { DatabaseSession, type StoredCollectionOptions } from '../collection/database-session.ts'
import type { BegunScroll } from '../collection/engine.ts'
import type { LocalCollection } from '../collection/local-collection.ts'
import { browserWorld } from '../database/browser-world.ts'
import type { FullSchema } from '../database/collection-record.ts'
import type { Position } from '../log/replay.ts'
import type { AskedFacets } from '../query/facets.ts'
import { offsetsOf } from '../query/matching.ts'
import type { CollectionState } from '../state/collection-state.ts'
import { NoticeQueue } from './notice-queue.ts'
import { type PackedChanges, unpackChanges } from './packed-changes.ts'
import { buffersOf, type PackedPoints, packPoints, vectorBuffersOf } from './packed-points.ts'
import { QueryTurns } from './query-turns.ts'

/** Which of the worker's collections is meant: numbered by whoever opened it. */
export interface OfCollection {
  readonly handle: number
}

type Consistency = Pick<ReadOptions, 'consistency'>

export interface OpenRequest extends OfCollection {
  readonly database: string
  readonly deadlineMs?: number | undefined
  readonly name: string
  readonly options: Omit<StoredCollectionOptions<never>, keyof LongCallOptions | 'onNotice'>
}

export interface HandledNotice extends OfCollection {
  readonly notice: Notice
}

/** What a worker with one database serves. */
export type DatabaseMethods = {
  /** What it is, as it is stored. */
  open(request: OpenRequest, context: CallContext): Promise<FullSchema>
  /** As `open`, in a worker that takes another's place: what goes wrong is told by the next call to that collection. */
  openAgain(request: OpenRequest, context: CallContext): Promise<void>
  notices(argument: undefined, context: CallContext): AsyncIterable<HandledNotice>
  commit(argument: OfCollection & { readonly changes: PackedChanges }, context: CallContext): Promise<WriteResult>
  query(argument: OfCollection & Consistency & { readonly query: Query<Payload> }, context: CallContext): Promise<ScoredPoint[]>
  explain(
    argument: OfCollection & Consistency & { readonly query: Query<Payload> },
    context: CallContext,
  ): Promise<QueryExplanation>
  checkRecall(argument: OfCollection & { readonly options: RecallOptions }, context: CallContext): Promise<number>
  retrieve(
    argument: OfCollection & Consistency & { readonly ids: readonly PointId[]; readonly withVector: boolean },
    context: CallContext,
  ): Promise<PackedPoints>
  beginScroll(
    argument: OfCollection & { readonly filter?: Filter; readonly first: number; readonly withVector: boolean },
    context: CallContext,
  ): Promise<BegunScroll<PackedPoints>>
  latest(argument: OfCollection, context: CallContext): Promise<Position>
  count(argument: OfCollection & Consistency & { readonly filter?: Filter }, context: CallContext): Promise<number>
  facet(argument: OfCollection & Consistency & { readonly asked: AskedFacets }, context: CallContext): Promise<Facet[]>
  status(argument: OfCollection, context: CallContext): Promise<CollectionStatus>
  flush(argument: OfCollection, context: CallContext): Promise<void>
  vacuum(argument: OfCollection, context: CallContext): Promise<void>
  pause(argument: undefined, context: CallContext): Promise<void>
  resume(argument: undefined, context: CallContext): Promise<void>
  close(argument: OfCollection, context: CallContext): Promise<void>
  closeAll(argument: undefined, context: CallContext): Promise<void>
}

export function databaseMethods(): DatabaseMethods {
  const notices = new NoticeQueue<HandledNotice>()
  const turns = new QueryTurns(browserWorld.clock)
  const opened = new Map<number, LocalCollection | VoisinError>()
  let session: Promise<DatabaseSession> | undefined

  const collection = ({ handle }: OfCollection): LocalCollection => {
    const found = opened.get(handle)
    if (found === undefined) throw new ClosedError('This collection is not open in this worker.', { remedy: 'Open it again.' })
    if (found instanceof Error) throw found
    return found
  }
  const open = async (request: OpenRequest, { signal, progress }: CallContext): Promise<LocalCollection> => {
    const { database, deadlineMs, name, handle } = request
    void prepareKernels()
    const before = session
    if ((await before?.catch(() => undefined))?.hasEnded && session === before) session = undefined
    session ??= DatabaseSession.open(browserWorld, database, { ...(deadlineMs !== undefined && { deadlineMs }) })
    // A session that could not be opened is tried again by the next call.
    session.catch(() => {
      session = undefined
    })
    const onNotice = (notice: Notice) => notices.push({ handle, notice })
    const options = { ...request.options, signal, onProgress: progress, onNotice } as StoredCollectionOptions
    const found = await (await session).openCollection(name, options)
    // Given up while it was opened: nobody will close it.
    if (signal.aborted) await found.close()
    signal.throwIfAborted()
    opened.set(handle, found)
    return found
  }
  return {
    open: async (request, context) => (await open(request, context)).schema,
    async openAgain(request, context) {
      await open(request, context).catch((error: VoisinError) => void opened.set(request.handle, error))
    },
    notices: (_, { signal }) => notices.read(signal),
    commit: (argument, { signal, progress }) =>
      collection(argument).commit(unpackChanges(argument.changes), { signal, onProgress: progress }),
    async query(argument, { signal }) {
      const ask = () => collection(argument).query(argument.query, readOptions(argument, signal))
      const hits = await turns.run(signal, ask)
      return argument.query.withVector ? transfer(hits, vectorBuffersOf(hits)) : hits
    },
    explain: (argument, { signal }) =>
      turns.run(signal, () => collection(argument).explain(argument.query, readOptions(argument, signal))),
    checkRecall: (argument, { signal }) => collection(argument).checkRecall({ ...argument.options, signal }),
    async retrieve(argument, { signal }) {
      const { ids, withVector } = argument
      const packed = await collection(argument).read(readOptions(argument, signal), (state) =>
        packPoints(state, offsetsOf(state, ids), withVector),
      )
      return transfer(packed, buffersOf(packed))
    },
    async beginScroll(argument, { signal }) {
      const { filter, first, withVector } = argument
      const pack = (state: CollectionState, offsets: readonly number[]) => packPoints(state, offsets, withVector)
      const begun = await turns.run(signal, () => collection(argument).beginScrollOf(filter, { first, signal }, pack))
      return transfer(begun, buffersOf(begun.points))
    },
    latest: (argument, { signal }) => collection(argument).latest({ signal }),
    async count(argument, { signal }) {
      const count = () => collection(argument).count(argument.filter, readOptions(argument, signal))
      // Without a filter it takes no longer than its turn would.
      return await (argument.filter === undefined ? count() : turns.run(signal, count))
    },
    facet: (argument, { signal }) =>
      turns.run(signal, () => collection(argument).facet(argument.asked, readOptions(argument, signal))),
    status: (argument) => collection(argument).status(),
    flush: (argument) => collection(argument).flush(),
    vacuum: (argument, { signal }) => collection(argument).vacuum({ signal }),
    pause: async () => await (await session)?.pause(),
    resume: async () => (await session)?.resume(),
    async close(argument) {
      const found = opened.get(argument.handle)
      opened.delete(argument.handle)
      if (found === undefined || found instanceof Error) return
      await found.close()
      // Not waited for: what it leaves undone costs the next opening a little.
      void session?.then((session) => session.rest()).catch(() => {})
    },
    closeAll: async () => await (await session)?.close(),
  }
}

function readOptions({ consistency }: Consistency, signal: AbortSignal): ReadOptions {
  return { signal, ...(consistency && { consistency }) }
}
