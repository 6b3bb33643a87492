import { expect, onTestFinished, test } from 'vitest'
import { openIndexedStorage } from '../database/indexed-storage.ts'
import type { Storage } from '../database/storage.ts'
import { blocksOf, note, notes } from '../testing/notes.ts'
import { collect, flipped, lookInto, openStored, tempDatabase, underneath } from '../testing/open-stored.ts'
import { withTransactions, wrapped } from '../testing/wrapped-storage.ts'

test('a large write that is aborted half-way leaves nothing', async () => {
  const database = tempDatabase(onTestFinished)
  const collection = await openStored(database)
  const reason = new Error('enough')
  const controller = new AbortController()
  const done: number[] = []
  const writing = collection.upsert(notes(100), {
    signal: controller.signal,
    onProgress: (progress) => {
      expect([progress.phase, progress.total, progress.unit]).toEqual(['store', 100, 'points'])
      done.push(progress.done)
      if (progress.done >= 60) controller.abort(reason)
    },
  })
  await expect(writing).rejects.toBe(reason)
  expect(done).toEqual(done.toSorted((a, b) => a - b))
  expect(await collection.count()).toBe(0)
  expect(await underneath(database, blocksOf)).toEqual([])
  expect(await collection.upsert(notes(100))).toEqual({ lsn: 1 })
  await collection.close()
  expect((await lookInto(database)).points).toEqual(notes(100))
})

test('blocks that nothing names, as a killed tab leaves them, are swept by the second checkpoint and not before', async () => {
  const database = tempDatabase(onTestFinished)
  const collection = await openStored(database)
  await collection.upsert(notes(1))
  await underneath(database, async (records) => {
    for (const piece of [0, 1]) await records.put('blocks', [7, piece], Uint8Array.of(1))
  })
  await collection.checkpoint()
  expect(await underneath(database, blocksOf)).toContain(7)
  await collection.upsert(notes(1))
  await collection.checkpoint()
  expect(await underneath(database, blocksOf)).not.toContain(7)
  await collection.close()
  expect((await lookInto(database)).points).toEqual(notes(1))
})

test('the blocks of a large write are the collection’s blocks: a checkpoint does not write them again', async () => {
  const database = tempDatabase(onTestFinished)
  const collection = await openStored(database)
  // As many as fill their blocks to the brim.
  await collection.upsert(notes(40))
  const before = await underneath(database, blocksOf)
  expect(before.length).toBeGreaterThan(8)
  await collection.checkpoint()
  await collection.close()
  const after = await underneath(database, blocksOf)
  expect(before.filter((id) => !after.includes(id))).toEqual([])
  // At most the last of each kind, which is not full, is written anew.
  expect(after.length - before.length).toBeLessThanOrEqual(2)
  expect(await lookInto(database)).toMatchObject({ points: notes(40), dataState: 'intact' })
})

test('a large write whose blocks were swept before it was committed writes them again', async () => {
  const database = tempDatabase(onTestFinished)
  let commits = 0
  const collection = await openStored(database, {
    through: (storage) =>
      wrapped(storage, {
        async write(stores, strength, work, options) {
          if (stores.includes('entries') && stores.includes('catalog') && commits++ === 0) {
            await underneath(database, async (records) => {
              const [first] = await blocksOf(records)
              for (const piece of [0, 1]) await records.delete('blocks', [first!, piece])
            })
          }
          return await storage.write(stores, strength, work, options)
        },
      }),
  })
  expect(await collection.upsert(notes(100))).toEqual({ lsn: 1 })
  expect(commits).toBe(2)
  await collection.checkpoint()
  await collection.upsert(notes(1))
  await collection.checkpoint()
  await collection.close()
  expect(await lookInto(database)).toMatchObject({ points: notes(100), dataState: 'intact', lsn: 2 })
})

test('a large write is taken in whole by another tab', async () => {
  const database = tempDatabase(onTestFinished)
  const [writer, reader] = [await openStored(database), await openStored(database)]
  await writer.upsert(notes(100))
  expect(await collect(reader.scroll({ consistency: 'latest', withVector: true }))).toEqual(notes(100))
  await writer.close()
  await reader.close()
})

test('a large write that holds an id twice, and points without vectors, is what its last rows say, also when it is folded in', async () => {
  const database = tempDatabase(onTestFinished)
  const collection = await openStored(database)
  const twice = [...notes(30), { id: 3, payload: { text: 'later' } }, ...notes(5, 30), { id: 3, payload: { text: 'last' } }]
  await collection.upsert(twice)
  const expected = [...notes(3), { id: 3, payload: { text: 'last' } }, ...notes(31, 4)]
  for (const fold of [false, true]) {
    if (fold) await collection.checkpoint()
    expect(await collect(collection.scroll({ withVector: true }))).toEqual(expected)
    expect((await lookInto(database)).points).toEqual(expected)
  }
  await collection.vacuum()
  await collection.close()
  expect(await lookInto(database)).toMatchObject({ points: expected, dataState: 'intact' })
})

