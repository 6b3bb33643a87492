import { type Notice, StorageError } from '@voisin/spec'
import { expect, onTestFinished, test } from 'vitest'
import { openCollection } from '../open-collection.ts'
import { dropDatabase, tempDatabase } from '../testing/open-stored.ts'
import { openDatabase } from './database.ts'
import { type FailureStage, storageError } from './database-errors.ts'

const COLLECTION = 1

test('a transaction whose work throws leaves nothing behind', async () => {
  const storage = await openDatabase(tempDatabase(onTestFinished))
  const reason = new StorageError('no')
  const writing = storage.write(['log'], 'strict', async (transaction) => {
    await transaction.add('log', [COLLECTION, 1], Uint8Array.of(1))
    throw reason
  })
  await expect(writing).rejects.toBe(reason)
  expect(await storage.read(['log'], (transaction) => transaction.getAll('log'))).toEqual([])
  storage.close()
})

test('a key is never added twice, and the attempt undoes its whole transaction', async () => {
  const storage = await openDatabase(tempDatabase(onTestFinished))
  const add = (item: number, also: number) =>
    storage.write(['log'], 'strict', async (transaction) => {
      await transaction.add('log', [COLLECTION, also], Uint8Array.of(1))
      await transaction.add('log', [COLLECTION, item], Uint8Array.of(2))
    })
  await add(1, 2)
  await expect(add(1, 3)).rejects.toMatchObject({ code: 'storage-failed', dataState: 'intact' })
  expect(await storage.read(['log'], (transaction) => transaction.items('log', { collection: COLLECTION }))).toEqual([1, 2])
  storage.close()
})

test('ranges are one collection’s, in order, and its last item is found', async () => {
  const storage = await openDatabase(tempDatabase(onTestFinished))
  await storage.write(['log'], 'relaxed', async (transaction) => {
    for (const collection of [1, 2, 3]) {
      for (const item of [256, 1, 70_000, 2]) await transaction.put('log', [collection, item], Uint8Array.of(collection))
    }
  })
  await storage.read(['log', 'blocks'], async (transaction) => {
    expect(await transaction.items('log', { collection: 2 })).toEqual([1, 2, 256, 70_000])
    expect(await transaction.items('log', { collection: 2, from: 2, to: 256 })).toEqual([2, 256])
    expect(await transaction.getAll('log', { collection: 3 })).toEqual(Array.from({ length: 4 }, () => Uint8Array.of(3)))
    expect(await transaction.lastItem('log', { collection: 2 })).toBe(70_000)
    expect(await transaction.lastItem('log', { collection: 2, to: 255 })).toBe(2)
    expect(await transaction.lastItem('log', { collection: 9 })).toBeUndefined()
  })
  await storage.write(['log'], 'relaxed', (transaction) => transaction.deleteRange('log', { collection: 2, to: 256 }))
  await storage.read(['log'], async (transaction) => {
    expect(await transaction.items('log', { collection: 1 })).toHaveLength(4)
    expect(await transaction.items('log', { collection: 2 })).toEqual([70_000])
  })
  storage.close()
})

test('a database that is deleted elsewhere is let go, that is told, and later writes are refused', async () => {
  const database = tempDatabase(onTestFinished)
  const notices: Notice[] = []
  const collection = await openCollection('c', { dim: 2, database, worker: false, onNotice: (notice) => notices.push(notice) })
  await dropDatabase(database)
  expect(notices.map(({ kind }) => kind)).toEqual(['closed-by-newer-tab'])
  await expect(collection.upsert([{ id: 1, payload: {} }])).rejects.toMatchObject({ code: 'closed' })
  await collection.close()
})

test('a database of a newer version is refused and left as it is', async () => {
  const database = tempDatabase(onTestFinished)
  const newer = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(database, 99)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  newer.close()
  await expect(openCollection('c', { dim: 2, database, worker: false })).rejects.toMatchObject({
    code: 'storage-failed',
    dataState: 'intact',
    retryable: false,
  })
})

test.each<[string, unknown, FailureStage, string, string]>([
  ['quota, Chromium and Firefox', new DOMException('', 'QuotaExceededError'), 'commit', 'storage-full', 'intact'],
  [
    'quota, as a class of its own',
    Object.assign(new Error('full'), { name: 'QuotaExceededError' }),
    'request',
    'storage-full',
    'intact',
  ],
  ['full disk, LevelDB', new DOMException('Failed to write blobs (IOError)', 'DataError'), 'commit', 'storage-full', 'intact'],
  ['full disk, WebKit: an abort without an error', null, 'commit', 'storage-full', 'intact'],
  [
    'a damaged value',
    new DOMException('Failed to read large IndexedDB value', 'UnknownError'),
    'request',
    'storage-failed',
    'intact',
  ],
  ['a wrong key', new DOMException('', 'DataError'), 'request', 'storage-failed', 'intact'],
  ['a database that does not open', new DOMException('Internal error', 'UnknownError'), 'open', 'storage-failed', 'unknown'],
])('a browser’s error is known by its name and stage: %s', (_, cause, stage, code, dataState) => {
  expect(storageError(cause, stage)).toMatchObject({ code, dataState, retryable: true })
})
