import type { Collection, Notice, Payload, Point } from '@voisin/spec'
import type { CheckpointEnd, CheckpointOptions } from '../checkpoint/checkpointer.ts'
import { CollectionClient } from '../collection/collection-client.ts'
import { DatabaseSession, type SessionOptions, type StoredCollectionOptions } from '../collection/database-session.ts'
import type { LocalCollection } from '../collection/local-collection.ts'
import { browserWorld } from '../database/browser-world.ts'
import { openIndexedStorage } from '../database/indexed-storage.ts'
import type { Key, Storage, StoreName } from '../database/storage.ts'
import type { WitnessStore, World } from '../database/world.ts'

export const DIM: number = 3
export const SCHEMA: { readonly dim: number; readonly metric: 'l2'; readonly fields: { readonly text: 'text' } } = {
  dim: DIM,
  metric: 'l2',
  fields: { text: 'text' },
}

/** Small enough that a handful of points fills blocks and makes a write a large one. */
export const SMALL: Pick<StoredCollectionOptions, 'largeWriteBytes' | 'blockBytes'> = {
  largeWriteBytes: 400,
  blockBytes: { payloads: 200, vectors: 100 },
}

/** A database name of this test's own, deleted when the test ends. */
export function tempDatabase(onTestFinished: (cleanUp: () => Promise<void>) => void): string {
  const name = `test-${crypto.randomUUID()}`
  onTestFinished(() => dropDatabase(name))
  return name
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}

export function dropDatabase(name: string): Promise<void> {
  return new Promise((resolve) => {
    // biome-ignore lint/style/noRestrictedGlobals: tests clean up behind the one file that may
    const request = indexedDB.deleteDatabase(name)
    request.onsuccess = request.onerror = request.onblocked = () => resolve()
  })
}

export type OpenStoredOptions = Partial<StoredCollectionOptions> &
  SessionOptions & {
    /** Stands between the collection and its database. */
    readonly through?: (storage: Storage) => Storage
    /** Another world, in part. */
    readonly world?: Partial<World>
  }

/** A collection here, as its user holds it, with what tests want to do beside. */
export interface StoredCollection extends Collection<Payload> {
  readonly local: LocalCollection
  readonly session: DatabaseSession
  checkpoint(options?: CheckpointOptions): Promise<CheckpointEnd>
  catchUp(): Promise<void>
}

/** Remembers nothing: most tests take records away on purpose. */
export const NO_WITNESS: WitnessStore = {
  read: async () => undefined,
  write: async () => {},
  remove: async () => {},
}

/** The collection `c` of a database, here, with everything that tests want to vary. */
export async function openStored(database: string, options: OpenStoredOptions = {}): Promise<StoredCollection> {
  const { through = (storage) => storage, world = {}, deadlineMs, ballastBytes = 0, ...rest } = options
  const here: World = {
    ...browserWorld,
    witness: NO_WITNESS,
    openStorage: async (name, events, deadlineMs) => through(await openIndexedStorage(name, events, deadlineMs)),
    ...world,
  }
  const session = await DatabaseSession.open(here, database, { ballastBytes, ...(deadlineMs !== undefined && { deadlineMs }) })
  try {
    const local = await session.openCollection('c', {
      ...SCHEMA,
      // Checkpoints happen when a test says so.
      checkpointAfter: 'never',
      ...SMALL,
      ...rest,
    } as StoredCollectionOptions)
    const client = new CollectionClient<Payload>('c', local.schema, local, () => session.close())
    return Object.assign(client, {
      local,
      session,
      checkpoint: (options?: CheckpointOptions) => local.checkpoint(options),
      catchUp: () => local.catchUp(),
    })
  } catch (error) {
    await session.close()
    throw error
  }
}

/** Opens, looks, and closes again. */
export async function lookInto(
  database: string,
  options: OpenStoredOptions = {},
): Promise<{ points: Point[]; dataState: string; lsn: number; notices: string[] }> {
  const notices: Notice[] = []
  const collection = await openStored(database, { ...options, onNotice: (notice) => notices.push(notice) })
  const { dataState, lsn } = await collection.status()
  const points = await collect(collection.scroll({ withVector: true }))
  await collection.close()
  return { points, dataState, lsn, notices: notices.map(({ kind }) => kind) }
}

/** Reads, changes or deletes records beneath a closed collection. Keys are without the collection's number. */
export async function underneath<T>(database: string, work: (records: Records) => Promise<T>): Promise<T> {
  const storage = await openIndexedStorage(database)
  try {
    const keys = (await storage.read(['catalog'], (transaction) => transaction.keys('catalog', { prefix: [] }))) as [
      string,
      number,
      number,
    ][]
    const found = keys.find(([name]) => name === 'c')
    if (found === undefined) throw new Error('There is no collection "c".')
    return await work(recordsOf(storage, found[1]))
  } finally {
    storage.close()
  }
}

type OwnStore = Exclude<StoreName, 'catalog' | 'meta' | `v0-${string}`>

export interface Records {
  readonly number: number
  readonly storage: Storage
  /** In order: the parts of the keys behind the collection's number. */
  keys(store: OwnStore): Promise<number[][]>
  get(store: OwnStore, key: readonly number[]): Promise<Uint8Array>
  put(store: OwnStore, key: readonly number[], record: Uint8Array): Promise<void>
  delete(store: OwnStore, key: readonly number[]): Promise<void>
}

function recordsOf(storage: Storage, number: number): Records {
  const full = (key: readonly number[]): Key => [number, ...key]
  return {
    number,
    storage,
    keys: async (store) => {
      const keys = await storage.read([store], (transaction) => transaction.keys(store, { prefix: [number] }))
      return keys.map((key) => (key as number[]).slice(1))
    },
    get: (store, key) => storage.read([store], (transaction) => transaction.get(store, full(key)) as Promise<Uint8Array>),
    put: (store, key, record) => storage.write([store], 'relaxed', (transaction) => transaction.put(store, full(key), record)),
    delete: (store, key) => storage.write([store], 'relaxed', (transaction) => transaction.delete(store, full(key))),
  }
}

export function flipped(record: Uint8Array, at: number): Uint8Array {
  const copy = record.slice()
  copy[at]! ^= 0x10
  return copy
}
