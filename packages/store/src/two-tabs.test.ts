import { isVoisinError, type Payload } from '@voisin/spec'
import { expect, onTestFinished, test, vi } from 'vitest'
import { deleteCollection } from './collections.ts'
import type { LocalCollection } from './local-collection.ts'
import { collect, lookInto, openStored, tempDatabase, underneath } from './testing/open-stored.ts'

const note = (id: number, text: string) => ({ id, vector: Float32Array.of(id, 0, 1), payload: { text } })

const textsOf = async (collection: LocalCollection<Payload>) =>
  (await collect(collection.scroll())).map(({ payload }) => payload.text)

async function openTabs(count: number): Promise<{ database: string; tabs: LocalCollection<Payload>[] }> {
  const database = tempDatabase(onTestFinished)
  const tabs: LocalCollection<Payload>[] = []
  for (let i = 0; i < count; i++) tabs.push(await openStored(database))
  onTestFinished(async () => {
    for (const tab of tabs) await tab.close()
  })
  return { database, tabs }
}

const foldedThrough = async (collection: LocalCollection<Payload>) => (await collection.status()).checkpointLsn

test('a tab takes in what another tab wrote before it writes, and both number their writes in one row', async () => {
  const { database, tabs } = await openTabs(2)
  const [a, b] = tabs as [LocalCollection<Payload>, LocalCollection<Payload>]
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
  const [a, b] = tabs as [LocalCollection<Payload>, LocalCollection<Payload>]
  await a.upsert([note(1, 'heard')])
  await vi.waitFor(async () => expect(await b.count()).toBe(1))
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

test('a tab builds its checkpoint on the one that another tab made, whatever was changed since', async () => {
  const { database, tabs } = await openTabs(2)
  const [a, b] = tabs as [LocalCollection<Payload>, LocalCollection<Payload>]
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

test('a tab that slept while the log was trimmed past it loads everything anew', async () => {
  const { database, tabs } = await openTabs(1)
  const [sleeper] = tabs as [LocalCollection<Payload>]
  await sleeper.upsert([note(0, 'first')])
  // Opened without a channel of its own to hear by: it learns of nothing until it writes.
  const other = await openStored(database, { through: (storage) => ({ ...bound(storage), name: 'elsewhere' }) })
  for (let i = 1; i < 9; i++) {
    await other.upsert([note(i, `note ${i}`)])
    if (i % 2 === 0) await other.checkpoint()
  }
  expect(await underneath(database, (records) => records.items('log'))).not.toContain(2)
  await other.close()
  expect(await sleeper.count()).toBe(1)
  expect(await sleeper.upsert([note(9, 'awake')])).toEqual({ lsn: 10 })
  expect(await textsOf(sleeper)).toEqual(['first', ...[1, 2, 3, 4, 5, 6, 7, 8].map((i) => `note ${i}`), 'awake'])
})

test('of two checkpoints at once the second changes nothing', async () => {
  const { database, tabs } = await openTabs(2)
  const [a, b] = tabs as [LocalCollection<Payload>, LocalCollection<Payload>]
  await a.upsert([note(1, 'one')])
  await b.catchUp()
  await Promise.all([a.checkpoint(), b.checkpoint()])
  expect(await underneath(database, (records) => records.items('manifests'))).toEqual([1])
  // One of them had the lock; the other passed, or came when there was nothing left to fold.
  expect(Math.max(await foldedThrough(a), await foldedThrough(b))).toBe(1)
})

test('a collection that another tab deletes can be written to no more, and its name is free', async () => {
  const { database, tabs } = await openTabs(1)
  const [a] = tabs as [LocalCollection<Payload>]
  await a.upsert([note(1, 'one')])
  expect(await deleteCollection('c', { database })).toBe(true)
  expect(await deleteCollection('c', { database })).toBe(false)
  const error = await a.upsert([note(2, 'two')]).catch((cause: unknown) => cause)
  expect(isVoisinError(error) && [error.code, error.dataState]).toEqual(['not-found', 'lost'])
  expect((await lookInto(database)).points).toEqual([])
  await expect(a.upsert([note(2, 'two')])).rejects.toThrow('deleted in another tab')
})

test('a checkpoint waits for nobody, and not while its page is put aside', async () => {
  const { tabs } = await openTabs(1)
  const [a] = tabs as [LocalCollection<Payload>]
  await a.upsert([note(1, 'one')])
  a.pause()
  await a.checkpoint()
  expect(await foldedThrough(a)).toBe(0)
  a.resume()
  await a.checkpoint()
  expect(await foldedThrough(a)).toBe(1)
})

/** A storage as a plain object, so that parts of it can be replaced. */
function bound(storage: Parameters<NonNullable<NonNullable<Parameters<typeof openStored>[1]>['through']>>[0]) {
  return {
    name: storage.name,
    read: storage.read.bind(storage),
    write: storage.write.bind(storage),
    close: storage.close.bind(storage),
  }
}
