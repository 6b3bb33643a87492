import { expect, onTestFinished, test } from 'vitest'
import type { Storage } from './persistence/storage.ts'
import { collect, lookInto, openStored, tempDatabase, underneath } from './testing/open-stored.ts'

const notes = (count: number) =>
  Array.from({ length: count }, (_, id) => ({ id, vector: Float32Array.of(id, 1, 0), payload: { text: `note ${id}` } }))

test('a large write that is aborted half-way leaves nothing', async () => {
  const database = tempDatabase(onTestFinished)
  const collection = await openStored(database)
  const reason = new Error('enough')
  const controller = new AbortController()
  const writing = collection.upsert(notes(100), {
    signal: controller.signal,
    onProgress: ({ phase, done, total, unit }) => {
      expect([phase, total, unit]).toEqual(['store', 100, 'points'])
      if (done >= 60) controller.abort(reason)
    },
  })
  await expect(writing).rejects.toBe(reason)
  expect(await collection.count()).toBe(0)
  expect(await underneath(database, (records) => records.items('blocks'))).toEqual([])
  expect(await collection.upsert(notes(100))).toEqual({ lsn: 1 })
  await collection.close()
  expect((await lookInto(database)).points).toEqual(notes(100))
})

test('blocks that nothing names, as a killed tab leaves them, are swept by the second checkpoint and not before', async () => {
  const database = tempDatabase(onTestFinished)
  const collection = await openStored(database)
  await collection.upsert(notes(1))
  await underneath(database, (records) => records.put('blocks', 7, Uint8Array.of(1)))
  await collection.checkpoint()
  expect(await underneath(database, (records) => records.items('blocks'))).toContain(7)
  await collection.upsert(notes(1))
  await collection.checkpoint()
  expect(await underneath(database, (records) => records.items('blocks'))).not.toContain(7)
  await collection.close()
  expect((await lookInto(database)).points).toEqual(notes(1))
})

test('the blocks of a large write are the collection’s blocks: a checkpoint does not write them again', async () => {
  const database = tempDatabase(onTestFinished)
  const collection = await openStored(database)
  await collection.upsert(notes(100))
  const before = await underneath(database, (records) => records.items('blocks'))
  await collection.checkpoint()
  await collection.close()
  expect(await underneath(database, (records) => records.items('blocks'))).toEqual(before)
  expect(await lookInto(database)).toMatchObject({ points: notes(100), dataState: 'intact' })
})

test('a large write whose blocks were swept before it was committed writes them again', async () => {
  const database = tempDatabase(onTestFinished)
  let commits = 0
  const through = (storage: Storage): Storage => ({
    name: storage.name,
    close: () => storage.close(),
    read: (stores, work) => storage.read(stores, work),
    async write(stores, strength, work) {
      if (stores.includes('log') && stores.includes('collections') && commits++ === 0) {
        const [first] = await underneath(database, (records) => records.items('blocks'))
        await underneath(database, (records) => records.delete('blocks', first!))
      }
      return await storage.write(stores, strength, work)
    },
  })
  const collection = await openStored(database, { through })
  expect(await collection.upsert(notes(100))).toEqual({ lsn: 1 })
  expect(commits).toBe(2)
  await collection.close()
  expect(await lookInto(database)).toMatchObject({ points: notes(100), dataState: 'intact', lsn: 1 })
})

test('a large write is taken in whole by another tab', async () => {
  const database = tempDatabase(onTestFinished)
  const [writer, reader] = [await openStored(database), await openStored(database)]
  await writer.upsert(notes(100))
  expect(await collect(reader.scroll({ consistency: 'latest', withVector: true }))).toEqual(notes(100))
  await writer.close()
  await reader.close()
})

test('flush makes relaxed entries strict: the large ones are put again, and the last', async () => {
  const database = tempDatabase(onTestFinished)
  const puts: { strength: string; lsn: unknown }[] = []
  const through = (storage: Storage): Storage => ({
    name: storage.name,
    close: () => storage.close(),
    read: (stores, work) => storage.read(stores, work),
    write: (stores, strength, work) =>
      storage.write(stores, strength, (transaction) =>
        work(
          Object.assign(Object.create(transaction) as typeof transaction, {
            ...bound(transaction),
            put: (...parameters: Parameters<typeof transaction.put>) => {
              puts.push({ strength, lsn: parameters[1][1] })
              return transaction.put(...parameters)
            },
          }),
        ),
      ),
  })
  const collection = await openStored(database, { through, durability: 'process', largeWriteBytes: 10 ** 6 })
  await collection.upsert([{ id: 1, payload: { text: 'small' } }])
  await collection.upsert([{ id: 2, payload: { text: 'x'.repeat(70_000) } }])
  await collection.upsert([{ id: 3, payload: { text: 'small' } }])
  await collection.flush()
  expect(puts).toEqual([
    { strength: 'strict', lsn: 2 },
    { strength: 'strict', lsn: 3 },
  ])
  await collection.flush()
  expect(puts).toHaveLength(2)
  await collection.close()
  expect((await lookInto(database)).points).toHaveLength(3)
})

function bound<T extends object>(target: T): Partial<T> {
  const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(target)).filter((name) => name !== 'constructor')
  return Object.fromEntries(
    methods
      .map((name) => [name, (target as never)[name] as () => void])
      .map(([name, method]) => [name, (method as () => void).bind(target)]),
  ) as Partial<T>
}
