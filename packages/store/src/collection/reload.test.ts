import { expect, onTestFinished, test } from 'vitest'
import type { Storage } from '../database/storage.ts'
import { note, notes } from '../testing/notes.ts'
import { lookInto, openStored, tempDatabase } from '../testing/open-stored.ts'
import { wrapped } from '../testing/wrapped-storage.ts'

/** Hears of nothing that other tabs do, and tells nothing. */
const DEAF = { openChannel: () => ({ post() {}, close() {} }) }
const ROOMY = { largeWriteBytes: 1e9, blockBytes: { payloads: 2_000, vectors: 1_000 } }

/** A storage whose reads of `meta`, the last that a loading needs, wait for `letGo`; `reached` resolves when one does. */
function slowLoading() {
  let isHeld = false
  const reached = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  const through = (storage: Storage): Storage =>
    wrapped(storage, {
      read: async (stores, work, options) => {
        if (isHeld && stores[0] === 'meta') {
          reached.resolve()
          await gate.promise
        }
        return await storage.read(stores, work, options)
      },
    })
  const hold = () => {
    isHeld = true
  }
  return { through, reached: reached.promise, hold, letGo: gate.resolve }
}

test('a checkpoint that begins while everything is loaded anew waits for what is loaded', async () => {
  const database = tempDatabase(onTestFinished)
  const { through, reached, hold, letGo } = slowLoading()
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
