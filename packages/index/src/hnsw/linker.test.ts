import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { HnswIndex } from '../hnsw-index.ts'
import { METRICS } from '../metric-code.ts'
import { withClock } from '../testing/clock.ts'
import { clusters } from '../testing/data.ts'
import { Graph } from './graph.ts'
import type { HnswIndexOptions } from './options.ts'

const DIM = 16
/** A scan costs so much here that a walk is always worth it. */
const NO_SCANS = { exactUpTo: 0, costs: { scan: 1e6, gather: 1e6 } }

async function indexOf(count: number, options: Partial<HnswIndexOptions> = {}) {
  const rows = clusters(7, DIM, 40, 0.4)
  const index = await HnswIndex.create({ dim: DIM, metric: 'cosine', graph: 'background', planner: NO_SCANS, ...options })
  index.addMany(rows(count))
  return { index, rows }
}

function linked({ index, rows }: { index: HnswIndex; rows: (count: number) => Float32Array }) {
  for (const _ of index.linkSteps());
  return { index, rows }
}

const nearest = (index: HnswIndex, query: Float32Array) => index.search(query, 1).offsets[0]

describe.each(METRICS)("an index that links in the background, '%s',", (metric) => {
  test('finds what is added and loses what is deleted between the slices of a build', async () => {
    const { index, rows } = await indexOf(4000, { metric })
    const added: { offset: number; row: Float32Array }[] = []
    for (const { done, total } of index.linkSteps()) {
      expect(done).toBeLessThanOrEqual(total!)
      if (added.length > 60) continue
      const row = rows(1)
      added.push({ row, offset: index.add(row) })
      index.delete(added.length * 3)
      expect(index.search(row, 1).distances[0]).toBe(index.search(row, 1, { path: 'f32' }).distances[0])
      expect(index.search(index.vector(added.length * 3), 5).offsets).not.toContain(added.length * 3)
    }
    expect(added.length).toBeGreaterThan(5)
    expect(index.hasGraph).toBe(true)
    expect(index.isLinkingDue).toBe(false)
    const { path, unlinked } = index.explain(rows(1), 10)
    expect({ path, unlinked }).toEqual({ path: 'graph', unlinked: 0 })
    expect(index.checkRecall(10)).toBeGreaterThan(0.95)
  })

  test('answers from walk and scan together while some are not linked', async () => {
    const { index, rows } = linked(await indexOf(3000, { metric }))
    index.addMany(rows(300))
    let found = 0
    for (let i = 0; i < 100; i++) {
      const query = rows(1)
      const exact = new Set(index.search(query, 10, { path: 'f32' }).offsets)
      const { path, unlinked, answer } = index.explain(query, 10)
      expect({ path, unlinked }).toEqual({ path: 'graph', unlinked: 300 })
      for (const offset of answer.offsets) if (exact.has(offset)) found++
    }
    expect(found).toBeGreaterThan(950)
  })

  test('keeps its graph when it is compacted', async () => {
    const { index, rows } = linked(await indexOf(4000, { metric }))
    for (let offset = 0; offset < 4000; offset += 3) index.delete(offset)
    const copy = index.compacted()
    expect([copy.count, copy.liveCount, index.count]).toEqual([2666, 2666, 4000])
    expect(copy.hasGraph).toBe(true)
    expect(copy.memoryBytes).toBeLessThan(index.memoryBytes)
    expect(copy.vector(1)).toEqual(index.vector(2))
    // Of so many that are gone walks are measured anew.
    for (const _ of copy.linkSteps());
    expect(copy.explain(rows(1), 10).path).toBe('graph')
    expect(copy.checkRecall(10)).toBeGreaterThan(0.95)
  })
})

test('adding links nothing', async () => {
  const { index } = await indexOf(3000)
  expect([index.hasGraph, index.isLinkingDue]).toEqual([false, true])
})

test('too few for a graph are not linked', async () => {
  const { index } = await indexOf(1000)
  expect(index.isLinkingDue).toBe(false)
  linked({ index, rows: () => new Float32Array() })
  expect(index.hasGraph).toBe(false)
})

test('what is worth it is linked in bulk, a little one by one', async () => {
  const { index, rows } = linked(await indexOf(2000))
  index.addMany(rows(10))
  expect(index.isLinkingDue).toBe(true)
  for (const _ of index.linkSteps());
  expect(index.explain(rows(1), 10).unlinked).toBe(0)
  index.addMany(rows(5000))
  for (const _ of index.linkSteps());
  expect(index.checkRecall(10)).toBeGreaterThan(0.95)
})

test('what comes while others are linked one by one is linked in bulk once it is worth it', async () => {
  const { index, rows } = linked(await indexOf(4000))
  index.addMany(rows(1500))
  const added = vi.spyOn(Graph.prototype, 'insert')
  onTestFinished(() => added.mockRestore())
  const steps = index.linkSteps()
  steps.next()
  index.addMany(rows(8000))
  for (const _ of steps);
  expect(added.mock.calls.length).toBeLessThan(1500)
  expect([index.explain(rows(1), 10).unlinked, index.isLinked]).toEqual([0, true])
  expect(index.checkRecall(10)).toBeGreaterThan(0.95)
})

test('a k that was not measured is scanned for, and measured with the next links', async () => {
  const { index, rows } = linked(await indexOf(3000))
  expect(index.explain(rows(1), 100).path).toBe('int8')
  expect(index.isLinkingDue).toBe(true)
  for (const _ of index.linkSteps());
  expect(index.explain(rows(1), 100).path).toBe('graph')
})