test('blocks are committed strictly, and so is what Chromium would keep in a file of its own; flush makes the rest safe', async () => {
  const database = tempDatabase(onTestFinished)
  const puts: string[] = []
  const collection = await openStored(database, {
    durability: 'process',
    largeWriteBytes: 10 ** 5,
    through: (storage) =>
      wrapped(storage, {
        write: (stores, strength, work, options) => {
          const recording = withTransactions(storage, (transaction) => ({
            add: (store, key, record) => {
              puts.push(`${store} ${strength}`)
              return transaction.add(store, key, record)
            },
          }))
          return recording.write(stores, strength, work, options)
        },
      }),
  })
  await collection.upsert([{ id: 1, payload: { text: 'small' } }])
  await collection.upsert([{ id: 2, payload: { text: 'small' } }])
  await collection.upsert([{ id: 3, payload: { text: 'x'.repeat(70_000) } }])
  await collection.upsert([{ id: 4, payload: { text: 'x'.repeat(200_000) } }])
  expect(puts).toEqual([
    'entries strict',
    'entries relaxed',
    'entries strict',
    'blocks strict',
    'blocks strict',
    'entries relaxed',
  ])
  const marks = () =>
    underneath(database, ({ storage, number }) =>
      storage.read(['meta'], (transaction) => transaction.keys('meta', { prefix: ['unsafe', number] })),
    )
  expect(await marks()).toHaveLength(1)
  await collection.flush()
  expect(await marks()).toEqual([])
  await collection.upsert([{ id: 5, payload: { text: 'small' } }])
  expect(await marks()).toHaveLength(1)
  await collection.close()
  expect(await marks()).toEqual([])
  expect(await lookInto(database)).toMatchObject({ lsn: 5, dataState: 'intact' })
})

test('a checkpoint and a large write leave nothing of a collection that is deleted while they store', async () => {
  for (const isLarge of [true, false]) {
    const database = tempDatabase(onTestFinished)
    const other = await openStored(database)
    let isDue = false
    const through = (storage: Storage): Storage =>
      wrapped(storage, {
        write: async (stores, strength, work, options) => {
          if (isDue && stores.includes('blocks')) {
            isDue = false
            await other.session.deleteCollection('c')
          }
          return await storage.write(stores, strength, work, options)
        },
      })
    const collection = await openStored(database, { through })
    await collection.upsert(notes(5))
    isDue = true
    const doomed = isLarge ? collection.upsert(notes(40)) : collection.checkpoint()
    await expect(doomed).rejects.toMatchObject({ code: 'not-found' })
    await collection.close()
    await other.close()
    const storage = await openIndexedStorage(database)
    const stores = ['blocks', 'entries', 'manifests', 'catalog'] as const
    const keys = await storage.read(stores, (transaction) =>
      Promise.all(stores.map((store) => transaction.keys(store, { prefix: [] }))),
    )
    expect(keys.flat()).toEqual([])
    storage.close()
  }
})

/** A collection with a large write of which one block of several is damaged. */
async function withDamagedBlock() {
  const database = tempDatabase(onTestFinished)
  const first = await openStored(database)
  await first.upsert(notes(40))
  await first.close()
  await underneath(database, async (records) => {
    const [key] = (await records.keys('blocks')).filter(([, piece]) => piece === 1)
    await records.put('blocks', key!, flipped(await records.get('blocks', key!), 300))
  })
  const collection = await openStored(database)
  expect((await collection.status()).dataState).toBe('partial')
  return { database, collection }
}

test.each(['a vacuum', 'a deletion'])('%s leaves nothing of a large write that was set aside', async (what) => {
  const { database, collection } = await withDamagedBlock()
  await collection.upsert([note(1000)])
  if (what === 'a vacuum') await collection.vacuum()
  else {
    await collection.delete([1000])
    await collection.checkpoint()
    await collection.local.purge(true)
  }
  const left = (await collect(collection.session.salvage('c'))).map(({ id }) => id)
  await collection.close()
  expect(left).toEqual(what === 'a vacuum' ? [1000] : [])
  // Of payloads, of vectors, and of words.
  expect(await underneath(database, blocksOf)).toHaveLength(3 * left.length)
})

test('the whole blocks of a large write that one damaged block has set aside lie there for salvage', async () => {
  const { collection } = await withDamagedBlock()
  for (let i = 0; i < 3; i++) {
    await collection.upsert([note(1000 + i)])
    await collection.checkpoint()
  }
  const ids = (await collect(collection.session.salvage('c'))).map(({ id }) => Number(id))
  expect(ids.filter((id) => id >= 1000)).toHaveLength(3)
  expect(ids.filter((id) => id < 1000).length).toBeGreaterThan(30)
  await collection.close()
})
