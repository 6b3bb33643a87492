import { StorageError } from '@voisin/spec'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openCollection } from '../open-collection.ts'
import { dropDatabase, openStored, tempDatabase } from '../testing/open-stored.ts'
import { openIndexedStorage } from './indexed-storage.ts'
import type { Storage } from './storage.ts'
import type { StorageEvents } from './world.ts'

const COLLECTION = 1

async function open(database = tempDatabase(onTestFinished), events: StorageEvents = {}): Promise<Storage> {
  const storage = await openIndexedStorage(database, events)
  onTestFinished(() => storage.close())
  return storage
}

const entriesOf = (storage: Storage) =>
  storage.read(['entries'], (transaction) => transaction.keys('entries', { prefix: [COLLECTION] }))
const addEntry = (storage: Storage, lsn: number, options?: { signal: AbortSignal }) =>
  storage.write(['entries'], 'strict', (transaction) => transaction.add('entries', [COLLECTION, lsn], Uint8Array.of(1)), options)

test('a transaction whose work throws leaves nothing behind', async () => {
  const storage = await open()
  const reason = new StorageError('no')
  const writing = storage.write(['entries'], 'strict', async (transaction) => {
    await transaction.add('entries', [COLLECTION, 1], Uint8Array.of(1))
    throw reason
  })
  await expect(writing).rejects.toBe(reason)
  expect(await entriesOf(storage)).toEqual([])
})

test('no transaction asks for less than a browser does by itself', async () => {
  const asked = vi.spyOn(IDBDatabase.prototype, 'transaction')
  onTestFinished(() => asked.mockRestore())
  const storage = await open()
  await addEntry(storage, 1)
  await storage.write(['entries'], 'relaxed', (transaction) => transaction.put('entries', [COLLECTION, 2], Uint8Array.of(1)))
  await entriesOf(storage)
  expect(asked.mock.calls.map(([, mode, options]) => [mode, options?.durability])).toEqual([
    ['readwrite', 'strict'],
    ['readwrite', 'default'],
    ['readonly', 'default'],
  ])
})

test('a key is never added twice, and the attempt undoes its whole transaction', async () => {
  const storage = await open()
  const add = (lsn: number, also: number) =>
    storage.write(['entries'], 'strict', async (transaction) => {
      await transaction.add('entries', [COLLECTION, also], Uint8Array.of(1))
      await transaction.add('entries', [COLLECTION, lsn], Uint8Array.of(2))
    })
  await add(1, 2)
  await expect(add(1, 3)).rejects.toMatchObject({ code: 'storage-failed', dataState: 'intact' })
  expect(await entriesOf(storage)).toEqual([
    [COLLECTION, 1],
    [COLLECTION, 2],
  ])
})

test('ranges are those of a prefix, in order, and their last key is found', async () => {
  const storage = await open()
  await storage.write(['entries', 'catalog'], 'relaxed', async (transaction) => {
    for (const collection of [1, 2, 3]) {
      for (const lsn of [256, 1, 70_000, 2]) await transaction.put('entries', [collection, lsn], Uint8Array.of(collection))
    }
    for (const name of ['a', 'ab', 'b']) {
      for (const copy of [1, 0]) await transaction.put('catalog', [name, 7, copy], Uint8Array.of(copy))
    }
  })
  await storage.read(['entries', 'catalog', 'blocks'], async (transaction) => {
    const lsns = async (range: { from?: number; to?: number }) =>
      (await transaction.keys('entries', { prefix: [2], ...range })).map((key) => key[1])
    expect(await lsns({})).toEqual([1, 2, 256, 70_000])
    expect(await lsns({ from: 2, to: 256 })).toEqual([2, 256])
    expect(await lsns({ from: 257 })).toEqual([70_000])
    expect(await lsns({ to: 0 })).toEqual([])
    expect(await transaction.getAll('entries', { prefix: [3] })).toEqual(Array.from({ length: 4 }, () => Uint8Array.of(3)))
    expect(await transaction.keys('entries', { prefix: [] })).toHaveLength(12)
    expect(await transaction.lastKey('entries', { prefix: [2] })).toEqual([2, 70_000])
    expect(await transaction.lastKey('entries', { prefix: [2], to: 255 })).toEqual([2, 2])
    expect(await transaction.lastKey('entries', { prefix: [9] })).toBeUndefined()
    expect(await transaction.keys('catalog', { prefix: ['a'] })).toEqual([
      ['a', 7, 0],
      ['a', 7, 1],
    ])
    expect(await transaction.getAll('catalog', { prefix: ['b', 7], from: 1, to: 1 })).toEqual([Uint8Array.of(1)])
    expect(await transaction.get('entries', [2, 3])).toBeUndefined()
  })
  await storage.write(['entries'], 'relaxed', (transaction) => transaction.deleteRange('entries', { prefix: [2], to: 256 }))
  await storage.read(['entries'], async (transaction) => {
    expect(await transaction.keys('entries', { prefix: [1] })).toHaveLength(4)
    expect(await transaction.keys('entries', { prefix: [2] })).toEqual([[2, 70_000]])
  })
})

