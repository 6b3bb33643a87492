import { isVoisinError } from '@voisin/spec'
import { expect, onTestFinished, test, vi } from 'vitest'
import { browserWorld } from '../database/browser-world.ts'
import type { Storage } from '../database/storage.ts'
import { encodePayload } from '../points/payload-codec.ts'
import { collect, lookInto, openStored, type StoredCollection, tempDatabase, underneath } from '../testing/open-stored.ts'
import { withTransactions, wrapped } from '../testing/wrapped-storage.ts'

const note = (id: number, text: string) => ({ id, vector: Float32Array.of(id, 0, 1), payload: { text } })

const textsOf = async (collection: StoredCollection) => (await collect(collection.scroll())).map(({ payload }) => payload.text)

async function openTabs(count: number): Promise<{ database: string; tabs: StoredCollection[] }> {
  const database = tempDatabase(onTestFinished)
  const tabs: StoredCollection[] = []
  for (let i = 0; i < count; i++) tabs.push(await openStored(database))
  onTestFinished(async () => {
    for (const tab of tabs) await tab.close()
  })
  return { database, tabs }
}

const foldedThrough = async (collection: StoredCollection) => (await collection.status()).checkpointLsn

/** Hears of nothing that other tabs do, and tells nothing. */
const deaf = { openChannel: () => ({ post() {}, close() {} }) }

test('a tab takes in what another tab wrote before it writes, and both number their writes in one row', async () => {
  const { database, tabs } = await openTabs(2)
  const [a, b] = tabs as [StoredCollection, StoredCollection]
  const lsns: number[] = []
  for (let i = 0; i < 6; i++) lsns.push((await (i % 2 ? a : b).upsert([note(i, `write ${i}`)])).lsn)
  expect(lsns).toEqual([1, 2, 3, 4, 5, 6])
  // The last write was a's own; b may not have heard of it yet, unless it looks.
  expect(await a.count()).toBe(6)
  expect(await b.count(undefined, { consistency: 'latest' })).toBe(6)
  expect((await lookInto(database)).points).toHaveLength(6)
})

test('a tab hears of another tab’s write without being asked', async () => {
  const { tabs } = await openTabs(2)
  const [a, b] = tabs as [StoredCollection, StoredCollection]
  await a.upsert([note(1, 'heard')])
  await vi.waitFor(async () => expect(await b.count()).toBe(1))
})

test('what is told of one collection is heard by that collection of that database only', async () => {
  const database = tempDatabase(onTestFinished)
  const told: unknown[] = []
  const world = {
    openChannel: (name: string, listener: (message: unknown) => void) => {
      const channel = browserWorld.openChannel(name, listener)
      return {
        post: (message: unknown) => {
          told.push(message)
          channel.post(message)
        },
        close: () => channel.close(),
      }
    },
  }
  const c = await openStored(database, { world })
  const d = await c.session.openCollection('d', { dim: 2, checkpointAfter: 'never' })
  const listener = await openStored(database)
  const catchUp = vi.spyOn(listener.local, 'catchUp')
  onTestFinished(async () => {
    await listener.close()
    await c.close()
  })
  await d.commit(
    { upserts: { ids: [1], payloads: [Uint8Array.of(0xa0)], vectors: new Map() }, patches: [], deletes: [], expect: [] },
    {},
  )
  await c.upsert([note(1, 'heard')])
  await vi.waitFor(async () => expect(await listener.count()).toBe(1))
  expect(told).toHaveLength(2)
  expect(catchUp).toHaveBeenCalledTimes(1)
})

test('writes of two tabs at once are all kept, in one order that both see', async () => {
  const { database, tabs } = await openTabs(2)
  await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      tabs[i % 2]!.update([7], { [`field${i}`]: i }).then(() => tabs[i % 2]!.upsert([note(i, `${i}`)])),
    ),
  )
  const [left, right] = await Promise.all(tabs.map((tab) => collect(tab.scroll({ consistency: 'latest' }))))
  expect(left).toHaveLength(40)
  expect(right).toEqual(left)
  expect((await lookInto(database)).points.map(({ id, payload }) => ({ id, payload }))).toEqual(left)
})

test('what depends on what is there is decided when it is committed: a filter meets no older state', async () => {
  const { tabs } = await openTabs(2)
  const [a, b] = tabs as [StoredCollection, StoredCollection]
  for (let round = 0; round < 40; round++) {
    await a.upsert([{ id: round, payload: { draft: true } }])
    await b.catchUp()
    const [{ lsn: updated }, { lsn: deleted }] = await Promise.all([
      a.update([round], { draft: false }),
      b.delete({ filter: { draft: true } }),
    ])
    const [point] = await a.retrieve([round], { consistency: 'latest' })
    expect(point?.payload).toEqual(updated < deleted ? { draft: false } : undefined)
    await a.delete([round])
  }
})

