import { bytesOf, holdsBytes } from './bytes-of-text.ts'

/** The object stores of docs/format.md. */
export type StoreName = 'catalog' | 'entries' | 'blocks' | 'manifests' | 'parts' | 'meta'

export type RecordKey = readonly (string | number)[]

export interface StoredRecord {
  readonly store: StoreName
  readonly key: RecordKey
  readonly value: unknown
}

/** What lies in a database, beneath the store: raw access for tests that damage, count or search it. */
export interface StoredRecords {
  /** Name of every collection with its number, as the keys of the catalog give them. */
  numbers(): Promise<ReadonlyMap<string, number>>
  /** In ascending order; those of one collection where its number is given. */
  keys(store: StoreName, collection?: number): Promise<RecordKey[]>
  /** The bytes of a record; fails where there is none. */
  get(store: StoreName, key: RecordKey): Promise<Uint8Array>
  put(store: StoreName, key: RecordKey, value: unknown): Promise<void>
  delete(store: StoreName, key: RecordKey): Promise<void>
  /** Replaces a record by what is made of it. */
  change(store: StoreName, key: RecordKey, change: (record: Uint8Array) => unknown): Promise<void>
  /** Every record of every store, or of those named, but the ballast: 8 MiB of zeros. */
  all(stores?: readonly StoreName[]): Promise<StoredRecord[]>
  /** Bytes of every record but those of `meta`, where space is kept that nothing fills. */
  bytes(): Promise<number>
  /** Where a text or these bytes stand: `'blocks [7,12,1]'`, … */
  holding(content: string | Uint8Array): Promise<string[]>
}

export function storedRecords(database: string): StoredRecords {
  const inStore = <T>(store: StoreName, mode: IDBTransactionMode, ask: (objects: IDBObjectStore) => IDBRequest<T>) =>
    withDatabase(database, (connection) => within(connection, [store], mode, ask))
  // Of one moment: what is folded between two transactions would be missed in both.
  const all = (stores?: readonly StoreName[]) =>
    withDatabase(database, async (connection) => {
      const names = stores ?? (Array.from(connection.objectStoreNames) as StoreName[])
      const transaction = connection.transaction([...names], 'readonly')
      const records: StoredRecord[] = []
      for (const store of names) {
        const objects = transaction.objectStore(store)
        const keys = (await settled(objects.getAllKeys())) as unknown as RecordKey[]
        // One by one: together they may be more than a browser hands over at once.
        for (const key of keys) {
          if (key[0] !== 'ballast') records.push({ store, key, value: await settled(objects.get(key as never)) })
        }
      }
      return records
    })
  const get = async (store: StoreName, key: RecordKey) => {
    const record: unknown = await inStore(store, 'readonly', (objects) => objects.get(key as IDBValidKey))
    if (record instanceof Uint8Array) return record
    throw new Error(`No bytes in ${store} under ${JSON.stringify(key)}.`)
  }
  const put = async (store: StoreName, key: RecordKey, value: unknown) =>
    void (await inStore(store, 'readwrite', (objects) => objects.put(value, key as IDBValidKey)))
  return {
    get,
    put,
    all,
    async numbers() {
      const keys = await inStore('catalog', 'readonly', (objects) => objects.getAllKeys())
      return new Map(keys.map((key) => (key as [string, number, number]).slice(0, 2) as [string, number]))
    },
    async keys(store, collection) {
      const keys = (await inStore(store, 'readonly', (objects) => objects.getAllKeys())) as unknown as RecordKey[]
      const at = store === 'catalog' || store === 'meta' ? 1 : 0
      return collection === undefined ? keys : keys.filter((key) => key[at] === collection)
    },
    delete: (store, key) => inStore(store, 'readwrite', (objects) => objects.delete(key as IDBValidKey)),
    change: async (store, key, change) => put(store, key, change(await get(store, key))),
    async bytes() {
      const records = await all()
      return records.reduce((sum, { store, value }) => sum + (store === 'meta' ? 0 : bytesOf(value).length), 0)
    },
    async holding(content) {
      const records = await all()
      return records
        .filter(({ value }) => holdsBytes(bytesOf(value), content))
        .map(({ store, key }) => `${store} ${JSON.stringify(key)}`)
    },
  }
}

/** A connection of our own to a database that exists: opened without a version, so whatever wrote it. Closes for whoever asks. */
export async function withDatabase<T>(name: string, work: (database: IDBDatabase) => Promise<T>): Promise<T> {
  const opening = indexedDB.open(name)
  // A database that does not exist is not made.
  opening.onupgradeneeded = () => opening.transaction!.abort()
  const database = await settled(opening)
  database.onversionchange = () => database.close()
  try {
    return await work(database)
  } finally {
    database.close()
  }
}

function within<T>(
  database: IDBDatabase,
  stores: readonly StoreName[],
  mode: IDBTransactionMode,
  ask: (objects: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction([...stores], mode)
    const request = ask(transaction.objectStore(stores[0]!))
    transaction.oncomplete = () => resolve(request.result)
    transaction.onabort = () => reject(transaction.error ?? request.error)
  })
}

export function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

/** Ids of the blocks whose rows hold a text or these bytes. */
export async function blocksHolding(stored: StoredRecords, content: string | Uint8Array): Promise<number[]> {
  const places = (await stored.holding(content)).filter((place) => place.startsWith('blocks '))
  return [...new Set(places.map((place) => (JSON.parse(place.slice('blocks '.length)) as number[])[1]!))]
}
