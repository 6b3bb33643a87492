import { HnswIndex } from '@voisin/index'
import type { PointId } from '@voisin/spec'
import { expect, onTestFinished, test, vi } from 'vitest'
import { VectorPart } from '../derived/vector-part.ts'
import { isLinked } from '../testing/is-linked.ts'
import { openStored, type StoredCollection, tempDatabase } from '../testing/open-stored.ts'

const DIM = 16
/** So many that a walk is worth it on most machines. */
const COUNT = 12_000
const BLOCKS = {
  largeWriteBytes: 2 ** 20,
  blockBytes: { payloads: 2 ** 17, vectors: 2 ** 17 },
  dim: DIM,
  metric: 'cosine' as const,
}

/** Around some centres, so that there are near ones. */
function vectorOf(id: number): Float32Array {
  return Float32Array.from({ length: DIM }, (_, i) => Math.cos((id % 97) * (i + 1)) + 0.3 * Math.cos(id * (i + 3)))
}

const pointsOf = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => ({ id: from + i, vector: vectorOf(from + i), payload: { even: i % 2 === 0 } }))

// Asked seldom: a collection that is called is linked slowly.
const linked = (collection: StoredCollection) =>
  vi.waitFor(async () => expect(await isLinked(collection, vectorOf(5))).toBe(true), { timeout: 110_000, interval: 500 })

const nearest = async (collection: StoredCollection, id: number): Promise<PointId | undefined> =>
  (await collection.query({ vector: vectorOf(id), limit: 1 }))[0]?.id

test('a graph is built in the background; what is written meanwhile and after is found, what is deleted is not', async () => {
  const collection = await openStored(tempDatabase(onTestFinished), BLOCKS)
  await collection.upsert(pointsOf(0, COUNT))
  expect((await collection.explain({ vector: vectorOf(5) })).dense).toMatchObject({ isExact: true })
  await linked(collection)
  expect(await collection.checkRecall()).toBeGreaterThan(0.95)

  await collection.upsert(pointsOf(COUNT, COUNT + 50))
  expect(await nearest(collection, COUNT + 7)).toBe(COUNT + 7)
  await collection.delete([COUNT + 7, 5])
  for (const gone of [COUNT + 7, 5]) expect(await nearest(collection, gone)).not.toBe(gone)
  await linked(collection)
  expect(await nearest(collection, COUNT + 8)).toBe(COUNT + 8)
  const exact = await collection.query({ vector: vectorOf(9), limit: 20, params: { exact: true } })
  const found = await collection.query({ vector: vectorOf(9), limit: 20 })
  const ids = new Set(exact.map(({ id }) => id))
  expect(found.filter(({ id }) => ids.has(id)).length).toBeGreaterThan(17)
  await collection.close()
})

test('whatever is dead is let go of, and the graph goes on', async () => {
  const collection = await openStored(tempDatabase(onTestFinished), BLOCKS)
  await collection.upsert(pointsOf(0, COUNT))
  await linked(collection)
  await collection.delete(Array.from({ length: 3_000 }, (_, i) => i * 4))
  await collection.vacuum()
  expect((await collection.explain({ vector: vectorOf(6) })).dense!.wanted).toBe(COUNT - 3_000)
  await linked(collection)
  expect(await collection.checkRecall()).toBeGreaterThan(0.95)
  expect([await nearest(collection, 6), await collection.count()]).toEqual([6, COUNT - 3_000])
  await collection.close()
})

test('a collection that is closed while it is linked is closed', async () => {
  const began = vi.spyOn(VectorPart.prototype, 'linkSteps')
  const database = tempDatabase(onTestFinished)
  const collection = await openStored(database, BLOCKS)
  await collection.upsert(pointsOf(0, COUNT))
  await vi.waitFor(() => expect(began).toHaveBeenCalled())
  await collection.close()
  const steps = began.mock.results[0]!.value as Generator
  expect(steps.next().done).toBe(true)
  began.mockRestore()
  const again = await openStored(database, BLOCKS)
  expect(await nearest(again, 11)).toBe(11)
  await again.close()
  await expect(nearest(again, 11)).rejects.toMatchObject({ code: 'closed' })
})

test('without memory for a graph everything is found by scans', async () => {
  const tried = vi.spyOn(HnswIndex.prototype, 'linkSteps')
  const indexBytes = 8 * 2 ** 20
  const collection = await openStored(tempDatabase(onTestFinished), { ...BLOCKS, indexBytes })
  await collection.upsert(pointsOf(0, COUNT))
  await vi.waitFor(() => expect(tried).toHaveBeenCalled())
  await vi.waitFor(() => expect((tried.mock.results[0]!.value as Generator).next().done).toBe(true))
  tried.mockRestore()
  expect(await nearest(collection, 3)).toBe(3)
  expect((await collection.explain({ vector: vectorOf(3) })).dense).toMatchObject({ isExact: true, reason: 'there is no graph' })
  await collection.close()
})
