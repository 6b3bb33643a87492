import { StorageFullError } from '@voisin/spec'
import { expect, onTestFinished, test } from 'vitest'
import { tempDatabase } from '../testing/open-stored.ts'
import { withTransactions, wrapped } from '../testing/wrapped-storage.ts'
import { browserWorld } from './browser-world.ts'
import { openIndexedStorage } from './indexed-storage.ts'
import { MarkedStorage } from './marked-storage.ts'
import type { CommitStrength, Storage, TransactionOptions } from './storage.ts'
import { TabLife } from './tab-life.ts'

const TAB = 7
const MARK = ['writing', TAB]

/** A storage that leaves marks, what it writes through, and the strength of each commit that is made of it. */
async function marked(replaced: (storage: Storage) => Storage = (storage) => storage) {
  const database = tempDatabase(onTestFinished)
  const indexed = replaced(await openIndexedStorage(database))
  const commits: CommitStrength[] = []
  const watched = wrapped(indexed, {
    write: (stores, strength, work, options) => {
      commits.push(strength)
      return indexed.write(stores, strength, work, options)
    },
  })
  const reopen = () => MarkedStorage.open(watched, new TabLife(browserWorld.locks, database, 'writing', TAB), TAB, {})
  const storage = await reopen()
  onTestFinished(() => storage.close())
  const marks = () => indexed.read(['meta'], (transaction) => transaction.keys('meta', { prefix: ['writing'] }))
  return { storage, commits, marks, indexed, reopen }
}

const write = (storage: Storage, strength: CommitStrength = 'strict', key = 1, options: TransactionOptions = {}) =>
  storage.write(['entries'], strength, (transaction) => transaction.put('entries', [1, key], Uint8Array.of(1)), {
    isSmallAdd: true,
    ...options,
  })
const written = (storage: Storage) => storage.read(['entries'], (transaction) => transaction.keys('entries', { prefix: [1] }))

test('the first write brings the mark with it, in one commit; later ones do not', async () => {
  const { storage, commits, marks } = await marked()
  expect(await marks()).toEqual([])
  await write(storage)
  expect([await marks(), commits]).toEqual([[MARK], ['strict']])
  await write(storage, 'relaxed', 2)
  expect([await written(storage), commits]).toEqual([
    [
      [1, 1],
      [1, 2],
    ],
    ['strict', 'relaxed'],
  ])
})

test('who finds the mark of a dead tab leaves its own before that one goes, and padding stays for nobody', async () => {
  const { storage, commits, marks, indexed, reopen } = await marked()
  await indexed.write(['meta'], 'strict', (transaction) => transaction.put('meta', ['writing', 99], Uint8Array.of(1)))
  commits.length = 0
  const next = await reopen()
  expect([await marks(), commits]).toEqual([[MARK], ['strict', 'strict']])
  await write(next)
  expect(commits).toEqual(['strict', 'strict', 'strict'])
  expect(await storage.read(['meta'], (transaction) => transaction.keys('meta', { prefix: ['padding'] }))).toEqual([])
  await next.rest()
  expect(await marks()).toEqual([])
})

test('before a write that the database may take in pieces the mark is on the disk', async () => {
  const { storage, commits, marks } = await marked()
  await write(storage, 'strict', 1, { isSmallAdd: false })
  expect([await marks(), commits]).toEqual([[MARK], ['strict', 'strict']])
})

test('a rest between two writes that bring the mark leaves none, and the next write brings it again', async () => {
  const { storage, marks } = await marked()
  const first = write(storage, 'strict', 1)
  const second = write(storage, 'strict', 2)
  await first
  const resting = storage.rest()
  await Promise.all([second, resting])
  expect(await marks()).toEqual([])
  await write(storage, 'strict', 3)
  expect(await marks()).toEqual([MARK])
})

test('a rest while the first write is under way takes its mark away too', async () => {
  const { storage, marks } = await marked()
  const first = write(storage)
  await storage.rest()
  await first
  expect(await marks()).toEqual([])
})

test('one that gives up while others wait for the same mark gives up alone', async () => {
  const { storage } = await marked()
  const controller = new AbortController()
  const given = write(storage, 'relaxed', 1, { signal: controller.signal })
  const other = write(storage, 'relaxed', 2)
  controller.abort(new Error('enough'))
  const ends = await Promise.allSettled([given, other])
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
})

test('before a relaxed write the mark is on the disk', async () => {
  const { storage, commits, marks } = await marked()
  await Promise.all([write(storage, 'relaxed', 1), write(storage, 'relaxed', 2)])
  expect([await marks(), commits]).toEqual([[MARK], ['strict', 'relaxed', 'relaxed']])
})

test('a write that fails leaves no mark, and the next one does', async () => {
  const { storage, marks } = await marked()
  const reason = new Error('no')
  const failing = storage.write(['entries'], 'strict', () => Promise.reject(reason), { isSmallAdd: true })
  await expect(failing).rejects.toBeDefined()
  expect(await marks()).toEqual([])
  await write(storage)
  expect(await marks()).toEqual([MARK])
})

test('a tab that rests takes its mark away until it writes again', async () => {
  const { storage, marks } = await marked()
  await write(storage)
  await storage.rest()
  expect(await marks()).toEqual([])
  await write(storage)
  expect(await marks()).toEqual([MARK])
})

test('where there is no room for a mark, what is written is written without', async () => {
  const refused = () => Promise.reject(new StorageFullError('The disk is full.', { dataState: 'intact' }))
  const { storage, marks } = await marked((indexed) =>
    withTransactions(indexed, (transaction) => ({
      put: (store, ...rest) => (store === 'meta' ? refused() : transaction.put(store, ...rest)),
    })),
  )
  await write(storage)
  expect([await marks(), await written(storage)]).toEqual([[], [[1, 1]]])
})

test('stirring writes millions of bytes, and leaves nothing', async () => {
  let bytes = 0
  const { storage } = await marked((indexed) =>
    withTransactions(indexed, (transaction) => ({
      put: (store, key, record) => {
        bytes += 2 * key.toString().length
        return transaction.put(store, key, record)
      },
    })),
  )
  await storage.stir()
  expect(bytes).toBeGreaterThan(2e6)
  expect(await storage.read(['meta'], (transaction) => transaction.keys('meta', { prefix: [] }))).toEqual([])
})
