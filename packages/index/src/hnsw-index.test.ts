import type { Candidates, Metric } from '@voisin/spec'
import { expect, test } from 'vitest'
import { FlatIndex } from './flat-index.ts'
import type { SearchOptions } from './hnsw/options.ts'
import { HnswIndex } from './hnsw-index.ts'
import { METRICS } from './metric-code.ts'
import { clusters } from './testing/data.ts'
import { randomBitmap, randomFloats, seeded } from './testing/random.ts'

const code = (code: string) => expect.objectContaining({ code })

/** An index and its exact twin over the same vectors, with queries like them. */
async function pair(metric: Metric, dim: number, count: number, options: { bulk?: boolean; simd?: 'plain' } = {}) {
  const rows = clusters(7, dim, Math.max(2, count >> 6))
  const vectors = rows(count)
  const index = await HnswIndex.create({ dim, metric, ...(options.simd && { simd: options.simd }) })
  const flat = await FlatIndex.create({ dim, metric })
  index.addMany(vectors, { ...(options.bulk !== undefined && { bulk: options.bulk }) })
  flat.addMany(vectors)
  const queries = rows(100)
  return { index, flat, rows, queries: Array.from({ length: 100 }, (_, i) => queries.subarray(i * dim, (i + 1) * dim)) }
}

function recall(index: HnswIndex, flat: FlatIndex, queries: readonly Float32Array[], k: number, options?: SearchOptions): number {
  let hits = 0
  let total = 0
  for (const query of queries) {
    const allow = options?.allow
    const truth = new Set(flat.search(query, k, allow && { allow }).offsets)
    for (const offset of index.search(query, k, options).offsets) if (truth.has(offset)) hits++
    total += truth.size
  }
  return hits / total
}

function expectSame(found: Candidates, wanted: Candidates): void {
  expect([...found.offsets]).toEqual([...wanted.offsets])
  expect([...found.distances]).toEqual([...wanted.distances])
}

test.each(METRICS)('an exact %s search of codes answers bit for bit as the f32 scan does, whatever the dim', async (metric) => {
  for (const dim of [1, 2, 3, 7, 16, 63, 64, 65, 130, 384, 1023, 4096]) {
    const { index, flat, queries } = await pair(metric, dim, dim > 1000 ? 70 : 500)
    for (const query of queries.slice(0, 20)) {
      for (const k of [1, 10, 40]) expectSame(index.search(query, k, { path: 'int8' }), flat.search(query, k))
    }
    index.close()
    flat.close()
  }
})

test.each(METRICS)('a batch of %s queries answers bit for bit as they would one by one', async (metric) => {
  for (const dim of [3, 64, 100, 384]) {
    const { index, flat, queries } = await pair(metric, dim, 700)
    index.delete(3)
    flat.delete(3)
    for (const count of [1, 3, 4, 100]) {
      const batch = new Float32Array(queries.slice(0, count).flatMap((query) => [...query]))
      const answers = index.searchMany(batch, 7, { path: 'int8' })
      expect(answers.length).toBe(count)
      for (const [i, answer] of answers.entries()) expectSame(answer, flat.search(queries[i]!, 7))
    }
  }
})

test.each(METRICS)('plain and relaxed SIMD give the same %s graph and the same answers', async (metric) => {
  const best = await pair(metric, 100, 3000)
  const plain = await pair(metric, 100, 3000, { simd: 'plain' })
  for (const query of best.queries) {
    for (const options of [{ ef: 20 }, { path: 'int8' }, { path: 'bits' }] as const) {
      expectSame(best.index.search(query, 10, options), plain.index.search(query, 10, options))
    }
  }
})

test.each(METRICS)('a %s graph, in bulk or one by one, finds nearly all of the nearest', async (metric) => {
  for (const bulk of [true, false]) {
    const { index, flat, queries } = await pair(metric, 48, 6000, { bulk })
    expect(index.hasGraph).toBe(true)
    expect(recall(index, flat, queries, 10, { ef: 100, path: 'graph' })).toBeGreaterThan(0.97)
    expect(recall(index, flat, queries, 10)).toBeGreaterThan(0.97)
    for (const query of queries.slice(0, 10)) {
      const { offsets, distances } = index.search(query, 10)
      expect([...distances]).toEqual([...flat.distances(query, offsets)])
    }
  }
})

