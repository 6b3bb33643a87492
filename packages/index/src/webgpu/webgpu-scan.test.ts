import type { Candidates, Metric } from '@voisin/spec'
import { expect, onTestFinished, test } from 'vitest'
import { FlatIndex } from '../flat-index.ts'
import { METRICS } from '../metric-code.ts'
import * as reference from '../reference/distances.ts'
import { bitOf, randomBitmap, randomFloats, seeded } from '../testing/random.ts'
import { openDevice } from './adapter.ts'
import { chooseBatchScan } from './choose-batch-scan.ts'
import { openWebGpuScan, type WebGpuScan } from './webgpu-scan.ts'

// One device for all: opening one takes longer than most of these tests.
const device = await openDevice().catch(() => undefined)
const onGpu = test.skipIf(device === undefined)

async function opened(metric: Metric, dim: number): Promise<WebGpuScan> {
  const scan = await openWebGpuScan({ dim, metric, device: device! })
  onTestFinished(() => scan.close())
  return scan
}

async function both(metric: Metric, dim: number, vectors: Float32Array) {
  const scan = await opened(metric, dim)
  const index = await FlatIndex.create({ dim, metric })
  expect(scan.addMany(vectors)).toBe(index.addMany(vectors))
  return { scan, index }
}

function row(vectors: Float32Array, dim: number, at: number): Float32Array {
  return vectors.subarray(at * dim, (at + 1) * dim)
}

/**
 * The answer is a true one: so many, live and allowed, sorted, at distances within rounding of their definition, and none left out that is
 * nearer than the last by more than rounding. And it is FlatIndex's, rank for rank, but where rounding decides.
 */
function expectTrue(
  found: Candidates,
  index: FlatIndex,
  vectors: Float32Array,
  query: Float32Array,
  k: number,
  isEligible: (offset: number) => boolean,
  allow?: Uint8Array,
): void {
  const { metric, dim, count } = index
  const truth = reference.distances(metric, query, vectors, Array(count).keys())
  // Numbers below the smallest normal f32 may count as zero.
  const tolerance = (offset: number) => truth[offset]!.tolerance + dim * 2 ** -126
  const wanted = index.search(query, k, allow ? { allow } : {})
  expect(found.offsets.length).toBe(wanted.offsets.length)
  expect(found.distances.length).toBe(found.offsets.length)
  const seen = new Set(found.offsets)
  expect(seen.size).toBe(found.offsets.length)
  for (let rank = 0; rank < found.offsets.length; rank++) {
    const offset = found.offsets[rank]!
    const distance = found.distances[rank]!
    const flat = wanted.offsets[rank]!
    if (!isEligible(offset)) expect.fail(`offset ${offset} may not be found`)
    if (!(Math.abs(distance - truth[offset]!.distance) <= tolerance(offset)))
      expect.fail(`${distance} for ${truth[offset]!.distance} at offset ${offset}`)
    if (rank > 0) {
      const before = found.distances[rank - 1]!
      if (!(before < distance || (before === distance && found.offsets[rank - 1]! < offset)))
        expect.fail(`rank ${rank} is out of order`)
    }
    if (offset !== flat && !(Math.abs(truth[offset]!.distance - truth[flat]!.distance) <= tolerance(offset) + tolerance(flat)))
      expect.fail(`offset ${offset} for ${flat} at rank ${rank}`)
  }
  const last = found.offsets.at(-1)
  if (last === undefined) return
  const furthest = truth[last]!.distance + tolerance(last)
  const missed = truth.findIndex(
    (_, i) => isEligible(i) && !seen.has(i) && truth[i]!.distance + tolerance(i) < furthest - 2 * tolerance(last),
  )
  expect(missed).toBe(-1)
}

const DIMS = [1, 3, 4, 17, 128, 384, 385, 4096]
const CASES = METRICS.flatMap((metric) => DIMS.map((dim) => [metric, dim] as const))

onGpu.each(CASES)('the GPU answers as the index does: %s, dim %i', async (metric, dim) => {
  const random = seeded(dim)
  const count = dim > 1000 ? 70 : 300
  const queryCount = dim > 1000 ? 3 : 67
  const vectors = randomFloats(random, dim * count)
  // A tenth are duplicates, far from their originals.
  vectors.copyWithin(dim * (count - Math.floor(count / 10)), 0, dim * Math.floor(count / 10))
  const queries = randomFloats(random, dim * queryCount)
  queries.set(row(vectors, dim, 5))
  const { scan, index } = await both(metric, dim, vectors)
  const deleted = new Set<number>()
  for (let offset = 0; offset < count; offset += 1 + Math.floor(random() * 9)) {
    expect(scan.delete(offset)).toBe(index.delete(offset))
    deleted.add(offset)
  }
  const allow = randomBitmap(random, count, 0.4)
  for (const [k, bitmap] of [
    [1, undefined],
    [10, allow],
    [count, undefined],
  ] as const) {
    const found = await scan.searchMany(queries, k, bitmap ? { allow: bitmap } : {})
    expect(found.length).toBe(queryCount)
    const isEligible = (offset: number) => !deleted.has(offset) && (bitmap === undefined || bitOf(bitmap, offset))
    for (let at = 0; at < queryCount; at += k === count ? 11 : 5) {
      expectTrue(found[at]!, index, vectors, row(queries, dim, at), k, isEligible, bitmap)
    }
  }
})

