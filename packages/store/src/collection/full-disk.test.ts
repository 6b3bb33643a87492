import { StorageFullError } from '@voisin/spec'
import { expect, onTestFinished, test, vi } from 'vitest'
import { browserWorld } from '../database/browser-world.ts'
import type { Storage } from '../database/storage.ts'
import { note, notes } from '../testing/notes.ts'
import { openStored, tempDatabase } from '../testing/open-stored.ts'
import { withTransactions } from '../testing/wrapped-storage.ts'

/** Hears of nothing that other tabs do, and tells nothing. */
const DEAF = { openChannel: () => ({ post() {}, close() {} }) }
const ROOMY = { largeWriteBytes: 1e9, blockBytes: { payloads: 2_000, vectors: 1_000 } }
const BALLAST_BYTES = 1_000

const refused = () => Promise.reject(new StorageFullError('The disk is full.', { dataState: 'intact' }))

/** A disk that refuses so many of the next records. */
function smallDisk() {
  let refusals = 0
  const isRefused = () => refusals > 0 && refusals-- > 0
  const through = (storage: Storage): Storage =>
    withTransactions(storage, (transaction) => ({
      add: (...parameters) => (isRefused() ? refused() : transaction.add(...parameters)),
      put: (...parameters) => (isRefused() ? refused() : transaction.put(...parameters)),
    }))
  const refuse = (records: number) => {
    refusals = records
  }
  return { through, refuse }
}

test('a deletion on a full disk ends though another tab has numbered the offsets anew', async () => {
  const database = tempDatabase(onTestFinished)
  const { through, refuse } = smallDisk()
  const a = await openStored(database, {
    ...ROOMY,
    through,
    world: DEAF,
    ballastBytes: BALLAST_BYTES,
    checkpointAfter: { entries: 1e6, bytes: 1e12 },
  })
  const b = await openStored(database, { ...ROOMY, world: DEAF })
  await a.upsert(notes(10))
  await a.upsert(Array.from({ length: 3_000 }, () => note(1_000, 'many')))
  await a.checkpoint()
  await a.upsert([note(70)])
  await b.catchUp()
  await b.vacuum()
  // Twice: first the ballast is given up, then upkeep is waited for, while the deletion has its turn.
  refuse(2)
  await a.delete([1])
  expect(await a.count()).toBe(11)
  await a.close()
  await b.close()
})

test('a deletion waits for space that comes back late, and no longer than its signal', async () => {
  const database = tempDatabase(onTestFinished)
  let refusals = 0
  const refuse = (entries: number) => {
    refusals = entries
  }
  const through = (storage: Storage) =>
    withTransactions(storage, (transaction) => ({
      add: (store, ...rest) => (store === 'entries' && refusals-- > 0 ? refused() : transaction.add(store, ...rest)),
    }))
  const a = await openStored(database, { through, ballastBytes: BALLAST_BYTES, checkpointAfter: { entries: 1e6, bytes: 1e12 } })
  onTestFinished(() => a.close())
  await a.upsert(notes(10))
  // More often than it is tried at once.
  refuse(5)
  await a.delete([1])
  expect([await a.count(), refusals < 0]).toEqual([9, true])
  refuse(1e9)
  const controller = new AbortController()
  const deleting = a.delete([2], { signal: controller.signal })
  const reason = new Error('enough')
  controller.abort(reason)
  await expect(deleting).rejects.toBe(reason)
  expect(await a.count()).toBe(9)
  refuse(0)
})

test('a disk that has room again takes writes again, though nothing was deleted', async () => {
  const database = tempDatabase(onTestFinished)
  const { through, refuse } = smallDisk()
  let late = 0
  const clock = { ...browserWorld.clock, now: () => browserWorld.clock.now() + late }
  const a = await openStored(database, { through, world: { clock }, ballastBytes: BALLAST_BYTES, checkpointAfter: {} })
  await a.upsert(notes(10))
  await a.checkpoint()
  await a.local.purge()
  refuse(1_000)
  await expect(a.upsert([note(77)])).rejects.toMatchObject({ code: 'storage-full', dataState: 'intact' })
  // It is looked for now and then, not with each write.
  await expect(a.upsert([note(77)])).rejects.toMatchObject({ code: 'storage-full' })
  late = 10_000
  await expect(a.upsert([note(77)])).rejects.toMatchObject({ code: 'storage-full' })
  refuse(0)
  await vi.waitFor(
    async () => {
      late += 5_000
      await a.upsert([note(77)])
    },
    { timeout: 30_000 },
  )
  expect(await a.count()).toBe(11)
  await a.close()
})