test('a graph built in bulk takes half as much again and the loss of a third, and still finds', async () => {
  const { index, flat, rows, queries } = await pair('cosine', 64, 6000)
  const more = rows(3000)
  for (let i = 0; i < 3000; i++) index.add(more.subarray(i * 64, (i + 1) * 64))
  flat.addMany(more)
  expect(recall(index, flat, queries, 10, { ef: 100 })).toBeGreaterThan(0.97)
  const random = seeded(4)
  for (let offset = 0; offset < 9000; offset++) {
    if (random() > 0.3) continue
    index.delete(offset)
    flat.delete(offset)
  }
  expect(recall(index, flat, queries, 10)).toBeGreaterThan(0.97)
  const permutation = index.vacuum()
  expect(index.count).toBe(flat.liveCount)
  expect(permutation.filter((offset) => offset !== 0xffffffff)).toEqual(Uint32Array.from({ length: index.count }, (_, i) => i))
  let hits = 0
  for (const query of queries) {
    const truth = new Set([...flat.search(query, 10).offsets].map((offset) => permutation[offset]))
    for (const offset of index.search(query, 10).offsets) if (truth.has(offset)) hits++
  }
  expect(hits / (queries.length * 10)).toBeGreaterThan(0.97)
})

test('a filter is exact in number and finds nearly all, however few it lets through', async () => {
  const { index, flat, queries } = await pair('cosine', 32, 8000)
  for (const share of [0.0005, 0.01, 0.1, 0.5, 0.9]) {
    const allow = randomBitmap(seeded(9), 8000, share)
    for (const options of [{ allow }, { allow, path: 'graph' }, { allow, path: 'int8' }] as const) {
      for (const query of queries.slice(0, 20)) {
        const { offsets } = index.search(query, 10, options)
        expect(offsets.length).toBe(flat.search(query, 10, { allow }).offsets.length)
        for (const offset of offsets) expect((allow[offset >> 3]! >> (offset & 7)) & 1).toBe(1)
      }
      expect(recall(index, flat, queries, 10, options)).toBeGreaterThan(0.97)
    }
  }
})

test('a filter that lets through only what is far from the query still finds what it lets through', async () => {
  const { index, flat, queries } = await pair('cosine', 32, 8000)
  for (const query of queries.slice(0, 20)) {
    const allow = new Uint8Array(1000)
    for (const offset of flat.search(query, 8000).offsets.subarray(4000)) allow[offset >> 3]! |= 1 << (offset & 7)
    const truth = new Set(flat.search(query, 10, { allow }).offsets)
    const { offsets } = index.search(query, 10, { allow })
    expect([...offsets].filter((offset) => truth.has(offset)).length).toBeGreaterThan(8)
  }
})

test('uniformly random vectors defeat the graph; the planner knows and scans', async () => {
  const dim = 96
  const vectors = randomFloats(seeded(2), dim * 4000)
  const index = await HnswIndex.create({ dim, metric: 'cosine' })
  const flat = await FlatIndex.create({ dim, metric: 'cosine' })
  index.addMany(vectors)
  flat.addMany(vectors)
  const random = seeded(3)
  const queries = Array.from({ length: 50 }, () => randomFloats(random, dim))
  expect(recall(index, flat, queries, 10)).toBeGreaterThan(0.99)
})

test('with few dimensions too a larger ef finds nearly all', async () => {
  const rows = clusters(7, 3, 1)
  const vectors = rows(5000)
  const index = await HnswIndex.create({ dim: 3, metric: 'cosine' })
  const flat = await FlatIndex.create({ dim: 3, metric: 'cosine' })
  index.addMany(vectors, { bulk: true })
  flat.addMany(vectors)
  const queries = Array.from({ length: 50 }, () => rows(1))
  expect(recall(index, flat, queries, 10, { path: 'graph', ef: 4096 })).toBeGreaterThan(0.97)
})

test('a k that no walk was measured for is answered by a scan', async () => {
  const { index, flat, queries } = await pair('cosine', 32, 4000)
  for (const k of [1001, 3999]) {
    const { path, answer } = index.explain(queries[0]!, k)
    expect(path).toBe('int8')
    expectSame(answer, flat.search(queries[0]!, k))
  }
})

test('two clusters far apart are found both', async () => {
  const { index, flat, queries } = await pair('l2', 32, 5000)
  const far = clusters(3, 32, 9)(5000).map((element) => element + 50)
  index.addMany(far, { bulk: true })
  flat.addMany(far)
  const ask = [...queries.slice(0, 20), ...Array.from({ length: 20 }, (_, i) => far.slice(i * 32, (i + 1) * 32))]
  expect(recall(index, flat, ask, 10)).toBeGreaterThan(0.97)
})

test('equal vectors can be built, searched and deleted', async () => {
  const index = await HnswIndex.create({ dim: 8, metric: 'l2' })
  index.addMany(new Float32Array(8 * 3000).fill(1), { bulk: true })
  index.add(new Float32Array(8))
  expect(index.search(new Float32Array(8), 1).offsets[0]).toBe(3000)
  expect(index.search(new Float32Array(8).fill(1), 5, { path: 'int8' }).offsets).toEqual(Uint32Array.of(0, 1, 2, 3, 4))
  for (let offset = 0; offset < 3000; offset++) index.delete(offset)
  expect([...index.search(new Float32Array(8).fill(1), 5).offsets]).toEqual([3000])
})

