import { StorageError } from '@voisin/spec'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Key, Storage, StoreName } from '../database/storage.ts'
import { inBlocks, note, notes, stored, viewOf } from '../testing/notes.ts'
import { collect, lookInto, openStored, tempDatabase } from '../testing/open-stored.ts'
import { withTransactions } from '../testing/wrapped-storage.ts'

/** As Chromium does it: reading the record fails, and with it everything that was asked for in the same transaction. */
function failing(store: StoreName, isHit: (key: readonly number[]) => boolean, times = Number.POSITIVE_INFINITY) {
  let left = times
  const hit = (key: Key) => {
    if (!Array.isArray(key) || !isHit(key as number[]) || left === 0) return false
    left--
    return true
  }
  const broken = () =>
    Promise.reject(new StorageError('UnknownError: Failed to read large IndexedDB value', { dataState: 'intact' }))
  return (storage: Storage): Storage =>
    withTransactions(storage, (transaction) => ({
      get: (from, key) => (from === store && hit(key) ? broken() : transaction.get(from, key)),
      getAll: async (from, range) => {
        if (from === store && (await transaction.keys(from, range)).some(hit)) return await broken()
        return await transaction.getAll(from, range)
      },
    }))
}

const isBody = ([, , piece]: readonly number[]) => piece === 1

/** A large write in the log, between two small ones. */
async function withLargeWrite(): Promise<string> {
  const database = tempDatabase(onTestFinished)
  const collection = await openStored(database)
  await collection.upsert([note(100)])
  await collection.upsert(notes(40))
  await collection.upsert([note(101)])
  await collection.close()
  return database
}
const ALL = [note(100), ...notes(40), note(101)]

describe('a read that fails', () => {
  test.each([1, 2])('%i times is tried again, and costs nothing', async (times) => {
    const database = await withLargeWrite()
    const through = failing('blocks', isBody, times)
    expect(await lookInto(database, { through })).toMatchObject({ points: ALL, dataState: 'intact', notices: [] })
    const { database: folded } = await inBlocks(3, onTestFinished)
    const again = failing('blocks', isBody, times)
    expect(await lookInto(folded, { through: again })).toMatchObject({ points: notes(15), dataState: 'intact', notices: [] })
  })

  test.each([1, 2])('of an entry %i times is tried again, and costs nothing', async (times) => {
    const database = await stored(onTestFinished, 1, 1, 1)
    const through = failing('entries', ([, lsn]) => lsn === 2, times)
    expect(await lookInto(database, { through })).toMatchObject({ points: notes(3), dataState: 'intact', notices: [] })
  })

  test.each([
    ['a block of a large write', withLargeWrite, failing('blocks', isBody), [100, 101], ALL],
    ['an entry', () => stored(onTestFinished, 1, 1, 1), failing('entries', ([, lsn]) => lsn === 2), [0, 2], notes(3)],
    ['the last entry', () => stored(onTestFinished, 1, 1, 1), failing('entries', ([, lsn]) => lsn === 3), [0, 1], notes(3)],
  ] as const)(
    'for ever, of %s: what can be read is shown, and nothing is written that could contradict it',
    async (_, make, through, ids, whole) => {
      const database = await make()
      const notices: string[] = []
      const collection = await openStored(database, { through, onNotice: ({ kind }) => notices.push(kind) })
      expect(await viewOf(collection)).toEqual({ ids, dataState: 'partial' })
      expect(notices).toEqual(['data-loss'])
      await expect(collection.upsert([note(50)])).rejects.toMatchObject({ code: 'storage-failed', dataState: 'intact' })
      await expect(collection.delete([100])).rejects.toMatchObject({ code: 'storage-failed', dataState: 'intact' })
      expect(await collection.checkpoint()).toBe('nothing')
      await expect(collection.vacuum()).rejects.toMatchObject({ code: 'storage-failed', dataState: 'intact' })
      await collection.close()
      // On a healthy disk all is as it was.
      expect(await lookInto(database)).toMatchObject({ points: whole, dataState: 'intact', notices: [] })
    },
  )

  test('for ever, of a block that a manifest names: the others are shown, and all is back when it can be read', async () => {
    const { database, added } = await inBlocks(3, onTestFinished)
    const through = failing('blocks', ([, id, piece]) => id === added[1]![0] && piece === 1)
    const { points, dataState } = await lookInto(database, { through })
    expect([points, dataState]).toEqual([[...notes(5), ...notes(5, 10)], 'partial'])
    expect(await lookInto(database)).toMatchObject({ points: notes(15), dataState: 'intact' })
  })
})

describe('whoever goes on without what cannot be read', () => {
  test('writes behind it, and when it can be read again everything is there', async () => {
    const database = await withLargeWrite()
    const through = failing('blocks', isBody)
    const collection = await openStored(database, { through, goOn: true })
    expect(await collection.upsert([note(102)])).toEqual({ lsn: 4 })
    expect(await collection.upsert([note(103)])).toEqual({ lsn: 5 })
    expect(await viewOf(collection)).toEqual({ ids: [100, 101, 102, 103], dataState: 'partial' })
    await collection.close()
    const { points, dataState } = await lookInto(database)
    expect([points, dataState]).toEqual([[...ALL, note(102), note(103)], 'intact'])
  })

  test('changes what cannot be read, and when it can be read again it is changed', async () => {
    const { database, added } = await inBlocks(3, onTestFinished)
    const through = failing('blocks', ([, id, piece]) => id === added[1]![0] && piece === 1)
    const collection = await openStored(database, { through, goOn: true })
    await collection.upsert([note(5, 'newer')])
    await collection.delete([6])
    await collection.checkpoint()
    await collection.close()
    const again = await openStored(database)
    const expected = notes(15).filter(({ id }) => id !== 6)
    expected[5] = note(5, 'newer')
    const points = await collect(again.scroll({ withVector: true }))
    expect([points, (await again.status()).dataState]).toEqual([expected, 'intact'])
    expect((await again.query({ text: 'newer', limit: 5 })).map(({ id }) => id)).toEqual([5])
    await again.delete([5])
    expect(await again.query({ text: 'newer', limit: 5 })).toEqual([])
    await again.close()
  })

  test('gives it up with a vacuum, for good', async () => {
    const { database, added } = await inBlocks(3, onTestFinished)
    const through = failing('blocks', ([, id, piece]) => id === added[1]![0] && piece === 1)
    const collection = await openStored(database, { through, goOn: true })
    await collection.upsert([note(5, 'newer')])
    await collection.vacuum()
    const expected = [...notes(5), ...notes(5, 10), note(5, 'newer')]
    expect([await collect(collection.scroll({ withVector: true })), (await collection.status()).dataState]).toEqual([
      expected,
      'intact',
    ])
    await collection.close()
    expect(await lookInto(database)).toMatchObject({ points: expected, dataState: 'intact', notices: [] })
  })

  test('behind an entry that cannot be read loses none of its own writes', async () => {
    for (const lsn of [2, 3]) {
      const database = await stored(onTestFinished, 1, 1, 1)
      const through = failing('entries', (key) => key[1] === lsn)
      const collection = await openStored(database, { through, goOn: true })
      expect(await collection.upsert([note(10)])).toEqual({ lsn: 4 })
      await collection.close()
      const { points, dataState } = await lookInto(database)
      expect([points, dataState]).toEqual([[...notes(3), note(10)], 'intact'])
    }
  })
})
