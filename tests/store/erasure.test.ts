import type { Collection } from '@voisin/spec'
import { deleteCollection } from '@voisin/store'
import { describe, expect, test } from 'vitest'
import { eventually, lookInto, notes as many, type Note, note, openTab, untilFolded } from '../support/note-tabs.ts'
import { placesOf } from '../support/page-storage.ts'
import { storedRecords } from '../support/stored-records.ts'
import { tempDatabase } from '../support/temp-database.ts'

const KEPT = many(20, 1)

/** Text that stands nowhere else. */
const newSecret = () => `🗝 ${crypto.randomUUID()} Грüße`

type Way = (notes: Collection<Note>, secret: string) => Promise<unknown>

// Upkeep follows a deletion without being asked.
const DELETIONS: readonly (readonly [name: string, way: Way])[] = [
  ['by id', (notes) => notes.delete(['s'])],
  ['by a filter', (notes, secret) => notes.delete({ filter: { text: { $contains: secret } } })],
  ['by id, in a write of many changes', (notes) => notes.write({ upsert: [note(30)], delete: ['s'] })],
  ['by a filter, in a write of many changes', (notes) => notes.write({ upsert: [note(30)], delete: { filter: { $id: 's' } } })],
]

// What is only replaced is gone after a vacuum, or when its point is deleted.
const REPLACEMENTS: readonly (readonly [name: string, way: (notes: Collection<Note>) => Promise<unknown>])[] = [
  ['by an upsert', (notes) => notes.upsert([note('s', 'harmless')])],
  ['by an update', (notes) => notes.update(['s'], { text: 'harmless' })],
  ['by two updates', async (notes) => (await notes.update(['s'], { seen: 1 })) && notes.update(['s'], { text: 'harmless' })],
  ['twice in one write', (notes) => notes.write({ upsert: [note('s', 'other'), note('s', 'harmless')] })],
]

const BETWEEN = [
  ['folded in between', true],
  ['not folded in between', false],
] as const

const SIZES = [
  ['a short text', 1],
  ['a text in a block of its own', 6_000],
  ['a text in a write above 1 MiB', 50_000],
] as const

async function withSecret(repeats: number, folded: boolean): Promise<{ database: string; secret: string }> {
  const database = tempDatabase()
  const secret = newSecret()
  const { notes } = await openTab(database, folded ? { checkpointAfter: { entries: 1 } } : {})
  await notes.upsert([...KEPT, note('s', `${secret} `.repeat(repeats))])
  if (folded) await untilFolded(notes)
  await notes.close()
  expect(await placesOf(secret)).not.toEqual([])
  return { database, secret }
}

async function expectErased(database: string, secret: string): Promise<void> {
  // By itself; where nothing else works, looking all the time would be most of the work.
  await eventually(async () => expect(await storedRecords(database).holding(secret)).toEqual([]), 250)
  // In no record, cache or file that a page can read; after a reload too.
  expect(await placesOf(secret)).toEqual([])
  const { points, dataState } = await lookInto(database)
  expect(dataState).toBe('intact')
  expect(points.some(({ payload }) => payload.text.includes(secret))).toBe(false)
  expect(points.filter(({ id }) => typeof id === 'number' && id <= 20)).toEqual(KEPT)
  expect(await placesOf(secret)).toEqual([])
}

/** Upkeep has its own time: what can be waited for together is. */
function each<T>(cases: readonly (readonly [name: string, value: T])[], work: (value: T) => Promise<void>): Promise<unknown> {
  return Promise.all(
    cases.map(([name, value]) =>
      work(value).catch((cause: unknown) => {
        throw new Error(`${name}: ${cause}`, { cause })
      }),
    ),
  )
}

