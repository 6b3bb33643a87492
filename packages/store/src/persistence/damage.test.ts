import { StorageError } from '@voisin/spec'
import { describe, expect, onTestFinished, test } from 'vitest'
import { collect, flipped, lookInto, openStored, type Records, tempDatabase, underneath } from '../testing/open-stored.ts'
import type { Key, KeyRange, StoreName } from './schema.ts'
import type { Storage, Transaction } from './storage.ts'

const note = (id: number, text = `note ${id}`) => ({ id, vector: Float32Array.of(id, 1, 0), payload: { text } })
const notes = (count: number, from = 0) => Array.from({ length: count }, (_, i) => note(from + i))

/** A collection whose first writes were folded into blocks and whose last were not, closed. */
async function stored(...steps: ('checkpoint' | number)[]): Promise<string> {
  const database = tempDatabase(onTestFinished)
  const collection = await openStored(database)
  let next = 0
  for (const step of steps) {
    if (step === 'checkpoint') await collection.checkpoint()
    else {
      await collection.upsert(notes(step, next))
      next += step
    }
  }
  await collection.close()
  return database
}

describe('a log entry', () => {
  test('that is damaged at any byte is not shown, and what came before is whole', async () => {
    const database = await stored(2, 1)
    const record = await underneath(database, (records) => records.get('log', 2))
    for (let at = 0; at < record.length; at += 5) {
      await underneath(database, (records) => records.put('log', 2, flipped(record, at)))
      const { points, dataState, lsn, notices } = await lookInto(database)
      expect({ points, dataState, lsn, notices }, `byte ${at}`).toEqual({
        points: notes(2),
        dataState: 'rolledBack',
        lsn: 1,
        notices: ['rolled-back'],
      })
    }
  })

  test('that is cut off anywhere is not shown', async () => {
    const database = await stored(1, 1)
    const record = await underneath(database, (records) => records.get('log', 2))
    for (const length of [0, 1, 15, 16, 40, record.length - 1]) {
      await underneath(database, (records) => records.put('log', 2, record.slice(0, length)))
      expect(await lookInto(database)).toMatchObject({ points: notes(1), dataState: 'rolledBack', lsn: 1 })
    }
  })

  test('that is missing ends what is shown: nothing that was written on top of it counts', async () => {
    const database = await stored(1, 1, 1, 1)
    await underneath(database, (records) => records.delete('log', 2))
    expect(await lookInto(database)).toMatchObject({ points: notes(1), dataState: 'rolledBack', lsn: 1 })
  })

  test('in the place of another is not shown', async () => {
    const database = await stored(1, 1, 1)
    await underneath(database, async (records) => records.put('log', 2, await records.get('log', 3)))
    expect(await lookInto(database)).toMatchObject({ points: notes(1), dataState: 'rolledBack' })
  })

  test('that was lost is left behind by the next write, for every tab and every later opening', async () => {
    const database = await stored(1, 1, 1)
    await underneath(database, async (records) => records.put('log', 2, flipped(await records.get('log', 2), 30)))
    const one = await openStored(database)
    const two = await openStored(database)
    expect(await one.upsert([note(10)])).toEqual({ lsn: 4 })
    expect(await two.upsert([note(11)])).toEqual({ lsn: 5 })
    const expected = [note(0), note(10), note(11)]
    expect(await collect(two.scroll({ withVector: true }))).toEqual(expected)
    await one.close()
    expect((await lookInto(database)).points).toEqual(expected)
    await two.checkpoint()
    await two.upsert([note(12)])
    await two.checkpoint()
    await two.close()
    expect(await lookInto(database)).toMatchObject({ points: [...expected, note(12)], dataState: 'intact', lsn: 6 })
  })

  test('that is damaged beneath an open tab makes it go back with the others, and say so', async () => {
    const database = await stored(1)
    const notices: string[] = []
    const old = await openStored(database, { onNotice: ({ kind }) => notices.push(kind) })
    await old.upsert([note(1)])
    await underneath(database, async (records) => records.put('log', 2, flipped(await records.get('log', 2), 20)))
    const fresh = await openStored(database)
    await fresh.upsert([note(2)])
    expect(await collect(old.scroll({ consistency: 'latest', withVector: true }))).toEqual([note(0), note(2)])
    expect((await old.status()).dataState).toBe('rolledBack')
    expect(notices).toEqual(['rolled-back'])
    await old.close()
    await fresh.close()
  })
})