test('of two tabs that expect the same, one writes and the other hears of a conflict', async () => {
  const { database, tabs } = await openTabs(2)
  const outcomes = await Promise.all(
    tabs.map((tab, i) =>
      tab.write({ upsert: [note(i, 'claimed')] }, { expect: { filter: { text: 'claimed' }, count: 0 } }).then(
        () => 'written',
        (error: unknown) => isVoisinError(error) && error.code,
      ),
    ),
  )
  expect(outcomes.toSorted()).toEqual(['conflict', 'written'])
  expect((await lookInto(database)).points).toHaveLength(1)
})

test('a tab builds its checkpoint on the one that another tab made, whatever was changed since', async () => {
  const { database, tabs } = await openTabs(2)
  const [a, b] = tabs as [StoredCollection, StoredCollection]
  await a.upsert(Array.from({ length: 30 }, (_, i) => note(i, `note ${i}`)))
  await a.update([3], { text: 'changed before' })
  await b.catchUp()
  await b.checkpoint()
  expect(await foldedThrough(b)).toBe(2)
  await a.update([3, 4], { text: 'changed after' })
  await a.delete([5])
  await a.upsert([note(30, 'new')])
  await a.checkpoint()
  expect(await foldedThrough(a)).toBe(5)
  expect((await lookInto(database)).points.map(({ payload }) => payload.text)).toEqual(await textsOf(a))
  await b.update([6], { text: 'and again' })
  await b.checkpoint()
  expect(await foldedThrough(b)).toBe(6)

  const expected = await textsOf(b)
  expect(expected).toHaveLength(30)
  expect(expected.slice(2, 6)).toEqual(['note 2', 'changed after', 'changed after', 'and again'])
  const { points, dataState, notices } = await lookInto(database)
  expect(points.map(({ payload }) => payload.text)).toEqual(expected)
  expect([dataState, notices]).toEqual(['intact', []])
})

test('a tab that slept while the log was trimmed past it loads everything anew, and loses nothing', async () => {
  const database = tempDatabase(onTestFinished)
  const sleeper = await openStored(database, { world: deaf })
  await sleeper.upsert([note(0, 'first')])
  const other = await openStored(database, { world: deaf })
  for (let i = 1; i < 9; i++) {
    await other.upsert([note(i, `note ${i}`)])
    if (i % 2 === 0) await other.checkpoint()
  }
  expect(await underneath(database, (records) => records.keys('entries'))).not.toContainEqual([2])
  await other.close()
  expect(await sleeper.count()).toBe(1)
  expect(await sleeper.upsert([note(9, 'awake')])).toEqual({ lsn: 10 })
  expect(await textsOf(sleeper)).toEqual(['first', ...[1, 2, 3, 4, 5, 6, 7, 8].map((i) => `note ${i}`), 'awake'])
  expect((await sleeper.status()).dataState).toBe('intact')
  await sleeper.close()
})

test('a tab that slept while all was purged beyond it loads everything anew, and its checkpoint builds on it', async () => {
  const database = tempDatabase(onTestFinished)
  const sleeper = await openStored(database, { world: deaf })
  await sleeper.upsert([note(0, 'first'), note(1, 'second')])
  await sleeper.checkpoint()
  const other = await openStored(database, { world: deaf })
  await other.delete([0])
  await other.upsert([note(2, 'third')])
  await other.vacuum()
  await other.close()
  expect(await sleeper.checkpoint()).toBe('nothing')
  expect(await textsOf(sleeper)).toEqual(['second', 'third'])
  expect(await sleeper.upsert([note(3, 'fourth')])).toEqual({ lsn: 4 })
  expect(await sleeper.checkpoint()).toBe('done')
  await sleeper.close()
  const { points, dataState } = await lookInto(database)
  expect([points.map(({ payload }) => payload.text), dataState]).toEqual([['second', 'third', 'fourth'], 'intact'])
})

test('of two checkpoints at once one is kept, and nothing is lost', async () => {
  const { database, tabs } = await openTabs(2)
  const [a, b] = tabs as [StoredCollection, StoredCollection]
  await a.upsert([note(1, 'one')])
  await b.catchUp()
  await Promise.all([a.checkpoint(), b.checkpoint()])
  expect(await underneath(database, (records) => records.keys('manifests'))).toEqual([
    [1, 0],
    [1, 1],
  ])
  expect([await foldedThrough(a), await foldedThrough(b)]).toEqual([1, 1])
  expect(await lookInto(database)).toMatchObject({ points: [note(1, 'one')], dataState: 'intact' })
})

