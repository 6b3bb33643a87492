import { openCollection, salvageCollection } from '@voisin/store'
import { expect, onTestFinished, test } from 'vitest'
import { collect, failureOf, type Note, note, openTab } from '../support/note-tabs.ts'
import { tempDatabase } from '../support/temp-database.ts'

const PLACES = [
  ['here', false],
  ['in a worker', true],
] as const

test.each(PLACES)('a precondition of any value that fails is a conflict, %s', async (_, worker) => {
  const { notes } = await openTab(tempDatabase(), { worker })
  for (const value of [5n, -0, new Date(0), 'x', true]) {
    const expect_ = { filter: { seen: value } as never, count: 2 }
    expect(await failureOf(notes.write({ delete: [1] }, { expect: expect_ }))).toMatchObject({ code: 'conflict' })
  }
})

test.each(PLACES)('vectors of two names in one buffer are given away together, %s', async (_, worker) => {
  const opened = await openCollection<Note>('two', {
    database: tempDatabase(),
    worker,
    vectors: { a: { dim: 2 }, b: { dim: 2, metric: 'l2' } },
  })
  onTestFinished(() => opened.close())
  const all = Float32Array.of(1, 0, 0, 1, 5, 6, 7, 8)
  const [a, b] = [all.subarray(0, 4), all.subarray(4)]
  const columns = (data: Float32Array) => ({ data, count: 2, dim: 2 })
  const payloads = [{ text: 'one' }, { text: 'two' }]
  await opened.upsert({ ids: [1, 2], vectors: { a: columns(a), b: columns(b) }, payloads }, { transfer: true })
  expect([a.length, b.length]).toEqual([0, 0])
  const points = await opened.retrieve([1, 2], { withVector: true })
  expect(points.map((point) => point!.vectors)).toEqual([
    { a: Float32Array.of(1, 0), b: Float32Array.of(5, 6) },
    { a: Float32Array.of(0, 1), b: Float32Array.of(7, 8) },
  ])
})

test.each([
  ['memory of WebAssembly', () => new WebAssembly.Memory({ initial: 1 }).buffer],
  ['shared memory', () => new SharedArrayBuffer(64)],
])('vectors in %s, which cannot be given away, are copied', async (_, make) => {
  for (const transfer of [true, false]) {
    const { notes } = await openTab(tempDatabase(), { worker: true })
    const data = new Float32Array(make() as ArrayBuffer, 0, 6)
    data.set([1, 2, 3, 4, 5, 6])
    await notes.upsert(
      { ids: [1, 2], vectors: { data, count: 2, dim: 3 }, payloads: [note(1).payload, note(2).payload] },
      { transfer },
    )
    expect([...data]).toEqual([1, 2, 3, 4, 5, 6])
    expect((await notes.retrieve([2], { withVector: true }))[0]!.vector).toEqual(Float32Array.of(4, 5, 6))
  }
})

test('what is salvaged has no vector that it lost', async () => {
  const database = tempDatabase()
  const { notes } = await openTab(database)
  await notes.upsert([note(1), note(2)])
  await notes.vacuum()
  await notes.upsert([{ id: 1, payload: { text: 'without' } }])
  await notes.update([2], { text: 'changed' })
  await notes.close()
  const points = await collect(salvageCollection('notes', { database }))
  expect(points.toSorted((a, b) => Number(a.id) - Number(b.id))).toEqual([
    { id: 1, payload: { text: 'without' } },
    { ...note(2), payload: { text: 'changed' } },
  ])
})

test('an update that makes a payload too large is refused, and so is one that is too large in all', async () => {
  const { notes } = await openTab(tempDatabase(), { fields: {} })
  const large = 'x'.repeat(9 * 2 ** 20)
  await notes.upsert([{ id: 1, payload: { text: large } }])
  const tooLarge = { code: 'limit-exceeded', remedy: expect.any(String) }
  expect(await failureOf(notes.update([1], { owner: large }))).toMatchObject(tooLarge)
  expect((await notes.retrieve([1]))[0]!.payload).toEqual({ text: large })
  for (let id = 2; id < 10; id++) await notes.upsert([{ id, payload: { text: large } }])
  expect(await failureOf(notes.update([1, 2, 3, 4, 5, 6, 7, 8, 9], { seen: 1 }))).toMatchObject(tooLarge)
  await notes.update([1, 2], { seen: 1 })
  expect(await notes.count({ seen: 1 })).toBe(2)
})