type Damage = (records: Records, store: 'blocks' | 'manifests', item: number) => Promise<void>

const DAMAGES: readonly (readonly [string, Damage])[] = [
  ['altered', async (records, store, item) => records.put(store, item, flipped(await records.get(store, item), 40))],
  ['cut off', async (records, store, item) => records.put(store, item, (await records.get(store, item)).slice(0, 50))],
  ['missing', async (records, store, item) => records.delete(store, item)],
]

/** Three points in a block that the checkpoint made, then more. Returns the ids of the blocks that each step added. */
async function inBlocks(checkpoints: number): Promise<{ database: string; added: number[][] }> {
  const database = tempDatabase(onTestFinished)
  const collection = await openStored(database)
  const added: number[][] = []
  for (let i = 0; i < checkpoints; i++) {
    await collection.upsert(notes(3, i * 3))
    await collection.checkpoint()
    const all = await underneath(database, (records) => records.items('blocks'))
    added.push(all.filter((id) => !added.flat().includes(id)))
  }
  await collection.close()
  return { database, added }
}

describe.each(DAMAGES)('a block that is %s', (_, damage) => {
  test('costs nothing where only the newest manifest names it: the one before it and the log have it all', async () => {
    const { database, added } = await inBlocks(2)
    expect(added.map((ids) => ids.length)).toEqual([1, 1])
    await underneath(database, (records) => damage(records, 'blocks', added[1]![0]!))
    expect(await lookInto(database)).toMatchObject({ points: notes(6), dataState: 'intact', notices: [] })
    const collection = await openStored(database)
    await collection.upsert(notes(1, 6))
    await collection.checkpoint()
    expect(await collection.status()).toMatchObject({ checkpointLsn: 3 })
    await collection.close()
    expect(await lookInto(database)).toMatchObject({ points: notes(7), dataState: 'intact' })
  })

  test('costs nothing while the log still goes back to the beginning', async () => {
    const { database, added } = await inBlocks(1)
    await underneath(database, (records) => damage(records, 'blocks', added[0]![0]!))
    expect(await lookInto(database)).toMatchObject({ points: notes(3), dataState: 'intact' })
  })

  test('costs its own points where nothing else has them, says so, and works on', async () => {
    const { database, added } = await inBlocks(3)
    const lost = added[0]![0]!
    const record = await underneath(database, (records) => records.get('blocks', lost))
    await underneath(database, (records) => damage(records, 'blocks', lost))
    expect(await lookInto(database)).toMatchObject({ points: notes(6, 3), dataState: 'partial', notices: ['data-loss'] })

    const collection = await openStored(database)
    expect(await collection.retrieve([0, 4])).toEqual([undefined, { id: 4, payload: { text: 'note 4' } }])
    await collection.upsert([note(20)])
    await collection.delete([5])
    await collection.checkpoint()
    expect(await collection.status()).toMatchObject({ checkpointLsn: 5 })
    await collection.close()
    const left = [note(3), note(4), note(6), note(7), note(8), note(20)]
    expect(await lookInto(database)).toMatchObject({ points: left, dataState: 'partial' })

    // Its place was kept: when it can be read again, its points are back.
    await underneath(database, (records) => records.put('blocks', lost, record))
    const again = await lookInto(database)
    expect(again.dataState).toBe('intact')
    expect(again.points.map(({ id }) => id).toSorted()).toEqual([0, 1, 2, 20, 3, 4, 6, 7, 8])
  })
})