test('an empty, a small and an emptied index answer with what they have', async () => {
  const index = await HnswIndex.create({ dim: 4, metric: 'cosine' })
  const query = Float32Array.of(1, 0, 0, 0)
  expect(index.search(query, 3).offsets.length).toBe(0)
  expect(index.searchMany(query, 3)[0]!.offsets.length).toBe(0)
  expect(index.addMany(new Float32Array(0))).toBe(0)
  expect(index.add(query)).toBe(0)
  for (const path of ['graph', 'int8', 'bits', 'f32'] as const) {
    expect([...index.search(query, 3, { path }).offsets]).toEqual([0])
  }
  expect(index.update(0, Float32Array.of(0, 1, 0, 0))).toBe(1)
  expect([...index.search(query, 3).offsets]).toEqual([1])
  expect(index.delete(1)).toBe(true)
  expect(index.delete(1)).toBe(false)
  expect(index.search(query, 3).offsets.length).toBe(0)
  expect([...index.vacuum()]).toEqual([0xffffffff, 0xffffffff])
  expect(index.count).toBe(0)
  expect(index.add(query)).toBe(0)
})

test('explain tells the path, why, and what it took', async () => {
  const { index, queries } = await pair('cosine', 64, 5000)
  const exact = index.explain(queries[0]!, 5, { recall: 1 })
  expect(exact).toMatchObject({ path: 'int8', reason: 'a recall of 1 was asked for', wanted: 5000, distances: 5000 })
  const walk = index.explain(queries[0]!, 5, { ef: 40 })
  expect(walk).toMatchObject({ path: 'graph', effort: 40, reason: 'ef was given' })
  expect(walk.distances).toBeGreaterThan(40)
  expect(walk.distances).toBeLessThan(5000)
  expectSame(walk.answer, index.search(queries[0]!, 5, { ef: 40 }))
  const allow = new Uint8Array(625)
  allow[0] = 7
  expect(index.explain(queries[0]!, 5, { allow })).toMatchObject({ path: 'int8', reason: '3 vectors to look at', wanted: 3 })
})

test('a planner told what things cost does as it is told', async () => {
  const { queries, rows } = await pair('cosine', 32, 4000)
  for (const [scan, path] of [
    [1e9, 'graph'],
    [1e-9, 'int8'],
  ] as const) {
    const index = await HnswIndex.create({ dim: 32, metric: 'cosine', planner: { exactUpTo: 0, costs: { scan, gather: scan } } })
    index.addMany(rows(4000))
    const { path: chosen, reason } = index.explain(queries[0]!, 10)
    expect(chosen, reason).toBe(path)
  }
})

test('a build in steps answers as before until it is done, and refuses changes', async () => {
  const { index, flat, rows, queries } = await pair('cosine', 32, 4000)
  const before = queries.map((query) => index.search(query, 5, { path: 'int8' }))
  const more = rows(9000)
  let steps = 0
  let done = 0
  for (const progress of index.buildSteps(more)) {
    expect(progress).toMatchObject({ phase: 'build', total: 9000, unit: 'points' })
    expect(progress.done).toBeGreaterThanOrEqual(0)
    expect(progress.done).toBeLessThanOrEqual(9000)
    done = Math.max(done, progress.done)
    if (index.count > 4000) continue
    const i = steps++ % queries.length
    expectSame(index.search(queries[i]!, 5, { recall: 1 }), before[i]!)
    expect(() => index.add(queries[0]!)).toThrow(code('invalid-argument'))
    expect(() => index.delete(0)).toThrow(code('invalid-argument'))
    expect(() => index.toBytes()).toThrow(code('invalid-argument'))
    expect(() => index.checkRecall()).toThrow(code('invalid-argument'))
  }
  expect(steps).toBeGreaterThan(3)
  expect(index.count).toBe(13_000)
  flat.addMany(more)
  expect(recall(index, flat, queries, 10)).toBeGreaterThan(0.97)
})

