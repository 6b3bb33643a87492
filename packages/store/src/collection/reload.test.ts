import { expect, onTestFinished, test } from 'vitest'
import type { Storage } from '../database/storage.ts'
import { note, notes } from '../testing/notes.ts'
import { lookInto, openStored, tempDatabase } from '../testing/open-stored.ts'
import { wrapped } from '../testing/wrapped-storage.ts'

/** Hears of nothing that other tabs do, and tells nothing. */
const DEAF = { openChannel: () => ({ post() {}, close() {} }) }
const ROOMY = { largeWriteBytes: 1e9, blockBytes: { payloads: 2_000, vectors: 1_000 } }

/** A gate that calls of a storage wait at, once `hold` was called, until `letGo`; `reached` resolves when one does. */
function gate() {
  let isHeld = false
  const reached = Promise.withResolvers<void>()
  const opened = Promise.withResolvers<void>()
  const pass = async () => {
    if (!isHeld) return
    reached.resolve()
    await opened.promise
  }
  const hold = () => {
    isHeld = true
  }
  return { pass, reached: reached.promise, hold, letGo: opened.resolve }
}

test('a checkpoint that begins while everything is loaded anew waits for what is loaded', async () => {
  const database = tempDatabase(onTestFinished)
  const { pass, reached, hold, letGo } = gate()
  const through = (storage: Storage): Storage =>
    wrapped(storage, {
      read: async (stores, work, options) => {
        // The last that a loading reads.
        if (stores[0] === 'meta') await pass()
        return await storage.read(stores, work, options)
      },
    })
  const a = await openStored(database, { ...ROOMY, through, world: DEAF })
  const b = await openStored(database, { ...ROOMY, world: DEAF })
  await a.upsert(notes(100))
  await a.upsert(Array.from({ length: 5_000 }, () => note(5_000, 'many')))
  await a.delete(Array.from({ length: 10 }, (_, id) => id))
  await a.checkpoint()
  await a.upsert([note(5_999)])
  // The other tab numbers offsets anew: what this one holds in memory does not fit what is stored any more.
  await b.catchUp()
  await b.vacuum()
  await a.upsert([note(6_000)])

  hold()
  const loading = a.local.reload()
  await reached
  const folding = a.checkpoint()
  // Whatever it can do now, it does.
  for (let turn = 0; turn < 20; turn++) await b.count(undefined, { consistency: 'latest' })
  letGo()
  await Promise.all([loading, folding])
  await a.close()
  await b.close()

  const { points, dataState, notices } = await lookInto(database)
  const expected = [...Array.from({ length: 90 }, (_, i) => i + 10), 5_000, 5_999, 6_000]
  expect(points.map(({ id, vector }) => [id, vector![0]])).toEqual(expected.map((id) => [id, id]))
  expect([dataState, notices]).toEqual(['intact', []])
})

test('a vacuum during whose last step everything is loaded anew has vacuumed', async () => {
  const database = tempDatabase(onTestFinished)
  const { pass, reached, hold, letGo } = gate()
  const through = (storage: Storage): Storage =>
    wrapped(storage, {
      write: async (stores, strength, work, options) => {
        const result = await storage.write(stores, strength, work, options)
        // The swap is committed, and its word has not come.
        if (stores.includes('manifests') && stores.includes('catalog')) await pass()
        return result
      },
    })
  const collection = await openStored(database, { ...ROOMY, through, world: DEAF })
  await collection.upsert(notes(100))
  await collection.upsert(Array.from({ length: 5_000 }, () => note(5_000, 'many')))
  hold()
  const vacuuming = collection.vacuum()
  await reached
  await collection.local.reload()
  letGo()
  await vacuuming
  expect(await collection.count()).toBe(101)
  await collection.close()
  expect(await lookInto(database)).toMatchObject({
    points: [...notes(100), note(5_000, 'many')],
    dataState: 'intact',
    notices: [],
  })
})
