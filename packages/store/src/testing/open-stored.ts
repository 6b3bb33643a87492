import type { Notice, Payload, Point } from '@voisin/spec'
import type { FullSchema } from '../collection-schema.ts'
import { LocalCollection } from '../local-collection.ts'
import { type CollectionRecord, findOrCreate } from '../persistence/collection-records.ts'
import { openDatabase } from '../persistence/database.ts'
import type { Key, StoreName } from '../persistence/schema.ts'
import type { Storage } from '../persistence/storage.ts'
import { StoredBacking, type StoredBackingOptions } from '../stored-backing.ts'

export const DIM = 3
export const SCHEMA: FullSchema = { dim: DIM, metric: 'l2', fields: { text: 'text' } }

/** Small enough that a handful of points fills blocks and makes a write a large one. */
export const SMALL: Pick<StoredBackingOptions, 'largeWriteBytes' | 'blockBytes'> = { largeWriteBytes: 400, blockBytes: 200 }

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

export interface OpenStoredOptions extends Partial<StoredBackingOptions> {
  /** Stands between the collection and its database. */
  readonly through?: (storage: Storage) => Storage
}

/** The collection `c` of a database, here, with everything that tests want to vary. */
export async function openStored(database: string, options: OpenStoredOptions = {}): Promise<LocalCollection<Payload>> {
  const { through = (storage) => storage, onNotice, ...backingOptions } = options
  const storage = through(await openDatabase(database))
  try {
    const record = await findOrCreate(storage, 'c', SCHEMA)
    const backing = new StoredBacking(storage, record, {
      durability: 'power',
      // Checkpoints happen when a test says so.
      checkpointAfter: { entries: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY },
      ...SMALL,
      ...(onNotice && { onNotice }),
      ...backingOptions,
    })
    return await LocalCollection.open('c', record, backing, { ...(onNotice && { onNotice }) })
  } catch (error) {
    storage.close()
    throw error
  }
}

/** Opens, looks, and closes again. */
export async function lookInto(
  database: string,
): Promise<{ points: Point[]; dataState: string; lsn: number; notices: string[] }> {
  const notices: Notice[] = []
  const collection = await openStored(database, { onNotice: (notice) => notices.push(notice) })
  const { dataState, lsn } = await collection.status()
  const points = await collect(collection.scroll({ withVector: true }))
  await collection.close()
  return { points, dataState, lsn, notices: notices.map(({ kind }) => kind) }
}

/** Reads, changes or deletes records beneath a closed collection. */
export async function underneath<T>(database: string, work: (records: Records) => Promise<T>): Promise<T> {
  const storage = await openDatabase(database)
  try {
    const record = await findOrCreate(storage, 'c', SCHEMA)
    return await work(recordsOf(storage, record))
  } finally {
    storage.close()
  }
}

export interface Records {
  items(store: Exclude<StoreName, 'collections'>): Promise<number[]>
  get(store: Exclude<StoreName, 'collections'>, item: number): Promise<Uint8Array>
  put(store: Exclude<StoreName, 'collections'>, item: number, record: Uint8Array): Promise<void>
  delete(store: Exclude<StoreName, 'collections'>, item: number): Promise<void>
}

function recordsOf(storage: Storage, { number }: CollectionRecord): Records {
  const key = (item: number): Key => [number, item]
  return {
    items: (store) => storage.read([store], (transaction) => transaction.items(store, { collection: number })),
    get: (store, item) => storage.read([store], (transaction) => transaction.get(store, key(item)) as Promise<Uint8Array>),
    put: (store, item, record) => storage.write([store], 'relaxed', (transaction) => transaction.put(store, key(item), record)),
    delete: (store, item) => storage.write([store], 'relaxed', (transaction) => transaction.delete(store, key(item))),
  }
}

export function flipped(record: Uint8Array, at: number): Uint8Array {
  const copy = record.slice()
  copy[at]! ^= 0x10
  return copy
}