test.each([true, false])('a build that is cancelled has added nothing (bulk: %s)', async (bulk) => {
  const { index, flat, rows, queries } = await pair('cosine', 32, 4000)
  const more = rows(8000)
  for (const steps of [0, 1, 2, 5, 20]) {
    const build = index.buildSteps(more, { bulk })
    for (let i = 0; i < steps; i++) build.next()
    build.return(0)
    if (index.count > 4000) return // it was done by then, or nearly
    for (const query of queries.slice(0, 10)) expectSame(index.search(query, 10, { recall: 1 }), flat.search(query, 10))
    expect(recall(index, flat, queries, 10, { ef: 100 })).toBeGreaterThan(0.97)
  }
  const vacuum = index.vacuumSteps()
  vacuum.next()
  vacuum.return(new Uint32Array())
  expect(index.count).toBe(4000)
  index.addMany(more)
  flat.addMany(more)
  expect(recall(index, flat, queries, 10)).toBeGreaterThan(0.97)
})

test('data that drift away from the first ones are found as well', async () => {
  const dim = 32
  const index = await HnswIndex.create({ dim, metric: 'l2' })
  const flat = await FlatIndex.create({ dim, metric: 'l2' })
  for (const scale of [0.01, 1, 100]) {
    const rows = clusters(scale * 100, dim, 30)(1500).map((element) => element * scale)
    index.addMany(rows)
    flat.addMany(rows)
    const queries = Array.from({ length: 50 }, (_, i) => rows.slice(i * dim, (i + 1) * dim))
    expect(recall(index, flat, queries, 10)).toBeGreaterThan(0.97)
    for (const query of queries) expectSame(index.search(query, 10, { recall: 1 }), flat.search(query, 10))
  }
})

test('vectors too small or too large for codes are scanned in f32', async () => {
  for (const scale of [1e-17, 1e17]) {
    const rows = clusters(1, 16, 9)(2000).map((element) => element * scale)
    const index = await HnswIndex.create({ dim: 16, metric: 'dot' })
    const flat = await FlatIndex.create({ dim: 16, metric: 'dot' })
    index.addMany(rows)
    flat.addMany(rows)
    const query = rows.slice(0, 16)
    expectSame(index.search(query, 10), flat.search(query, 10))
    expect(index.explain(query, 10).path).toBe('f32')
  }
})

test('whatever cannot be is refused with what would be right', async () => {
  await expect(HnswIndex.create({ dim: 0, metric: 'l2' })).rejects.toMatchObject({ code: 'invalid-argument' })
  await expect(HnswIndex.create({ dim: 4, metric: 'l3' as 'l2' })).rejects.toMatchObject({ code: 'invalid-argument' })
  await expect(HnswIndex.create({ dim: 4, metric: 'l2', m: 1 })).rejects.toMatchObject({ expected: 'an integer from 4 to 64' })
  await expect(HnswIndex.create({ dim: 4, metric: 'l2', alpha: 3 })).rejects.toMatchObject({ received: '3' })
  await expect(HnswIndex.create({ dim: 4096, metric: 'l2', capacity: 1e7 })).rejects.toMatchObject({ code: 'limit-exceeded' })
  const index = await HnswIndex.create({ dim: 2, metric: 'cosine' })
  index.addMany(Float32Array.of(1, 2, 3, 4))
  expect(() => index.add(Float32Array.of(1))).toThrow(code('dimension-mismatch'))
  expect(() => index.addMany(Float32Array.of(1, 2, Number.NaN, 4))).toThrow(code('invalid-vector'))
  expect(() => index.add(Float32Array.of(0, 0))).toThrow(code('invalid-vector'))
  expect(() => index.search(Float32Array.of(1, 2), 0)).toThrow(code('invalid-argument'))
  expect(() => index.search(Float32Array.of(1, 2), 1, { recall: 2 })).toThrow(code('invalid-argument'))
  expect(() => index.search(Float32Array.of(1, 2), 1, { ef: 0 })).toThrow(code('invalid-argument'))
  expect(() => index.search(Float32Array.of(1, 2), 1, { path: 'fast' as 'f32' })).toThrow(code('invalid-argument'))
  expect(() => index.search(Float32Array.of(1, 2), 1, { allow: new Uint8Array(0) })).toThrow(code('invalid-argument'))
  expect(() => index.delete(2)).toThrow(code('invalid-argument'))
  expect(() => index.vector(-1)).toThrow(code('invalid-argument'))
  expect(index.count).toBe(2)
  index.close()
  index.close()
  expect(() => index.count).toThrow(code('closed'))
  expect(() => index.search(Float32Array.of(1, 2), 1)).toThrow(code('closed'))
})

test('memory grows in steps and says what a vector takes', async () => {
  const index = await HnswIndex.create({ dim: 384, metric: 'cosine' })
  const { all, besideVector } = index.bytesPerVector
  expect(all - besideVector).toBe(384 * 4)
  expect(besideVector).toBeLessThan(700)
  index.addMany(randomFloats(seeded(1), 384 * 3000))
  expect(index.memoryBytes).toBeGreaterThan(3000 * all)
})