onGpu.each(METRICS)('a point set of several blocks is searched as one: %s', async (metric) => {
  const dim = 3
  const count = 36_001
  const vectors = randomFloats(seeded(8), dim * count)
  const queries = randomFloats(seeded(9), dim * 2)
  const { scan, index } = await both(metric, dim, vectors)
  for (let offset = 0; offset < count; offset += 7) {
    scan.delete(offset)
    index.delete(offset)
  }
  for (const k of [3, 5000]) {
    const found = await scan.searchMany(queries, k)
    for (let at = 0; at < 2; at++) {
      expectTrue(found[at]!, index, vectors, row(queries, dim, at), k, (offset) => offset % 7 !== 0)
    }
  }
})

onGpu('it answers for every count about the edges of tiles and segments', async () => {
  const dim = 2
  const queries = randomFloats(seeded(21), dim * 2)
  for (const count of [1, 2, 63, 64, 65, 2047, 2048, 2049, 4097]) {
    const vectors = randomFloats(seeded(count), dim * count)
    const { scan, index } = await both('l2', dim, vectors)
    for (const k of [3, count]) {
      const found = await scan.searchMany(queries, k)
      for (let at = 0; at < 2; at++) expectTrue(found[at]!, index, vectors, row(queries, dim, at), k, () => true)
    }
  }
})

onGpu('a k of the whole point set brings all of it, sorted, and no search disturbs the next', async () => {
  const dim = 2
  const count = 40_000
  const { scan } = await both('l2', dim, randomFloats(seeded(10), dim * count))
  const queries = randomFloats(seeded(11), dim * 3)
  const few = await scan.searchMany(queries, 5)
  const all = await scan.searchMany(queries, Number.MAX_SAFE_INTEGER)
  for (const { offsets, distances } of all) {
    expect(new Set(offsets).size).toBe(count)
    expect(distances).toEqual(distances.slice().sort())
  }
  expect(all.map(({ offsets }) => offsets.slice(0, 5))).toEqual(few.map(({ offsets }) => offsets))
  expect(await scan.searchMany(queries, 5)).toEqual(few)
})

onGpu.each(METRICS)('at equal %s distance the smaller offset comes first, across tiles, segments and blocks', async (metric) => {
  const dim = 5
  const count = 33_000
  const near = Float32Array.of(1.1, -2.3, 3.7, 4.9, 5.3)
  const vectors = new Float32Array(dim * count)
  for (let i = 0; i < count; i++) vectors.set(i % 3 === 1 ? near : near.map((element) => -element), i * dim)
  const { scan } = await both(metric, dim, vectors)
  const ofNear = Array.from({ length: 11_000 }, (_, i) => i * 3 + 1)
  const queries = new Float32Array(dim * 3)
  for (let i = 0; i < 3; i++) queries.set(near, i * dim)
  for (const k of [7, 3000]) {
    const found = await scan.searchMany(queries, k)
    for (const { offsets } of found) expect(offsets).toEqual(Uint32Array.from(ofNear.slice(0, k)))
  }
})

onGpu('distances on a grid are exact, and ties are in the order of the index', async () => {
  const dim = 4
  const random = seeded(12)
  const grid = (length: number) => randomFloats(random, length).map((element) => Math.round(element * 2))
  for (const metric of ['dot', 'l2'] as const) {
    const vectors = grid(dim * 5000)
    const queries = grid(dim * 9)
    const { scan, index } = await both(metric, dim, vectors)
    const found = await scan.searchMany(queries, 700)
    for (let at = 0; at < 9; at++) expect(found[at]).toEqual(index.search(row(queries, dim, at), 700))
  }
})

onGpu('an answer is the same each time, alone or in a batch, however the vectors were added', async () => {
  const dim = 19
  const count = 3000
  const vectors = randomFloats(seeded(13), dim * count)
  const queries = randomFloats(seeded(14), dim * 300)
  const { scan } = await both('cosine', dim, vectors)
  const found = await scan.searchMany(queries, 12)
  expect(await scan.searchMany(queries, 12)).toEqual(found)
  for (const at of [0, 63, 64, 255, 256, 299]) {
    expect(await scan.searchMany(row(queries, dim, at), 12)).toEqual([found[at]])
  }
  const slow = await opened('cosine', dim)
  for (let at = 0; at < count; ) {
    const added = Math.min(count - at, 1 + (at % 57))
    expect(slow.addMany(vectors.subarray(at * dim, (at + added) * dim))).toBe(at)
    at += added
  }
  expect(slow.count).toBe(count)
  expect(await slow.searchMany(queries, 12)).toEqual(found)
})

