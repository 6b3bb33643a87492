import { type FieldKind, StorageError, type VoisinError } from '@voisin/spec'
import { expect, onTestFinished, test } from 'vitest'
import { browserWorld } from '../database/browser-world.ts'
import { openIndexedStorage } from '../database/indexed-storage.ts'
import type { Storage } from '../database/storage.ts'
import type { WitnessStore } from '../database/world.ts'
import { note } from '../testing/notes.ts'
import { type OpenStoredOptions, openStored, type StoredCollection, tempDatabase, underneath } from '../testing/open-stored.ts'
import { wrapped } from '../testing/wrapped-storage.ts'
import { DatabaseSession } from './database-session.ts'

/** Runs `work` once, after the first read of exactly these stores. */
function afterReading(stores: readonly string[], work: () => Promise<void>): (storage: Storage) => Storage {
  let wasRun = false
  return (storage) =>
    wrapped(storage, {
      read: async (asked, ...rest) => {
        const result = await storage.read(asked, ...rest)
        if (!wasRun && asked.join() === stores.join()) {
          wasRun = true
          await work()
        }
        return result
      },
    })
}

test('an opening that is given up takes no word of an unclean end along', async () => {
  const database = tempDatabase(onTestFinished)
  const collection = await openStored(database)
  await collection.upsert([note(1)])
  await collection.close()
  await underneath(database, ({ storage, number }) =>
    storage.write(['meta'], 'strict', (transaction) => transaction.put('meta', ['unsafe', number, 99], Uint8Array.of(1))),
  )
  const controller = new AbortController()
  const marksAreRead = Promise.withResolvers<void>()
  const atMarks = afterReading(['meta'], async () => marksAreRead.resolve())
  const atLog = afterReading(['manifests', 'entries'], async () => {
    await marksAreRead.promise
    controller.abort(new Error('enough'))
  })
  const through = (storage: Storage) => atLog(atMarks(storage))
  await expect(openStored(database, { through, signal: controller.signal })).rejects.toThrow('enough')
  const notices: string[] = []
  const again = await openStored(database, { onNotice: ({ kind }) => notices.push(kind) })
  await again.close()
  expect(notices).toEqual(['rolled-back'])
})

test('a collection that another tab deletes while it is opened is a new one, and nothing is lost', async () => {
  const database = tempDatabase(onTestFinished)
  const remembered = new Map<string, string>()
  const witness: WitnessStore = {
    read: async (key) => remembered.get(key),
    write: async (key, value) => void remembered.set(key, value),
    remove: async (key) => void remembered.delete(key),
  }
  const world = { witness }
  const collection = await openStored(database, { world })
  await collection.upsert([note(1)])
  await collection.close()
  expect(remembered.size).toBe(1)
  const openStorage = (...[name, events, deadlineMs]: Parameters<typeof openIndexedStorage>) =>
    openIndexedStorage(name, events, deadlineMs)
  const other = await DatabaseSession.open({ ...browserWorld, witness, openStorage }, database)
  let isFirst = true
  const through = (storage: Storage) =>
    wrapped(storage, {
      read: async (stores, ...rest) => {
        if (isFirst && stores.join() === 'catalog') {
          isFirst = false
          await other.deleteCollection('c')
        }
        return await storage.read(stores, ...rest)
      },
    })
  const notices: string[] = []
  const again = await openStored(database, { world, through, onNotice: ({ kind }) => notices.push(kind) })
  expect([(await again.status()).dataState, notices]).toEqual(['intact', []])
  await again.close()
  await other.close()
})

test('fields that cannot be stored hold for one opening', async () => {
  const database = tempDatabase(onTestFinished)
  const fields = { text: 'text', n: 'number' }
  const first = await openStored(database, { fields: { n: 'number' } } as OpenStoredOptions)
  await first.upsert([{ id: 1, payload: { text: 'cats', n: 1 } }])
  await first.close()
  const fails = (storage: Storage): Storage =>
    wrapped(storage, {
      write: async (stores, strength, work, options) => {
        if (stores.length === 1 && stores[0] === 'catalog') throw new StorageError('The disk fails.')
        return await storage.write(stores, strength, work, options)
      },
    })
  const second = await openStored(database, { fields, through: fails } as OpenStoredOptions)
  expect((await second.query({ text: 'cats' })).map(({ id }) => id)).toEqual([1])
  await second.close()
  const third = await openStored(database, { fields: undefined } as unknown as OpenStoredOptions)
  await expect(third.query({ text: 'cats' })).rejects.toMatchObject({ code: 'invalid-argument' })
  await third.close()
})

test('fields may be added and dropped at any opening, and stay for those that name none', async () => {
  const database = tempDatabase(onTestFinished)
  const open = (fields?: Record<string, FieldKind>) => openStored(database, { fields } as OpenStoredOptions)
  const words = async (collection: StoredCollection) =>
    await collection.query({ text: 'cats' }).then(
      (hits) => hits.map(({ id }) => id),
      (error: VoisinError) => error.code,
    )
  const first = await open({ text: 'text' })
  await first.upsert([
    { id: 1, payload: { text: 'cats', n: 1 } },
    { id: 2, payload: { text: 'dogs', n: 2 } },
  ])
  await first.checkpoint()
  expect(await words(first)).toEqual([1])
  const second = await open({ n: 'number' })
  expect([await words(second), await second.count({ n: 2 })]).toEqual(['invalid-argument', 1])
  // Who has it open keeps what it named.
  await second.upsert([{ id: 3, payload: { text: 'more cats', n: 2 } }])
  await first.catchUp()
  expect((await words(first)).length).toBe(2)
  await first.close()
  await second.close()
  const third = await open()
  expect([await words(third), await third.count({ n: 2 })]).toEqual(['invalid-argument', 2])
  await third.close()
  const fourth = await open({ n: 'number', text: 'text' })
  expect([await words(fourth), (await fourth.status()).dataState]).toEqual([[1, 3], 'intact'])
  await fourth.close()
})
