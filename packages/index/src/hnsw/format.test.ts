import { isVoisinError, type Metric } from '@voisin/spec'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HnswIndex } from '../hnsw-index.ts'
import { METRICS } from '../metric-code.ts'
import { clusters } from '../testing/data.ts'
import { openBytes, reseal, sealBytes } from '../testing/hnsw-bytes.ts'
import { seeded } from '../testing/random.ts'

const HEADER_BYTES = 20

/** How an index came to be. */
interface History {
  readonly metric: Metric
  readonly dim: number
  readonly m: number
  readonly alpha: number
  readonly seed: number
  readonly graph: boolean
  readonly bulk: boolean
  readonly count: number
  /** Added singly after that. */
  readonly more: number
  readonly deleted: number
  readonly isVacuumed: boolean
}

async function built({
  metric,
  dim,
  m,
  alpha,
  seed,
  graph,
  bulk,
  count,
  more,
  deleted,
  isVacuumed,
}: History): Promise<HnswIndex> {
  const rows = clusters(seed, dim, 12)
  const index = await HnswIndex.create({ dim, metric, m, alpha, seed, graph, efConstruction: Math.max(m, 24) })
  index.addMany(rows(count), { bulk })
  for (let i = 0; i < more; i++) index.add(rows(1))
  const random = seeded(seed)
  for (let offset = 0; offset < index.count; offset++) if (random() < deleted) index.delete(offset)
  if (isVacuumed) index.vacuum()
  return index
}

async function expectSame(index: HnswIndex, reopened: HnswIndex, queries: Float32Array): Promise<void> {
  const { dim } = index
  expect([reopened.dim, reopened.metric, reopened.count, reopened.liveCount, reopened.hasGraph]).toEqual([
    dim,
    index.metric,
    index.count,
    index.liveCount,
    index.hasGraph,
  ])
  for (let i = 0; i < queries.length; i += dim) {
    const query = queries.subarray(i, i + dim)
    for (const options of [{ path: 'graph', ef: 30 }, { path: 'int8' }, { path: 'bits' }, { path: 'f32' }] as const) {
      expect(reopened.search(query, 10, options), options.path).toEqual(index.search(query, 10, options))
    }
  }
  expect(reopened.searchMany(queries, 3, { recall: 1 })).toEqual(index.searchMany(queries, 3, { recall: 1 }))
}

function history(counts: fc.Arbitrary<number>, more: fc.Arbitrary<number>): fc.Arbitrary<History> {
  return fc.record({
    metric: fc.constantFrom(...METRICS),
    dim: fc.oneof(fc.integer({ min: 1, max: 130 }), fc.constantFrom(1, 4, 63, 64, 65)),
    m: fc.oneof(fc.integer({ min: 4, max: 64 }), fc.constantFrom(4, 16, 64)),
    alpha: fc.constantFrom(1, 1.1, 2),
    seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    graph: fc.boolean(),
    bulk: fc.boolean(),
    count: counts,
    more,
    deleted: fc.constantFrom(0, 0.1, 0.5, 1),
    isVacuumed: fc.boolean(),
  })
}

async function expectReopened(drawn: History): Promise<void> {
  const index = await built(drawn)
  const bytes = index.toBytes()
  const reopened = await HnswIndex.from(bytes)
  // Not by the runner's own comparison, which is slow over so many numbers.
  const again = reopened.toBytes()
  expect(again.length).toBe(bytes.length)
  expect(again.findIndex((byte, i) => byte !== bytes[i])).toBe(-1)
  await expectSame(index, reopened, clusters(drawn.seed, drawn.dim, 12)(4))
  // A reopened index goes on as any other.
  const vector = clusters(drawn.seed + 1, drawn.dim, 1)(1)
  const offset = reopened.add(vector)
  expect(offset).toBe(index.count)
  expect(reopened.vector(offset)).toEqual(vector)
  expect(reopened.search(vector, 5, { path: 'int8' })).toEqual(reopened.search(vector, 5, { path: 'f32' }))
}

test('whatever its history, a small index read from bytes answers as the one that wrote them', async () => {
  const small = history(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 9 }))
  await fc.assert(fc.asyncProperty(small, expectReopened), { numRuns: 150, seed: 20261101 })
})

