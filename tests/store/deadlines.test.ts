import type { Collection } from '@voisin/spec'
import { openCollection } from '@voisin/store'
import { describe, expect, onTestFinished, test } from 'vitest'
import { holdWrites } from '../support/held-transaction.ts'
import { collect, failureOf, lookInto, type Note, note, openTab, storedNotes } from '../support/note-tabs.ts'
import { settled } from '../support/stored-records.ts'
import { tempDatabase } from '../support/temp-database.ts'

/** Short, so that the tests are; what counts is how many of them pass. */
const DEADLINE_MS = 400
const CALLS = 20

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; deadlines: number }> {
  const begun = performance.now()
  const result = await work()
  return { result, deadlines: (performance.now() - begun) / DEADLINE_MS }
}

type Call = (notes: Collection<Note>, i: number) => Promise<unknown>

const WRITES: readonly (readonly [name: string, call: Call])[] = [
  ['upserts', (notes, i) => notes.upsert([note(100 + i)])],
  ['updates', (notes, i) => notes.update([0], { seen: i })],
  ['deletions by filter', (notes, i) => notes.delete({ filter: { $id: i } })],
  ['writes under a precondition', (notes) => notes.write({ delete: [0] }, { expect: { filter: {}, count: 3 } })],
  ['large upserts', (notes, i) => notes.upsert([note(100 + i, 'x'.repeat(1.5 * 2 ** 20))])],
  ['calls of all kinds', (notes, i) => WRITES[i % 5]![1](notes, i)],
]

describe.each([
  ['here', false],
  ['in a worker', true],
])('while another tab holds a transaction, %s', (_, worker) => {
  test.each(WRITES)('all queued %s are refused after one deadline, and leave nothing', async (_, call) => {
    const database = await storedNotes([{ write: 3 }])
    const { notes } = await openTab(database, { deadlineMs: DEADLINE_MS, worker })
    const held = await holdWrites(database)
    const { result, deadlines } = await timed(() =>
      Promise.all(Array.from({ length: CALLS }, (_, i) => failureOf(call(notes, i)))),
    )
    for (const error of result) {
      expect(error).toMatchObject({ code: 'deadline-exceeded', retryable: true, dataState: 'intact' })
      expect(error.remedy).toBeDefined()
    }
    // One after another they would take twenty.
    expect(deadlines).toBeLessThan(CALLS / 2)
    // Reading needs nobody's leave.
    expect(await notes.count()).toBe(3)
    await held.release()
    // Nothing of it comes later, and writes are taken again.
    await notes.upsert([note(50)])
    await notes.close()
    expect((await lookInto(database)).ids).toEqual([0, 1, 2, 50])
  })
})

test('a second burst waits for one deadline of its own, not for what is left of the first', async () => {
  const database = await storedNotes([{ write: 1 }])
  const { notes } = await openTab(database, { deadlineMs: DEADLINE_MS })
  await holdWrites(database)
  const burst = () => Promise.all(Array.from({ length: CALLS }, (_, i) => failureOf(notes.upsert([note(100 + i)]))))
  const { deadlines } = await timed(async () => {
    for (const error of [...(await burst()), ...(await burst())]) expect(error.code).toBe('deadline-exceeded')
  })
  expect(deadlines).toBeLessThan(CALLS / 2)
  expect(deadlines).toBeGreaterThan(1.5)
})

test.each<[string, (notes: Collection<Note>) => Promise<unknown>]>([
  ['flush', (notes) => notes.flush()],
  ['vacuum', (notes) => notes.vacuum()],
  ['close', (notes) => notes.close()],
  ['a count of the latest', (notes) => notes.count(undefined, { consistency: 'latest' })],
  ['a scroll of the latest', (notes) => collect(notes.scroll({ consistency: 'latest' }))],
])('%s ends while another tab holds a transaction', async (_, call) => {
  const database = await storedNotes([{ write: 3 }])
  const { notes } = await openTab(database, { deadlineMs: DEADLINE_MS })
  await notes.upsert([note(10)])
  await holdWrites(database)
  const { deadlines } = await timed(() =>
    call(notes).catch(async (cause: unknown) => {
      expect((await failureOf(Promise.reject(cause))).code).toBe('deadline-exceeded')
    }),
  )
  expect(deadlines).toBeLessThan(CALLS / 2)
})

test('opening is refused after the deadline where another tab keeps an older version of the database open', async () => {
  const database = tempDatabase()
  const opening = indexedDB.open(database, 1)
  opening.onupgradeneeded = () => {
    for (const name of ['collections', 'log', 'blocks', 'manifests']) opening.result.createObjectStore(name)
  }
  const old = await settled(opening)
  onTestFinished(() => old.close())
  const open = () => openCollection('notes', { dim: 3, database, worker: false, deadlineMs: DEADLINE_MS })
  const { result, deadlines } = await timed(() => failureOf(open()))
  expect(result).toMatchObject({ code: 'deadline-exceeded', retryable: true, dataState: 'intact' })
  expect(result.remedy).toBeDefined()
  expect(deadlines).toBeLessThan(CALLS / 2)
  old.close()
  const notes = await open()
  expect(await notes.count()).toBe(0)
  await notes.close()
})

test('opening a new collection is refused after the deadline where another tab holds a transaction', async () => {
  const database = await storedNotes([{ write: 1 }])
  const held = await holdWrites(database)
  const open = () => openCollection('another', { dim: 3, database, worker: false, deadlineMs: DEADLINE_MS })
  const { result, deadlines } = await timed(() => failureOf(open()))
  expect(result).toMatchObject({ code: 'deadline-exceeded', dataState: 'intact' })
  expect(deadlines).toBeLessThan(CALLS / 2)
  await held.release()
  await (await open()).close()
})