test('a collection that another tab deletes can be written to no more, and its name is free', async () => {
  const { database, tabs } = await openTabs(1)
  const [a] = tabs as [StoredCollection]
  await a.upsert([note(1, 'one')])
  const other = await openStored(database)
  expect(await other.session.deleteCollection('c')).toBe(true)
  expect(await other.session.deleteCollection('c')).toBe(false)
  for (const call of [() => a.upsert([note(2, 'two')]), () => a.count(undefined, { consistency: 'latest' })]) {
    const error = await call().catch((cause: unknown) => cause)
    expect(isVoisinError(error) && [error.code, error.dataState]).toEqual(['not-found', 'lost'])
  }
  await other.close()
  expect(await lookInto(database)).toMatchObject({ points: [], dataState: 'intact' })
  await expect(a.upsert([note(2, 'two')])).rejects.toThrow('deleted in another tab')
  expect((await lookInto(database)).points).toEqual([])
})

test('upkeep rests while its page is put aside, and goes on when it is back', async () => {
  const database = tempDatabase(onTestFinished)
  const collection = await openStored(database, { checkpointAfter: { entries: 1 } })
  onTestFinished(() => collection.close())
  await collection.session.pause()
  for (let id = 0; id < 4; id++) await collection.upsert([note(id, 'one')])
  expect(await foldedThrough(collection)).toBe(0)
  collection.session.resume()
  await vi.waitFor(async () => expect(await foldedThrough(collection)).toBe(4))
})

test('an update that another tab’s write has made large is committed strictly', async () => {
  const database = tempDatabase(onTestFinished)
  const commits: [strength: string, bytes: number][] = []
  const through = (storage: Storage): Storage => {
    let bytes = 0
    const watched = withTransactions(storage, (transaction) => ({
      add: (store, key, record) => {
        if (store === 'entries') bytes = record.length
        return transaction.add(store, key, record)
      },
    }))
    return wrapped(watched, {
      write: async (stores, strength, work, options) => {
        bytes = 0
        const result = await watched.write(stores, strength, work, options)
        if (bytes > 0) commits.push([strength, bytes])
        return result
      },
    })
  }
  const a = await openStored(database, { through, world: deaf, durability: 'process', largeWriteBytes: 1e9 })
  const b = await openStored(database, { world: deaf, largeWriteBytes: 1e9 })
  await a.upsert([note(1, 'small')])
  await a.update([1], { n: 0 })
  await b.update([1], { text: 'x'.repeat(100_000) })
  await a.update([1], { n: 1 })
  expect(commits.map(([strength, bytes]) => [strength, bytes > 60 * 1024])).toEqual([
    ['strict', false],
    ['relaxed', false],
    ['strict', true],
  ])
  await a.close()
  await b.close()
})

test('what a tab has folded away because it could not read it is brought back by one that still has it, to every tab', async () => {
  const { database, tabs } = await openTabs(1)
  const [a] = tabs as [StoredCollection]
  await a.upsert([note(1, 'one'), note(2, 'two')])
  await a.checkpoint()
  await underneath(database, async (records) => {
    for (const key of await records.keys('blocks')) await records.delete('blocks', key)
    for (const key of await records.keys('entries')) await records.delete('entries', key)
  })
  const b = await openStored(database, { goOn: true })
  tabs.push(b)
  await b.vacuum()
  const c = await openStored(database)
  tabs.push(c)
  expect([await textsOf(b), await textsOf(c), (await c.status()).dataState]).toEqual([[], [], 'intact'])
  expect(await a.checkpoint()).toBe('done')
  for (const tab of tabs) {
    await tab.local.heardOfFold()
    expect(await textsOf(tab)).toEqual(['one', 'two'])
  }
  const { points, dataState, notices } = await lookInto(database)
  expect([points.map(({ id }) => id), dataState, notices]).toEqual([[1, 2], 'intact', []])
})

test("at 'process' each handle of one page has a mark of its own, which another's flush leaves", async () => {
  const database = tempDatabase(onTestFinished)
  const one = await openStored(database, { durability: 'process' })
  const two = await one.session.openCollection('c', { dim: 3, metric: 'l2', durability: 'process', checkpointAfter: 'never' })
  const put = async (id: number) => {
    const upserts = { ids: [id], payloads: [encodePayload({})], vectors: new Map() }
    await two.commit({ upserts, patches: [], deletes: [], expect: [] }, {})
  }
  await one.upsert([note(1, 'one')])
  await put(2)
  await one.flush()
  await put(3)
  const marks = () =>
    underneath(database, ({ storage, number }) =>
      storage.read(['meta'], (transaction) => transaction.keys('meta', { prefix: ['unsafe', number] })),
    )
  expect(await marks()).toHaveLength(1)
  await two.flush()
  expect(await marks()).toEqual([])
  await one.close()
})