test('whatever its history, an index with a graph read from bytes answers as the one that wrote them', async () => {
  const large = history(fc.integer({ min: 1020, max: 1400 }), fc.integer({ min: 0, max: 40 }))
  await fc.assert(fc.asyncProperty(large, expectReopened), { numRuns: 20, seed: 20261101 })
})

test('the bytes are those of docs/format.md', async () => {
  const index = await built({ ...PLAIN, more: 30, deleted: 0.1 })
  const bytes = index.toBytes()
  const { settings, vectors, offsetOf, links, uppers, arena, linkCounts, levels, live } = openBytes(bytes)
  expect(settings).toMatchObject({ dim: 3, metric: 2, count: 1130, liveCount: index.liveCount, m: 4, alpha: 1.1, seed: 5 })
  expect(vectors.slice(21, 24)).toEqual(index.vector(7))
  expect([...offsetOf].sort((a, b) => a - b)).toEqual([...Array(1130).keys()])
  expect(linkCounts.reduce((sum, count) => sum + count, 0)).toBe(links.length)
  expect(Math.max(...linkCounts)).toBeLessThanOrEqual(8)
  expect(levels.filter((level) => level > 0).length).toBe(uppers.length)
  expect(levels.reduce((sum, level) => sum + level, 0)).toBe(arena.length / 5)
  expect(levels[settings.graph.entry.node]).toBe(settings.graph.entry.level)
  let place = 0
  for (const count of linkCounts) {
    const own = links.subarray(place, place + count)
    place += count
    expect(new Set(own).size).toBe(count)
  }
  const isLive = (offset: number) => ((live[offset >> 3]! >> (offset & 7)) & 1) === 1
  expect([...Array(1130).keys()].filter(isLive).length).toBe(index.liveCount)
  expect(sealBytes(openBytes(bytes))).toEqual(bytes)
})

const PLAIN: History = {
  metric: 'l2',
  dim: 3,
  m: 4,
  alpha: 1.1,
  seed: 5,
  graph: true,
  bulk: true,
  count: 1100,
  more: 0,
  deleted: 0,
  isVacuumed: false,
}

async function expectRefused(bytes: Uint8Array, what: string): Promise<void> {
  const error = await HnswIndex.from(bytes).then(
    () => 'none',
    (error: unknown) => error,
  )
  expect(isVoisinError(error) && ['corrupt-data', 'unsupported'].includes(error.code), `${what}: ${error}`).toBe(true)
}

test('bytes may lie at any address', async () => {
  const index = await built(PLAIN)
  const bytes = index.toBytes()
  for (let shift = 1; shift < 8; shift++) {
    const shifted = new Uint8Array(bytes.length + 16).fill(255).subarray(shift, shift + bytes.length)
    shifted.set(bytes)
    await expectSame(index, await HnswIndex.from(shifted), clusters(1, 3, 3)(1))
  }
})

test('any byte of the header and of the settings changed is noticed, and one of every hundred after them', async () => {
  const bytes = (await built(PLAIN)).toBytes()
  const textBytes = new DataView(bytes.buffer).getUint32(16, true)
  for (let at = 0; at < bytes.length; at += at < HEADER_BYTES + textBytes ? 1 : 101) {
    for (const bit of at < HEADER_BYTES ? [0, 1, 2, 3, 4, 5, 6, 7] : [at & 7]) {
      const damaged = bytes.slice()
      damaged[at]! ^= 1 << bit
      await expectRefused(damaged, `byte ${at}`)
    }
  }
})

test('bytes cut short or with something behind are refused', async () => {
  const bytes = (await built(PLAIN)).toBytes()
  for (let length = 0; length < bytes.length; length += length < 600 ? 1 : 97)
    await expectRefused(bytes.slice(0, length), `${length}`)
  for (const more of [1, 2, 3, 4, 8]) {
    const longer = new Uint8Array(bytes.length + more)
    longer.set(bytes)
    await expectRefused(longer, `${more} more`)
    reseal(longer)
    await expectRefused(longer, `${more} more, sealed`)
  }
  await expectRefused(new Uint8Array(1000), 'zeros')
})

test('bytes of another version are refused as such', async () => {
  const bytes = (await built({ ...PLAIN, count: 3 })).toBytes()
  bytes[8] = 2
  reseal(bytes)
  await expect(HnswIndex.from(bytes)).rejects.toMatchObject({ code: 'unsupported', received: 'version 2' })
})