test('a signal that is aborted ends a transaction with its reason, and nothing of it stays', async () => {
  const storage = await open()
  const reason = new Error('enough')
  await expect(addEntry(storage, 1, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  const controller = new AbortController()
  const writing = storage.write(
    ['entries'],
    'strict',
    async (transaction) => {
      await transaction.add('entries', [COLLECTION, 2], Uint8Array.of(1))
      controller.abort(reason)
      await transaction.add('entries', [COLLECTION, 3], Uint8Array.of(1))
    },
    { signal: controller.signal },
  )
  await expect(writing).rejects.toBe(reason)
  expect(await entriesOf(storage)).toEqual([])
})

test('a signal that is aborted after the commit changes nothing', async () => {
  const storage = await open()
  const controller = new AbortController()
  await addEntry(storage, 1, { signal: controller.signal })
  controller.abort()
  expect(await entriesOf(storage)).toEqual([[COLLECTION, 1]])
})

test('a transaction that waits for another has an end, says that nothing was written, and leaves nothing', async () => {
  const database = tempDatabase(onTestFinished)
  const [one, other] = [await open(database), await open(database)]
  let letGo = false
  const holding = one.write(['entries'], 'relaxed', async (transaction) => {
    while (!letGo) await transaction.get('entries', [COLLECTION, 0])
  })
  const late = other.write(
    ['entries'],
    'strict',
    (transaction) => transaction.add('entries', [COLLECTION, 1], Uint8Array.of(1)),
    {
      endBy: performance.now() + 50,
    },
  )
  await expect(late).rejects.toMatchObject({ code: 'deadline-exceeded', dataState: 'intact' })
  letGo = true
  await holding
  expect(await entriesOf(other)).toEqual([])
})

test('a connection that was dropped is opened anew by the next call', async () => {
  const storage = await open()
  await addEntry(storage, 1)
  storage.reconnect()
  await addEntry(storage, 2)
  storage.reconnect()
  expect(await entriesOf(storage)).toHaveLength(2)
})

test('a database that refuses to be opened for a moment is opened', async () => {
  const openReally = indexedDB.open.bind(indexedDB)
  let refusals = 2
  const refusing = vi.spyOn(indexedDB, 'open').mockImplementation((...parameters) => {
    if (refusals-- > 0) throw new DOMException('Internal error.', 'UnknownError')
    return openReally(...parameters)
  })
  onTestFinished(() => refusing.mockRestore())
  const storage = await open()
  await addEntry(storage, 1)
  expect(refusing).toHaveBeenCalledTimes(3)
  expect(await entriesOf(storage)).toHaveLength(1)
})

test('one that goes on refusing is given up, and told', async () => {
  const refusing = vi.spyOn(indexedDB, 'open').mockImplementation(() => {
    throw new DOMException('Internal error.', 'UnknownError')
  })
  onTestFinished(() => refusing.mockRestore())
  await expect(open()).rejects.toMatchObject({ code: 'storage-failed', dataState: 'unknown', retryable: true })
  expect(refusing).toHaveBeenCalledTimes(4)
})

test('a storage that was closed says so', async () => {
  const storage = await open()
  storage.close()
  await expect(entriesOf(storage)).rejects.toMatchObject({ code: 'closed' })
})

test('a database that is deleted elsewhere is let go, that is told, and later calls say that it is lost', async () => {
  const database = tempDatabase(onTestFinished)
  const told: string[] = []
  const storage = await open(database, { onReplaced: (how) => told.push(how) })
  const collection = await openStored(database, { onNotice: ({ kind }) => told.push(kind) })
  await dropDatabase(database)
  expect(told.toSorted()).toEqual(['data-loss', 'deleted'])
  await expect(addEntry(storage, 1)).rejects.toMatchObject({ code: 'not-found', dataState: 'lost' })
  await expect(collection.upsert([{ id: 1, payload: {} }])).rejects.toMatchObject({ code: 'not-found', dataState: 'lost' })
  await expect(collection.count()).rejects.toMatchObject({ code: 'not-found', dataState: 'lost' })
  await collection.close()
})

test('a newer version opened elsewhere is let in, that is told, and later calls are refused', async () => {
  const database = tempDatabase(onTestFinished)
  const told: string[] = []
  const storage = await open(database, { onReplaced: (how) => told.push(how) })
  await openVersion(database, 99)
  expect(told).toEqual(['newer-version'])
  await expect(addEntry(storage, 1)).rejects.toMatchObject({ code: 'closed', dataState: 'intact' })
})

test('a database of a newer version is refused and left as it is', async () => {
  const database = tempDatabase(onTestFinished)
  await openVersion(database, 99)
  await expect(openCollection('c', { dim: 2, database, worker: false })).rejects.toMatchObject({
    code: 'storage-failed',
    dataState: 'intact',
    retryable: false,
  })
})

/** Opens a database as some other version of the code would, and closes it again. */
async function openVersion(database: string, version: number): Promise<void> {
  const opened = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(database, version)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  opened.close()
}
