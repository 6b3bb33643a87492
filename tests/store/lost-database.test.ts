import type { Collection } from '@voisin/spec'
import { deleteCollection, listCollections, openCollection, salvageCollection } from '@voisin/store'
import { describe, expect, test, vi } from 'vitest'
import type { DeniedAnswer } from '../support/denied-answer.ts'
import { collect, eventually, failureOf, lookInto, notes as many, type Note, note, openTab } from '../support/note-tabs.ts'
import { inSandbox } from '../support/sandboxed-frame.ts'
import { openRealm } from '../support/second-realm.ts'
import { clearDatabases } from '../support/site-data.ts'
import { settled } from '../support/stored-records.ts'
import { tempDatabase } from '../support/temp-database.ts'

type Call = (notes: Collection<Note>) => Promise<unknown>

const CALLS: readonly (readonly [name: string, call: Call])[] = [
  ['upsert', (notes) => notes.upsert([note(9)])],
  ['update', (notes) => notes.update([0], { seen: 1 })],
  ['delete', (notes) => notes.delete([0])],
  ['delete by filter', (notes) => notes.delete({ filter: {} })],
  ['write', (notes) => notes.write({ upsert: [note(9)] }, { expect: { filter: {}, count: 3 } })],
  ['count of the latest', (notes) => notes.count(undefined, { consistency: 'latest' })],
  ['flush', (notes) => notes.flush()],
  ['vacuum', (notes) => notes.vacuum()],
]

type Removal = (database: string) => Promise<unknown>

const REMOVALS: readonly (readonly [name: string, remove: Removal])[] = [
  ['deleted in another tab', (database) => settled(indexedDB.deleteDatabase(database))],
  [
    'deleted in another realm',
    async (database) => {
      const { close } = await openRealm()
      const frame = document.querySelector('iframe:last-of-type') as HTMLIFrameElement
      await settled((frame.contentWindow as Window & { indexedDB: IDBFactory }).indexedDB.deleteDatabase(database))
      close()
    },
  ],
  ['cleared with the site’s data', () => clearDatabases()],
]

describe.each(REMOVALS)('a database that was %s', (_, remove) => {
  test.each([
    ['here', false],
    ['in a worker', true],
  ])('is lost to whoever has it open, %s, and every call says what to do', async (_, worker) => {
    const database = tempDatabase()
    const { notes, notices } = await openTab(database, { worker })
    await notes.upsert(many(3))
    await remove(database)
    await eventually(() => expect(notices).not.toEqual([]))
    for (const [name, call] of CALLS) {
      const error = await failureOf(call(notes))
      expect([name, error.code, error.dataState, error.retryable]).toEqual([name, 'not-found', 'lost', false])
      expect(error.remedy, name).toBeDefined()
    }
    // Opened again it is new, and what was lost is not shown.
    const { ids } = await lookInto(database)
    expect(ids).toEqual([])
    const again = await openTab(database)
    await again.notes.upsert([note(1)])
    expect(await again.notes.count()).toBe(1)
    // Nor does the old one write into the new one.
    await failureOf(notes.upsert([note(9)]))
    expect(await again.notes.count(undefined, { consistency: 'latest' })).toBe(1)
  })
})

test.each(CALLS)('a collection that was deleted in another tab is lost to %s', async (_, call) => {
  const database = tempDatabase()
  const { notes } = await openTab(database)
  await notes.upsert(many(3))
  const other = await openTab(database, {}, 'other')
  expect(await deleteCollection('notes', { database })).toBe(true)
  // A flush that has nothing left to do asks nobody: it knows when it has heard.
  const error = await eventually(() => failureOf(call(notes)))
  expect([error.code, error.dataState, typeof error.remedy]).toEqual(['not-found', 'lost', 'string'])
  // Of the same name, but another one.
  const again = await openTab(database)
  await again.notes.upsert([note(5)])
  await failureOf(notes.upsert([note(9)]))
  expect((await lookInto(database)).ids).toEqual([5])
  expect(await other.notes.count()).toBe(0)
})

const DENIED = { code: 'unsupported', retryable: false, dataState: 'intact' } as const

test('in a sandboxed frame, where all storage is denied, every call says so and what to do', async () => {
  const answers = await inSandbox<DeniedAnswer[]>(new URL('../support/denied-answer.ts', import.meta.url).href)
  expect(answers.map(({ call }) => call)).toEqual(['open', 'list', 'delete'])
  for (const answer of answers) {
    expect(answer).toMatchObject(DENIED)
    expect(answer.remedy).toMatch(/memory|allow/i)
  }
})

describe.each<[string, () => void]>([
  [
    'denied',
    () => {
      vi.spyOn(IDBFactory.prototype, 'open').mockImplementation(() => {
        throw new DOMException('access to the Indexed Database API is denied in this context.', 'SecurityError')
      })
    },
  ],
  ['absent', () => void vi.stubGlobal('indexedDB', undefined)],
  ['null', () => void vi.stubGlobal('indexedDB', null)],
])('where IndexedDB is %s', (_, deny) => {
  test.each<[string, (database: string) => Promise<unknown>]>([
    ['openCollection', (database) => openCollection('notes', { dim: 3, database, worker: false })],
    ['listCollections', (database) => listCollections({ database })],
    ['deleteCollection', (database) => deleteCollection('notes', { database })],
    ['salvageCollection', (database) => collect(salvageCollection('notes', { database }))],
  ])('%s says so and what to do', async (_, call) => {
    deny()
    try {
      const error = await failureOf(call(`denied-${crypto.randomUUID()}`))
      expect(error).toMatchObject(DENIED)
      expect(error.remedy).toBeDefined()
      // What needs no storage goes on.
      const notes = await openCollection('notes', { dim: 3, durability: 'memory' })
      await notes.upsert(many(2))
      expect(await notes.count()).toBe(2)
      await notes.close()
    } finally {
      vi.unstubAllGlobals()
      vi.restoreAllMocks()
    }
  })
})
