import type { Metric } from '@voisin/spec'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FlatIndex } from '../flat-index.ts'
import { HnswIndex } from '../hnsw-index.ts'
import { METRICS, metricCode } from '../metric-code.ts'
import { adversarialRows, fit, KINDS } from '../testing/adversarial.ts'
import { distanceOfKey, openSpace, readKeys, WAYS, type Way } from '../testing/code-space.ts'
import { randomFloats, seeded } from '../testing/random.ts'
import type { Space } from './space.ts'

const COUNT = 24

const data: fc.Arbitrary<Data> = fc.record({
  metric: fc.constantFrom(...METRICS),
  dim: fc.oneof(fc.integer({ min: 1, max: 130 }), fc.constantFrom(384, 1023)),
  kind: fc.constantFrom(...KINDS),
  // Powers of ten.
  scale: fc.oneof(fc.constant(0), fc.integer({ min: -14, max: 14 })),
  queryKind: fc.constantFrom(...KINDS, 'a vector' as const),
  queryScale: fc.oneof(fc.constant(0), fc.integer({ min: -16, max: 18 })),
  /** Which of all component sizes becomes 63. */
  clipShare: fc.constantFrom(0.5, 0.9, 0.9995, 1),
  way: fc.constantFrom(...WAYS),
  seed: fc.integer(),
})

function normOf(row: Float32Array): number {
  return Math.sqrt(row.reduce((sum, element) => sum + element * element, 0))
}

/** Writes vectors and their codes; returns the clip. */
function writeVectors(space: Space, rows: Float32Array, clipShare: number): number {
  const { f32, regions, vectorBytes, metric, dim } = space
  const sizes: number[] = []
  for (let row = 0; row < COUNT; row++) {
    const vector = rows.subarray(row * dim, (row + 1) * dim)
    const norm = normOf(vector)
    f32.set(vector, (regions.at.vectors + row * vectorBytes) / 4)
    if (metric === 'cosine') f32[regions.at.norms / 4 + row] = norm
    for (const element of vector) sizes.push(Math.abs(element) / (metric === 'cosine' ? norm : 1))
  }
  sizes.sort((a, b) => a - b)
  const clip = Math.fround(sizes[Math.min(sizes.length - 1, Math.floor(sizes.length * clipShare))] || 1)
  space.memory.kernels.quantize(0, COUNT, clip)
  return clip
}

function queryFor(
  metric: Metric,
  rows: Float32Array,
  dim: number,
  kind: string,
  scale: number,
  random: () => number,
): Float32Array {
  if (kind === 'zero' && metric !== 'cosine') return new Float32Array(dim)
  const isKind = (KINDS as readonly string[]).includes(kind)
  const query = isKind
    ? adversarialRows(random, kind as (typeof KINDS)[number], { count: 1, dim, metric, scale: 1 })
    : rows.slice(dim, 2 * dim)
  if (kind !== 'a vector') fit(query, metric, scale)
  if (metric !== 'cosine') return query
  const norm = normOf(query)
  return query.map((element) => element / norm)
}

/** Bounds and f32 distances by offset. */
function measured(space: Space, query: Float32Array, clip: number): { bounds: number[]; distances: Float32Array } {
  const { fixed, memory, regions, vectorBytes, metric } = space
  const { kernels } = memory
  const at = space.scratch(8 + COUNT * 16)
  const { f32, u32 } = space
  f32.fill(0, fixed.query / 4, (fixed.query + vectorBytes) / 4)
  f32.set(query, fixed.query / 4)
  kernels.prepareQuery(clip, fixed.signed, fixed.row, fixed.terms, 4)
  kernels.scanCodes(0, COUNT, 1, COUNT, at, at + 8, fixed.terms, 0, fixed.room)
  const bounds: number[] = Array(COUNT).fill(Number.NaN)
  for (const { high, low } of readKeys(space, at + 8, COUNT)) bounds[low] = distanceOfKey(high)
  u32.set([...Array(COUNT).keys()], at / 4)
  const norms = metric === 'cosine' ? regions.at.norms : 0
  kernels.distances(metricCode(metric), fixed.query, vectorBytes, regions.at.vectors, norms, at, COUNT, at + COUNT * 4)
  return { bounds, distances: f32.slice(at / 4 + COUNT, at / 4 + 2 * COUNT) }
}

interface Data {
  readonly metric: Metric
  readonly dim: number
  readonly kind: (typeof KINDS)[number]
  readonly scale: number
  readonly queryKind: string
  readonly queryScale: number
  readonly clipShare: number
  readonly way: Way
  readonly seed: number
}

async function expectBelow({ metric, dim, kind, scale, queryKind, queryScale, clipShare, way, seed }: Data): Promise<void> {
  const random = seeded(seed)
  const rows = adversarialRows(random, kind, { count: COUNT, dim, metric, scale: 10 ** scale })
  const space = await openSpace(way, { dim, metric, count: COUNT })
  const clip = writeVectors(space, rows, clipShare)
  // Beyond these an index scans in f32.
  fc.pre(clip >= 1e-15 && clip <= 1e15)
  const query = queryFor(metric, rows, dim, queryKind, 10 ** queryScale, random)
  const { bounds, distances } = measured(space, query, clip)
  const slack = (dim + 4) * 2 ** -23
  for (const [i, distance] of distances.entries()) {
    const isBelow = bounds[i]! <= distance + Math.abs(distance) * slack
    if (!isBelow) expect(bounds[i], `vector ${i} at ${distance}`).toBeLessThanOrEqual(distance)
  }
}

test('no bound lies above the f32 distance, however hard the vectors are on their codes', async () => {
  await fc.assert(fc.asyncProperty(data, expectBelow), { numRuns: 1500, seed: 20261101 })
})

test('no bound lies above the f32 distance to a query of zeros', async () => {
  const zeros = data.map((drawn) => ({ ...drawn, queryKind: 'zero' }))
  await fc.assert(fc.asyncProperty(zeros, expectBelow), { numRuns: 300, seed: 20261102 })
})

/** Asks an index and its exact twin for the nearest, however many. */
async function expectExact(metric: Metric, dim: number, vectors: Float32Array, queries: readonly Float32Array[], k: number) {
  const index = await HnswIndex.create({ dim, metric })
  const flat = await FlatIndex.create({ dim, metric })
  index.addMany(vectors)
  flat.addMany(vectors)
  for (const query of queries) {
    const wanted = flat.search(query, k)
    for (const found of [index.search(query, k, { path: 'int8' }), index.searchMany(query, k, { path: 'int8' })[0]!]) {
      expect(found.offsets.join()).toBe(wanted.offsets.join())
      expect(found.distances.join()).toBe(wanted.distances.join())
    }
  }
}

test.each(['dot', 'l2'] as const)(
  'an exact %s search with a query of zeros finds even the vector that lies far out',
  async (metric) => {
    const vectors = randomFloats(seeded(3), 64 * 101)
    vectors[64 * 50 + 1] = 9e17
    await expectExact(metric, 64, vectors, [new Float32Array(64)], 101)
  },
)

test.each(METRICS)('an exact %s search is exact however small or large the query', async (metric) => {
  for (const dim of [1, 3, 40]) {
    for (const scale of [1e-12, 1, 1e12]) {
      const vectors = randomFloats(seeded(dim), dim * 1000).map((element) => element * scale)
      const queries = Array.from({ length: 62 }, (_, power) => {
        const query = randomFloats(seeded(power), dim)
        fit(query, metric, 10 ** (17 - power))
        return query
      })
      await expectExact(metric, dim, vectors, queries, 5)
    }
  }
})
