import { beforeAll, expect, test } from 'vitest'
import { clustered } from '../data/clustered.ts'
import { uniform } from '../data/uniform.ts'
import type { VectorSet } from '../data/vector-set.ts'
import type { Engine, EngineKind, Search } from './engine.ts'
import { KINDS } from './kinds.ts'
import { loadKind } from './load-kind.ts'
import { flatOracle, recallOf, type Truth, trueNeighbours, truthOf } from './truth.ts'

/** Enough for a graph: a smaller index has none and scans. */
const COUNT = 1200
const QUERIES = 40
const K = 10

let set: VectorSet
let queries: Float32Array[]

beforeAll(async () => {
  set = await clustered(COUNT, QUERIES)
  queries = Array.from({ length: QUERIES }, (_, row) => set.queries.subarray(row * set.dim, (row + 1) * set.dim))
})

const built = async (kind: EngineKind) => (await loadKind(kind))(set, { spare: 1, progress: () => {} })

async function exactTruth(allow: Uint8Array): Promise<Truth> {
  const oracle = await flatOracle(set, 0)
  const truth = truthOf(oracle.exactly, queries, K, allow)
  oracle.close()
  return truth
}

async function recall(search: Search): Promise<number> {
  const truth = trueNeighbours(set, QUERIES, K)
  const found = await Promise.all(queries.map((query) => search(query, K)))
  return recallOf(found, { accepted: truth, sizes: truth.map(({ size }) => size) })
}

/** Every way an engine can search all points, by mode. */
function searches(kind: EngineKind, { graph, scans, batched }: Engine): [mode: string, search: Search][] {
  const single = Object.entries(batched ?? {}).map(([mode, many]): [string, Search] => [mode, (query, k) => many(query, k)[0]!])
  return [...(graph ? [[kind.mode, graph] as [string, Search]] : []), ...Object.entries(scans ?? {}), ...single]
}

test.each(KINDS)('$engine $mode finds the true neighbours, so that its time is worth comparing', async (kind) => {
  const engine = await built(kind)
  await engine.setEf?.(kind.efs?.[1] ?? 64)
  const ways = searches(kind, engine)
  expect(ways.length).toBeGreaterThan(0)
  for (const [mode, search] of ways) expect(await recall(search), mode).toBeGreaterThanOrEqual(0.95)
  expect(engine.bytesPerVector).toBeGreaterThanOrEqual(set.dim)
  await engine.close()
})

test.each(KINDS.filter(({ rows }) => rows.includes('filtered')))(
  '$engine $mode finds the allowed neighbours only',
  async (kind) => {
    const engine = await built(kind)
    const allow = Uint8Array.from({ length: COUNT / 8 }, () => 0b10001)
    const allows = (offset: number) => offset % 4 === 0
    const truth = await exactTruth(allow)
    await engine.setEf?.(64)
    for (const [mode, search] of Object.entries(engine.filtered!)) {
      const found = queries.map((query) => Array.from(search(query, K, { allow, allows })))
      expect(
        found.flat().filter((offset) => !allows(offset)),
        mode,
      ).toEqual([])
      expect(recallOf(found, truth), mode).toBeGreaterThanOrEqual(0.95)
    }
    await engine.close()
  },
)

test.each(KINDS.filter(({ rows }) => rows.includes('insert')))('$engine $mode finds what was added', async (kind) => {
  const engine = await built(kind)
  engine.add!(queries[0]!)
  expect((await engine.graph!(queries[0]!, 1))[0]).toBe(COUNT)
  await engine.close()
})

test('an engine that cannot be loaded says which one it is', async () => {
  const broken: EngineKind = { ...KINDS[0]!, engine: 'broken', load: () => Promise.reject(new Error('no such file')) }
  await expect(loadKind(broken)).rejects.toThrow('broken could not be loaded: no such file')
})

test('the fast truth is that of f64', async () => {
  for (const each of [set, await uniform(COUNT, QUERIES)]) {
    const oracle = await flatOracle(each, 0)
    const rows = Array.from({ length: QUERIES }, (_, row) => each.queries.subarray(row * each.dim, (row + 1) * each.dim))
    for (const k of [1, 10, 100]) {
      const { accepted } = truthOf(oracle.exactly, rows, k)
      for (const [row, nearest] of trueNeighbours(each, QUERIES, k).entries()) expect(accepted[row]).toEqual(nearest)
    }
    oracle.close()
  }
})

test('equal points are equally right, and one found twice counts once', async () => {
  const dim = 4
  const points = Float32Array.from([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0])
  const query = Float32Array.from([1, 0, 0, 0])
  const oracle = await flatOracle({ name: 'equal', dim, points, queries: query }, 0)
  const truth = truthOf(oracle.exactly, [query], 2)
  expect(recallOf([[0, 1]], truth)).toBe(1)
  expect(recallOf([[2, 0]], truth)).toBe(1)
  expect(recallOf([[2, 2]], truth)).toBe(0.5)
  expect(recallOf([[3, 2]], truth)).toBe(0.5)
  oracle.close()
})

test('the made-up vectors have neighbours: a query is far nearer to its tenth than to most', async () => {
  const larger = await clustered(COUNT * 5, QUERIES)
  const oracle = await flatOracle(larger, 0)
  const rows = Array.from({ length: QUERIES }, (_, row) => larger.queries.subarray(row * larger.dim, (row + 1) * larger.dim))
  const cosine = (query: Float32Array, offset: number) =>
    query.reduce((sum, value, i) => sum + value * larger.points[offset * larger.dim + i]!, 0)
  let near = 0
  let random = 0
  for (const [row, query] of rows.entries()) {
    near += cosine(query, oracle.exactly(query, 10).offsets[9]!) / QUERIES
    random += cosine(query, row * 7) / QUERIES
  }
  oracle.close()
  expect(near).toBeGreaterThan(0.5)
  expect(Math.abs(random)).toBeLessThan(0.2)
})

test('made-up vectors have the dimensions asked for', async () => {
  for (const make of [clustered, uniform]) {
    const { dim, points } = await make(10, 1, 128)
    expect([dim, points.length]).toEqual([128, 1280])
  }
})