test('one generator is at work at a time; its return stops it', async () => {
  const { index, rows } = await indexOf(3000)
  const linking = index.linkSteps()
  linking.next()
  const busy = expect.objectContaining({ code: 'invalid-argument' })
  expect(() => index.linkSteps().next()).toThrow(busy)
  expect(() => index.buildSteps(rows(1)).next()).toThrow(busy)
  expect(() => index.vacuum()).toThrow(busy)
  linking.return()
  expect(index.isLinkingDue).toBe(true)
  expect(index.vacuum()).toHaveLength(3000)
})

test('a build without memory is refused, and everything is found as before', async () => {
  const { index, rows } = await indexOf(3000, { maxBytes: 2 ** 20 })
  const limit = expect.objectContaining({ code: 'limit-exceeded' })
  expect(() => [...index.linkSteps()]).toThrow(limit)
  expect(index.hasGraph).toBe(false)
  expect(() => index.reserve(10_000)).toThrow(limit)
  const row = rows(1)
  const offset = index.add(row)
  expect(nearest(index, row)).toBe(offset)
})

test('the bytes hold what is linked, and linking goes on from them', async () => {
  const { index, rows } = linked(await indexOf(2000))
  index.addMany(rows(20))
  const bytes = index.toBytes()
  const copy = await HnswIndex.from(bytes, { graph: 'background', planner: NO_SCANS })
  const query = rows(1)
  expect(copy.search(query, 10)).toEqual(index.search(query, 10))
  copy.addMany(rows(30))
  expect(copy.explain(query, 10).unlinked).toBe(30)
})

/** As if each look at the clock took three milliseconds: slices of a step or two. */
const inManySlices = (work: () => Promise<void>) => withClock(() => 3, work)

/** Runs `work` in the middle of measuring, some slices after the graph was put in its place. */
function linkedWith(index: HnswIndex, work: () => void): number {
  let slices = 0
  for (const _ of index.linkSteps()) if (index.hasGraph && ++slices === 40) work()
  return slices
}

test('measuring ends although all that was there has died', async () => {
  await inManySlices(async () => {
    const { index, rows } = await indexOf(3000)
    const slices = linkedWith(index, () => {
      for (let offset = 0; offset < 3000; offset++) index.delete(offset)
      index.addMany(rows(40))
    })
    expect(slices).toBeGreaterThan(40)
    const row = rows(1)
    expect(nearest(index, row)).toBe(index.search(row, 1, { path: 'f32' }).offsets[0])
  })
})

test('what is deleted while walks are measured is held against none of them', async () => {
  await inManySlices(async () => {
    const { index, rows } = await indexOf(4000)
    linkedWith(index, () => {
      for (let offset = 0; offset < 4000; offset += 10) index.delete(offset)
    })
    expect(index.explain(rows(1), 10).path).toBe('graph')
  })
})

test('a filtered walk is judged without what a scan has found for it', async () => {
  const { index, rows } = await indexOf(20_000, { metric: 'l2' })
  const far = index.addMany(rows(500).map((element) => element + 6))
  for (const _ of index.linkSteps());
  const query = rows(1)
  index.addMany(rows(2000).map((element) => element + 9))
  const allow = new Uint8Array(Math.ceil(index.count / 8))
  for (let offset = far; offset < index.count; offset++) allow[offset >> 3]! |= 1 << (offset & 7)
  const exact = index.search(query, 10, { allow, path: 'f32' })
  const { path, reason, answer } = index.explain(query, 10, { allow })
  expect(answer).toEqual(exact)
  expect([path, reason]).toEqual(['int8', expect.stringMatching(/met too few/)])
})

test('where there is no memory to build anew, vectors are linked one by one', async () => {
  const { index, rows } = linked(await indexOf(2000, { maxBytes: 2.1 * 2 ** 20 }))
  index.addMany(rows(1500))
  for (const _ of index.linkSteps());
  expect(index.explain(rows(1), 10)).toMatchObject({ path: 'graph', unlinked: 0 })
})

test('dead vectors are none that a graph has still to link', async () => {
  const { index, rows } = linked(await indexOf(5000))
  let last = 0
  for (let i = 0; i < 3000; i++) last = i === 0 ? index.update(0, rows(1)) : index.update(last, rows(1))
  expect(index.explain(rows(1), 10).unlinked).toBe(1)
  let slices = 0
  await inManySlices(async () => {
    for (const _ of index.linkSteps()) slices++
  })
  // One vector linked, the old ones taken out of links, some walks measured: no build of thousands.
  expect(index.explain(rows(1), 10).unlinked).toBe(0)
  expect(slices).toBeLessThan(3_500)
})

test('what was deleted before a vacuum is nobody’s place after it', async () => {
  const { index, rows } = linked(await indexOf(3000))
  for (let offset = 0; offset < 300; offset++) index.delete(offset)
  index.vacuum()
  for (const _ of index.linkSteps());
  // All have other numbers now, and none of them is dead: walks need be no longer than those of its copy.
  const copy = await HnswIndex.from(index.toBytes(), { graph: 'background', planner: NO_SCANS })
  const query = rows(1)
  const effortOf = (one: HnswIndex) => one.explain(query, 10, { recall: 0.9 }).effort
  expect(effortOf(index)).toBeGreaterThan(0)
  expect(effortOf(index)).toBe(effortOf(copy))
})
