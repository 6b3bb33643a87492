import { deleteCollection } from '@voisin/store'
import { expect, test } from 'vitest'
import { limitMemory } from '../support/memory-limit.ts'
import { failureOf, lookInto, type NoteOptions, openTab } from '../support/note-tabs.ts'
import { openRealm } from '../support/second-realm.ts'
import { tempDatabase } from '../support/temp-database.ts'

const DIM = 256
const OPTIONS: Partial<NoteOptions> = { dim: DIM }

const points = (count: number, from: number) =>
  Array.from({ length: count }, (_, i) => ({
    id: from + i,
    vector: Float32Array.from({ length: DIM }, (_, j) => Math.sin((from + i) * 3 + j)),
    payload: { text: `note ${from + i}` },
  }))

const batch = (count: number, from: number) => {
  const rows = points(count, from)
  const data = Float32Array.from(rows.flatMap(({ vector }) => [...vector]))
  return { ids: rows.map(({ id }) => id), vectors: { data, count, dim: DIM }, payloads: rows.map(({ payload }) => payload) }
}

const WRITES = [
  ['small upserts', 40, (from: number) => ({ upsert: points(40, from) })],
  ['upserts in columns', 200, (from: number) => ({ upsert: batch(200, from) })],
  ['writes above 1 MiB', 2_000, (from: number) => ({ upsert: batch(2_000, from) })],
  [
    'writes that also update and delete',
    200,
    (from: number) => ({ upsert: points(200, from), update: [{ ids: [0], payload: { seen: from } }], delete: ['nobody'] }),
  ],
] as const

test.each(WRITES)('%s that memory cannot take are refused before they are stored', async (_, count, changes) => {
  const memory = limitMemory()
  const database = tempDatabase()
  const { notes } = await openTab(database, OPTIONS)
  await notes.upsert(points(500, 0))
  // A device that has little left.
  memory.set(memory.largest + 2 ** 20)
  let there = 500
  let error: unknown
  while (error === undefined && there < 100_000) {
    const { lsn } = await notes.status()
    error = await notes.write(changes(there)).then(
      () => undefined,
      (cause: unknown) => cause,
    )
    if (error === undefined) there += count
    else expect((await notes.status()).lsn).toBe(lsn)
  }
  expect(await failureOf(Promise.reject(error))).toMatchObject({ code: 'limit-exceeded', dataState: 'intact' })
  expect(await notes.count()).toBe(there)

  // It works on with what it has: reads, deletions, and then writes that fit.
  await notes.delete({ filter: { $id: { $in: [1, 2, 3] } } })
  expect(await notes.count()).toBe(there - 3)
  await notes.close()
  // Opening needs no more than there was, so it never fails.
  const again = await openTab(database, OPTIONS)
  expect(await again.notes.count()).toBe(there - 3)
  expect((await again.notes.status()).dataState).toBe('intact')
  await again.notes.delete([4])
  await again.notes.close()
  memory.lift()
  expect((await lookInto(database, OPTIONS)).ids).toHaveLength(there - 4)
})

test('what another tab wrote and this one cannot hold leaves this one usable', async () => {
  const memory = limitMemory()
  const database = tempDatabase()
  const { notes } = await openTab(database, OPTIONS)
  await notes.upsert(points(500, 0))
  memory.set(memory.largest + 2 ** 20)
  // Another realm has memory of its own.
  const { store } = await openRealm()
  const other = await store.openCollection('notes', { dim: DIM, metric: 'l2', database, worker: false })
  for (let from = 1_000; from < 21_000; from += 4_000) await other.upsert(batch(4_000, from))
  await other.close()

  const [found] = await notes.retrieve([7], { consistency: 'latest' })
  expect(found?.payload.text).toBe('note 7')
  await notes.delete({ filter: { $id: { $in: [7, 1_500] } } })
  expect(await notes.retrieve([7, 1_500])).toEqual([undefined, undefined])
  await notes.close()
  const again = await openTab(database, OPTIONS)
  expect(await again.notes.count()).toBe(20_498)
  await again.notes.delete({ filter: {} })
  expect(await again.notes.count()).toBe(0)
  await again.notes.close()
  expect(await deleteCollection('notes', { database })).toBe(true)
})
