import { expect, test } from 'vitest'
import { FlatIndex } from '../flat-index.ts'
import { HnswIndex } from '../hnsw-index.ts'
import { withClock } from '../testing/clock.ts'
import { clusters } from '../testing/data.ts'
import { openBytes, reachableCount } from '../testing/hnsw-bytes.ts'

const code = (code: string) => expect.objectContaining({ code })
const DIM = 16
/** Each step is a slice. */
const eachStep = () => 10
/** A planner that takes any walk for cheaper than any scan. */
const WALKS = { exactUpTo: 0, costs: { scan: 1e9, gather: 1e9 } }

function share(index: HnswIndex, flat: FlatIndex, queries: readonly Float32Array[], options = {}): number {
  let found = 0
  for (const query of queries) {
    const truth = new Set(flat.search(query, 10).offsets)
    found += index.search(query, 10, options).offsets.filter((offset) => truth.has(offset)).length
  }
  return found / (queries.length * 10)
}

test('what is added when few are left after many were deleted is linked in all the same', async () => {
  const rows = clusters(1, DIM, 40)
  const index = await HnswIndex.create({ dim: DIM, metric: 'l2', planner: WALKS })
  const flat = await FlatIndex.create({ dim: DIM, metric: 'l2' })
  for (const count of [1030, 380]) {
    const added = rows(count)
    index.addMany(added)
    flat.addMany(added)
    for (let offset = 0; offset < 400; offset++) {
      index.delete(offset)
      flat.delete(offset)
    }
  }
  const queries = Array.from({ length: 100 }, () => rows(1))
  expect(share(index, flat, queries, { path: 'graph', ef: 200 })).toBeGreaterThan(0.97)
  expect(share(index, flat, queries)).toBeGreaterThan(0.95)
})

test.each([
  ['about centres', 0.4],
  ['close about centres far apart', 0.001],
  ['equal to their centres', 0],
])('a bulk build leaves no vector %s that a walk cannot come by', async (_, spread) => {
  const index = await HnswIndex.create({ dim: DIM, metric: 'l2' })
  index.addMany(clusters(1, DIM, 12, spread)(3000), { bulk: true })
  expect(reachableCount(openBytes(index.toBytes()))).toBe(3000)
})

test('filtered searches between the steps of a build do not mislead the planner', async () => {
  const rows = clusters(1, DIM, 3, 2)
  const vectors = rows(3000)
  for (const allowed of [0, 1]) {
    const index = await HnswIndex.create({ dim: DIM, metric: 'cosine', planner: WALKS })
    const flat = await FlatIndex.create({ dim: DIM, metric: 'cosine' })
    flat.addMany(vectors)
    const allow = new Uint8Array(375)
    allow[3] = allowed
    await withClock(eachStep, async () => {
      for (const _ of index.buildSteps(vectors)) if (index.count > 0) index.search(vectors.slice(0, DIM), 1, { allow })
    })
    const queries = Array.from({ length: 100 }, () => rows(1))
    expect(index.explain(queries[0]!, 10).path).toBe('graph')
    expect(share(index, flat, queries)).toBeGreaterThan(0.97)
  }
})

test('after a cancelled build the bytes are those of before, and read again', async () => {
  const rows = clusters(4, DIM, 30)
  const index = await HnswIndex.create({ dim: DIM, metric: 'l2' })
  index.addMany(rows(1200))
  const before = openBytes(index.toBytes())
  await withClock(eachStep, async () => {
    for (let i = 0; i < 10; i++) {
      const build = index.buildSteps(rows(900), { bulk: false })
      for (let slice = 0; slice <= i * 20; slice++) build.next()
      build.return(0)
      expect(index.count).toBe(1200)
    }
  })
  const bytes = index.toBytes()
  const { vectors, offsetOf, settings } = openBytes(bytes)
  expect(vectors).toEqual(before.vectors)
  expect(offsetOf).toEqual(before.offsetOf)
  // Each cancelled build had its records; they must not pile up.
  expect(settings.graph.records).toBe(before.settings.graph.records)
  expect((await HnswIndex.from(bytes)).count).toBe(1200)
})

test.each([4, 5, 6, 8])('an index that grew one by one with m %i is read from its bytes', async (m) => {
  const rows = clusters(4, 2, 30)
  const index = await HnswIndex.create({ dim: 2, metric: 'l2', m, efConstruction: 10, capacity: 10_000 })
  index.addMany(rows(3000), { bulk: false })
  const bytes = index.toBytes()
  const reopened = await HnswIndex.from(bytes)
  const query = rows(1)
  expect(reopened.search(query, 10, { ef: 50 })).toEqual(index.search(query, 10, { ef: 50 }))
})

test('vectors that change while they are added in steps are added as they were, or refused', async () => {
  const dim = 4096
  for (let slices = 1; slices < 8; slices++) {
    const rows = new Float32Array(dim * 300).fill(1)
    const index = await HnswIndex.create({ dim, metric: 'l2' })
    await withClock(eachStep, async () => {
      const build = index.buildSteps(rows)
      for (let slice = 0; slice < slices; slice++) build.next()
      rows.fill(Number.NaN)
      try {
        while (!build.next().done);
      } catch (error) {
        expect(error).toEqual(code('invalid-vector'))
      }
    })
    for (let offset = 0; offset < index.count; offset++) {
      expect(index.vector(offset)[0], `offset ${offset}, changed after ${slices} slices`).toBe(1)
    }
  }
})

test('options and vectors that cannot be are refused', async () => {
  await expect(HnswIndex.create({ dim: 2, metric: 'l2', recall: 7 })).rejects.toMatchObject({ code: 'invalid-argument' })
  await expect(HnswIndex.create({ dim: 2, metric: 'l2', recall: Number.NaN })).rejects.toMatchObject({ code: 'invalid-argument' })
  const index = await HnswIndex.create({ dim: 2, metric: 'l2' })
  for (const wrong of [null, undefined, 'text', [1, 2]] as unknown as Float32Array[]) {
    expect(() => index.add(wrong)).toThrow(code('invalid-argument'))
    expect(() => index.addMany(wrong)).toThrow(code('invalid-argument'))
    expect(() => index.search(wrong, 1)).toThrow(code('invalid-argument'))
    expect(() => index.searchMany(wrong, 1)).toThrow(code('invalid-argument'))
  }
  expect(index.count).toBe(0)
})
