import { expect, onTestFinished, test } from 'vitest'
import { inBlocks, note, notes, stored } from '../testing/notes.ts'
import { collect, flipped, lookInto, openStored, underneath } from '../testing/open-stored.ts'
import { openIndexedStorage } from './indexed-storage.ts'
import type { Key, Transaction } from './storage.ts'

/** Changes the catalog's records of the collection `c`. */
async function change(database: string, work: (transaction: Transaction, keys: Key[]) => Promise<void>): Promise<void> {
  const storage = await openIndexedStorage(database)
  try {
    await storage.write(['catalog'], 'strict', async (transaction) =>
      work(transaction, await transaction.keys('catalog', { prefix: ['c'] })),
    )
  } finally {
    storage.close()
  }
}
const damage = (database: string, copies: readonly number[], at = 30) =>
  change(database, async (transaction, keys) => {
    for (const copy of copies) {
      const key = keys[copy]!
      await transaction.put('catalog', key, flipped((await transaction.get('catalog', key)) as Uint8Array, at))
    }
  })

test.each([0, 1])(
  'copy %i of a collection’s record may be damaged or gone: it costs nothing, and is mended when it is opened',
  async (copy) => {
    const database = await stored(onTestFinished, 3)
    await damage(database, [copy])
    expect(await lookInto(database)).toMatchObject({ points: notes(3), dataState: 'intact', notices: [] })
    await damage(database, [1 - copy])
    expect(await lookInto(database)).toMatchObject({ points: notes(3), dataState: 'intact', notices: [] })
    await change(database, async (transaction, keys) => transaction.delete('catalog', keys[copy]!))
    expect(await lookInto(database)).toMatchObject({ points: notes(3), dataState: 'intact', notices: [] })
    await change(database, async (_, keys) => expect(keys).toHaveLength(2))
  },
)

test('a collection both of whose records are damaged is known by its manifests', async () => {
  const { database } = await inBlocks(1, onTestFinished)
  await damage(database, [0, 1])
  expect(await lookInto(database)).toMatchObject({ points: notes(5), dataState: 'intact' })
  await change(database, async (transaction, keys) => {
    for (const key of keys) await transaction.delete('catalog', key)
  })
  expect(await lookInto(database)).toMatchObject({ points: notes(5), notices: ['data-loss'] })
})

test('one of which nothing says any more what it is hides no other, can be salvaged, and deleted', async () => {
  const database = await stored(onTestFinished, 3, 40)
  const other = await openStored(database)
  await other.session.openCollection('d', { dim: 2, checkpointAfter: 'never' })
  await other.update([1], { text: 'changed' })
  await other.close()
  await damage(database, [0, 1])
  // Asked for with another schema than its entries have, it is not taken for that.
  await expect(openStored(database, { dim: 4 })).rejects.toMatchObject({ code: 'corrupt-data' })

  const { session } = await sessionOf(database)
  expect((await session.listCollections()).map(({ name, state }) => [name, state])).toEqual([
    ['c', 'damaged'],
    ['d', 'intact'],
    ['e', 'intact'],
  ])
  const salvaged = await collect(session.salvage('c'))
  const expected = notes(43).map((point) => (point.id === 1 ? note(1, 'changed') : point))
  expect(salvaged.toSorted((a, b) => (a.id as number) - (b.id as number))).toEqual(expected)
  expect(await session.deleteCollection('c')).toBe(true)
  await session.close()
  expect(await lookInto(database)).toMatchObject({ points: [], dataState: 'intact' })
})

test('a whole record of another collection in this one’s place is damage', async () => {
  const database = await stored(onTestFinished, 3)
  const { session } = await sessionOf(database)
  await session.close()
  await change(database, async (transaction, keys) => {
    const [foreign] = await transaction.getAll('catalog', { prefix: ['e'] })
    await transaction.put('catalog', keys[0]!, foreign as Uint8Array)
  })
  expect(await lookInto(database)).toMatchObject({ points: notes(3), dataState: 'intact' })
  await change(database, async (transaction, keys) => {
    const [foreign] = await transaction.getAll('catalog', { prefix: ['e'] })
    for (const key of keys) await transaction.put('catalog', key, foreign as Uint8Array)
  })
  await expect(openStored(database, { dim: 4 })).rejects.toMatchObject({ code: 'corrupt-data' })
})

test('one of which only the log is left is what it is asked for as, where the log does not say otherwise', async () => {
  const database = await stored(onTestFinished, 3, 40)
  await damage(database, [0, 1])
  expect(await lookInto(database)).toMatchObject({ points: notes(43), dataState: 'intact' })
  // Its record is whole again.
  await expect(openStored(database, { dim: 4 })).rejects.toMatchObject({ code: 'dimension-mismatch' })
})

test('a deleted collection leaves no record, and those of others stay', async () => {
  const { database } = await inBlocks(2, onTestFinished)
  const number = await underneath(database, async (records) => records.number)
  const { session } = await sessionOf(database)
  expect(await session.deleteCollection('c')).toBe(true)
  expect(await session.deleteCollection('c')).toBe(false)
  expect((await session.listCollections()).map(({ name }) => name)).toEqual(['e'])
  await session.close()
  const storage = await openIndexedStorage(database)
  await storage.read(['entries', 'blocks', 'manifests', 'parts'], async (transaction) => {
    for (const store of ['entries', 'blocks', 'manifests', 'parts'] as const) {
      expect(await transaction.keys(store, { prefix: [number] })).toEqual([])
    }
  })
  storage.close()
})

/** A session of this database with a collection `e` of its own, so that `c` is not opened. */
async function sessionOf(database: string) {
  const { DatabaseSession } = await import('../collection/database-session.ts')
  const { browserWorld } = await import('./browser-world.ts')
  const session = await DatabaseSession.open(browserWorld, database, { ballastBytes: 0 })
  const collection = await session.openCollection('e', { dim: 2, checkpointAfter: 'never' })
  return { session, collection }
}