onGpu('vectors at the limits of their norms are compared rightly', async () => {
  const dim = 3
  for (const [metric, scale] of [
    ['dot', 2.5e17],
    ['l2', 2.5e17],
    ['cosine', 2.5e29],
    ['cosine', 2e-30],
  ] as const) {
    const extreme = (seed: number, count: number) =>
      randomFloats(seeded(seed), dim * count).map((element) => (element + Math.sign(element)) * scale)
    const vectors = extreme(15, 200)
    const queries = extreme(16, 5)
    const { scan, index } = await both(metric, dim, vectors)
    const found = await scan.searchMany(queries, 200)
    for (let at = 0; at < 5; at++) expectTrue(found[at]!, index, vectors, row(queries, dim, at), 200, () => true)
  }
})

onGpu('a zero vector has distance 0 and a dot of zero is not −0', async () => {
  const { scan } = await both('dot', 3, Float32Array.of(0, 0, 0, 1, 0, 0, 0, -1, 0))
  const [found] = await scan.searchMany(Float32Array.of(0, 0, 1), 3)
  expect(found).toEqual({ offsets: Uint32Array.of(0, 1, 2), distances: Float32Array.of(0, 0, 0) })
})

onGpu('an empty scan, no queries, and nothing allowed give nothing', async () => {
  const scan = await opened('l2', 4)
  const empty = { offsets: new Uint32Array(0), distances: new Float32Array(0) }
  expect(await scan.searchMany(new Float32Array(8), 5)).toEqual([empty, empty])
  expect(scan.addMany(new Float32Array(0))).toBe(0)
  scan.addMany(new Float32Array(12))
  expect(await scan.searchMany(new Float32Array(0), 5)).toEqual([])
  expect(await scan.searchMany(new Float32Array(4), 5, { allow: Uint8Array.of(0b1111_1000) })).toEqual([empty])
  for (let offset = 0; offset < 3; offset++) scan.delete(offset)
  expect([scan.count, scan.liveCount]).toEqual([3, 0])
  expect(await scan.searchMany(new Float32Array(4), 5)).toEqual([empty])
})

onGpu('a search sees the vectors as they were when it was called', async () => {
  const dim = 6
  const vectors = randomFloats(seeded(17), dim * 1000)
  const queries = randomFloats(seeded(18), dim * 20)
  const { scan } = await both('l2', dim, vectors)
  const before = await scan.searchMany(queries, 1000)
  const asked = queries.slice()
  const allow = new Uint8Array(125).fill(255)
  const searches = [scan.searchMany(asked, 1000), scan.searchMany(asked, 1000, { allow })]
  scan.delete(3)
  scan.addMany(randomFloats(seeded(19), dim * 5000))
  asked.fill(0)
  allow.fill(0)
  expect(await Promise.all(searches)).toEqual([before, before])
  const [after] = await scan.searchMany(queries, 6000)
  expect(after!.offsets.length).toBe(5999)
})

onGpu('memory is what the vectors take, and scratch', async () => {
  const scan = await opened('cosine', 6)
  expect(scan.memoryBytes).toBe(0)
  scan.addMany(randomFloats(seeded(20), 6 * 1000))
  expect(scan.memoryBytes).toBe(1000 * 32)
  await scan.searchMany(new Float32Array(6).fill(1), 3)
  expect(scan.memoryBytes).toBeGreaterThan(1000 * 32)
})

onGpu('a scan and an index are measured beside each other', async () => {
  const dim = 4
  const { scan, index } = await both('cosine', dim, randomFloats(seeded(22), dim * 500))
  const queries = randomFloats(seeded(23), dim * 3)
  const cpu = { searchMany: () => [0, 1, 2].map((at) => index.search(row(queries, dim, at), 5)) }
  const { faster, gpuMs, cpuMs } = await chooseBatchScan({ gpu: scan, cpu, queries, k: 5, rounds: 3 })
  expect(faster).toBe(gpuMs < cpuMs ? 'gpu' : 'cpu')
  expect(gpuMs).toBeGreaterThan(0)
})

onGpu('the scan says which GPU it is on', async () => {
  const { info, isSoftware } = await opened('dot', 2)
  expect(isSoftware).toBe(/swiftshader/.test(JSON.stringify(info)))
  expect(Object.values(info).every((value) => typeof value === 'string')).toBe(true)
})