describe('a manifest', () => {
  test('that is damaged at any byte costs nothing: the one before it and the log have it all', async () => {
    const { database } = await inBlocks(2)
    const record = await underneath(database, (records) => records.get('manifests', 2))
    for (let at = 0; at < record.length; at += 7) {
      await underneath(database, (records) => records.put('manifests', 2, flipped(record, at)))
      expect(await lookInto(database), `byte ${at}`).toMatchObject({ points: notes(6), dataState: 'intact', notices: [] })
    }
    const collection = await openStored(database)
    await collection.upsert(notes(1, 6))
    await collection.checkpoint()
    expect(await collection.status()).toMatchObject({ checkpointLsn: 3 })
    await collection.close()
    expect(await underneath(database, (records) => records.items('manifests'))).toEqual([1, 2, 3])
    expect(await lookInto(database)).toMatchObject({ points: notes(7), dataState: 'intact' })
  })

  test('that is gone with all the others leaves what the log has, and that is said', async () => {
    const { database } = await inBlocks(3)
    const damageAll = async (records: Records) => {
      for (const epoch of await records.items('manifests')) {
        await records.put('manifests', epoch, flipped(await records.get('manifests', epoch), 20))
      }
    }
    await underneath(database, damageAll)
    expect(await lookInto(database)).toMatchObject({ points: notes(3, 6), dataState: 'partial', notices: ['data-loss'] })
    await underneath(database, (records) => records.delete('log', 3))
    expect(await lookInto(database)).toMatchObject({ points: [], dataState: 'lost', notices: ['data-loss'] })
  })

  test('is kept with the two before it, and blocks that none of them names are swept', async () => {
    const database = tempDatabase(onTestFinished)
    const collection = await openStored(database)
    for (let i = 0; i < 12; i++) {
      await collection.upsert(notes(20))
      await collection.checkpoint()
    }
    await collection.close()
    expect(await underneath(database, (records) => records.items('manifests'))).toEqual([10, 11, 12])
    // Each write's twenty points are in four blocks: those of the last few checkpoints are there, not of all twelve.
    expect((await underneath(database, (records) => records.items('blocks'))).length).toBeLessThanOrEqual(24)
    expect(await lookInto(database)).toMatchObject({ points: notes(20), dataState: 'intact' })
  })
})

test('a record that the browser cannot read at all hides no other', async () => {
  const { database, added } = await inBlocks(3)
  const collection = await openStored(database)
  await collection.upsert(notes(1, 9))
  await collection.upsert(notes(1, 10))
  await collection.close()
  const unreadable = new Set<number>([added[1]![0]!, 5])
  const through = (storage: Storage): Storage => ({
    name: storage.name,
    close: () => storage.close(),
    write: (stores, strength, work) => storage.write(stores, strength, work),
    read: (stores, work) => storage.read(stores, (transaction) => work(breaking(transaction, unreadable))),
  })
  const opened = await openStored(database, { through })
  expect((await collect(opened.scroll())).map(({ id }) => id)).toEqual([0, 1, 2, 6, 7, 8, 9])
  expect((await opened.status()).dataState).toBe('partial')
  await opened.close()
})

/** As Chromium does it: reading the record fails, and with it everything that was asked for in the same transaction. */
function breaking(transaction: Transaction, unreadable: ReadonlySet<number>): Transaction {
  const broken = () =>
    Promise.reject(new StorageError('UnknownError: Failed to read large IndexedDB value', { dataState: 'partial' }))
  return Object.assign(Object.create(transaction) as Transaction, {
    items: transaction.items.bind(transaction),
    lastItem: transaction.lastItem.bind(transaction),
    get: (store: StoreName, key: Key) =>
      Array.isArray(key) && unreadable.has(key[1] as number) ? broken() : transaction.get(store, key),
    getAll: (store: StoreName, range?: KeyRange) => (store === 'log' ? broken() : transaction.getAll(store, range)),
  })
}