describe.each([
  ['in the log', false],
  ['folded into blocks', true],
])('a text that is %s and deleted', (_, folded) => {
  test('is soon nowhere any more, in whatever way it was deleted, of whatever size it was', async () => {
    await Promise.all([
      each(DELETIONS, async (way) => {
        const { database, secret } = await withSecret(1, folded)
        const { notes } = await openTab(database)
        await way(notes, secret)
        await expectErased(database, secret)
      }),
      each<number>(SIZES, async (repeats) => {
        const { database, secret } = await withSecret(repeats, folded)
        const { notes } = await openTab(database)
        await notes.delete(['s'])
        await expectErased(database, secret)
      }),
    ])
  })

  test('is soon nowhere any more though it had been replaced before, in a block that is otherwise full', async () => {
    await each(REPLACEMENTS, async (replace) => {
      await each(BETWEEN, async (isFoldedBetween) => {
        const { database, secret } = await withSecret(1, folded)
        const { notes } = await openTab(database, { checkpointAfter: { entries: isFoldedBetween ? 1 : 1_000 } })
        // So full that nothing else is a reason to write it anew.
        await notes.upsert(Array.from({ length: 400 }, (_, i) => note(100 + i, 'long '.repeat(300))))
        if (folded) await untilFolded(notes)
        await replace(notes)
        if (isFoldedBetween) await untilFolded(notes)
        await notes.delete(['s'])
        await expectErased(database, secret)
      })
    })
  })

  test('is soon nowhere any more though the tab was closed at once: the next opening goes on', async () => {
    const { database, secret } = await withSecret(1, folded)
    const { notes } = await openTab(database)
    await notes.delete(['s'])
    await notes.close()
    await openTab(database)
    await expectErased(database, secret)
  })

  test('is soon nowhere any more while a second tab is open, which still works', async () => {
    const { database, secret } = await withSecret(1, folded)
    const [a, b] = [await openTab(database), await openTab(database, { worker: true })]
    await a.notes.delete(['s'])
    await expectErased(database, secret)
    await b.notes.upsert([note(40)])
    expect(await b.notes.retrieve(['s', 40])).toEqual([undefined, { id: 40, payload: { text: 'note 40' } }])
  })

  test('is soon nowhere any more though another tab has folded the deletion in, and was closed before it was done', async () => {
    const { database, secret } = await withSecret(1, folded)
    const [a, b] = [await openTab(database), await openTab(database, { checkpointAfter: { entries: 1 } })]
    await b.notes.upsert([note(40)])
    await a.notes.delete(['s'])
    await untilFolded(b.notes)
    await b.notes.close()
    await expectErased(database, secret)
  })

  test('goes with its whole collection', async () => {
    const { database, secret } = await withSecret(6_000, folded)
    expect(await deleteCollection('notes', { database })).toBe(true)
    expect(await placesOf(secret)).toEqual([])
  })

  test('or replaced is nowhere after a vacuum', async () => {
    await each([...REPLACEMENTS, ['by a deletion', (notes: Collection<Note>) => notes.delete(['s'])]], async (way) => {
      const { database, secret } = await withSecret(1, folded)
      const { notes } = await openTab(database)
      await way(notes)
      await notes.vacuum()
      expect(await placesOf(secret)).toEqual([])
      await expectErased(database, secret)
    })
  })
})

test.each([
  ['deleted', (notes: Collection<Note>) => notes.delete(['s'])],
  ['replaced', (notes: Collection<Note>) => notes.upsert([note('s')])],
])('the vector of a point that was %s is nowhere after a vacuum: a text can be read from its vector', async (_, way) => {
  const database = tempDatabase()
  const { notes } = await openTab(database)
  const vector = Float32Array.of(Math.fround(Math.PI * 1e4), Math.fround(Math.E * 1e4), Math.SQRT2)
  await notes.upsert([...KEPT, { id: 's', vector, payload: { text: 'harmless' } }])
  const bytes = new Uint8Array(vector.buffer)
  expect(await storedRecords(database).holding(bytes)).not.toEqual([])
  await way(notes)
  await notes.vacuum()
  expect(await storedRecords(database).holding(bytes)).toEqual([])
})
