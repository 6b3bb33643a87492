import type { Metric } from '@voisin/spec'
import { expect, test } from 'vitest'
import { METRICS } from '../metric-code.ts'
import {
  type CodedNode,
  lowerBound,
  nodeDistance,
  type PreparedQuery,
  prepareQuery,
  queryDistance,
} from '../reference/code-distances.ts'
import {
  codedNodes,
  DIMS,
  distanceOfKey,
  extremeCodes,
  openSpace,
  readKeys,
  tameRow,
  WAYS,
  type Way,
  writeNodes,
} from '../testing/code-space.ts'
import { randomFloats, seeded } from '../testing/random.ts'
import { NO_NODE, type Space } from './space.ts'

// Whether a walk or a leaf asks, whatever the instructions: the integers are those of the scalar twins. The codes are as large as they can
// be, so that a sum that saturates somewhere on its way would show.

const CLIP = 0.125
const cases = METRICS.flatMap((metric) => WAYS.map((way) => [way.way, metric, way] as const))

/** Lets the first node link to all others, so that a walk meets every node. */
function writeStar(space: Space, count: number): void {
  const { u8, u32, regions } = space
  for (let node = 1; node < count; node++) u32[regions.at.links / 4 + node - 1] = node
  u8[regions.at.linkCounts] = count - 1
  space.entry = { node: 0, level: 0 }
}

/** Distances by node of what a walk found. */
function walked(space: Space, pool: number, size: number): Map<number, number> {
  return new Map(readKeys(space, pool, size).map(({ high, low }) => [low >>> 1, high]))
}

/** Distances between all nodes of a leaf, by their places: no candidate is passed over, since alpha is without limit. */
function leafDistances(space: Space, count: number): Map<number, number>[] {
  const { u32, fixed, memory } = space
  u32[fixed.table / 4 + 12] = 0
  memory.kernels.place(fixed.table)
  const others = Math.max(1, count - 1)
  const out = space.scratch(4096 + count * others * 8 + memory.kernels.leafScratchBytes(count, others)) + 4096
  space.u32.set([...Array(count).keys()], (out - 4096) / 4)
  memory.kernels.leaf(out - 4096, count, others, others, out, out + count * others * 8)
  return Array.from({ length: count }, (_, i) => walked(space, out + i * others * 8, others))
}

function expectDistances(found: readonly Map<number, number>[], wanted: readonly number[][], what: string): void {
  for (const [i, row] of wanted.entries()) {
    for (const [j, distance] of row.entries()) {
      if (i !== j && found[i]!.get(j) !== distance) expect(found[i]!.get(j), `${what}: from ${i} to ${j}`).toBe(distance)
    }
  }
}

test.each(cases)('%s kernels measure %s between codes as the scalar twin does', async (_, metric, way) => {
  for (const dim of DIMS) {
    const nodes = codedNodes(metric, extremeCodes(seeded(dim), dim))
    const one = 63 * 63 * Math.min(dim, 20)
    const wanted = nodes.map((a) => nodes.map((b) => nodeDistance(metric, one, a, b)))
    const space = await openSpace(way, { dim, metric, count: nodes.length })
    writeNodes(space, nodes)
    space.memory.kernels.setOne(one)
    writeStar(space, nodes.length)
    const pool = space.scratch(nodes.length * 8)
    const byWalks = nodes.map((_, node) =>
      walked(space, pool, space.memory.kernels.searchNode(node, nodes.length, nodes.length, pool)),
    )
    expectDistances(byWalks, wanted, `dim ${dim}, walk`)
    expectDistances(leafDistances(space, nodes.length), wanted, `dim ${dim}, leaf`)
  }
})

/** Queries of which each code is as large as it can be, some about as large as four sums in an i16 bear, one much smaller and one much larger than the vectors, and zeros. */
function queriesFor(metric: Metric, dim: number): Float32Array[] {
  const random = seeded(dim + 7)
  const queries = [
    new Float32Array(dim).fill(1),
    new Float32Array(dim).fill(-1),
    Float32Array.from({ length: dim }, (_, i) => (i % 2 ? 1 : -1)),
    Float32Array.from({ length: dim }, (_, i) => tameRow(i, 258)),
    Float32Array.from({ length: dim }, (_, i) => -tameRow(i, 258)),
    Float32Array.from({ length: dim }, (_, i) => tameRow(i, 259)),
    Float32Array.from({ length: dim }, (_, i) => -tameRow(i, 259)),
    randomFloats(random, dim),
    randomFloats(random, dim).map((element) => element * 1e-6),
    randomFloats(random, dim).map((element) => element * 1e6),
  ]
  if (metric !== 'cosine') return [...queries, new Float32Array(dim)]
  return queries.map((query) => {
    const norm = Math.sqrt(query.reduce((sum, element) => sum + element * element, 0))
    return query.map((element) => element / norm)
  })
}

/** Random errors, lengths and squares in place of those of the vectors that there are not. */
function writeParts(space: Space, count: number): Float32Array[] {
  const { f32, regions, metric } = space
  const random = seeded(count)
  const write = (name: 'errors' | 'lengths' | 'squares'): Float32Array => {
    const parts = randomFloats(random, count).map(Math.abs)
    f32.set(parts, regions.at[name] / 4)
    return parts
  }
  const none = new Float32Array(count)
  return [write('errors'), metric === 'cosine' ? none : write('lengths'), metric === 'l2' ? write('squares') : none]
}

function setQuery({ f32, fixed, vectorBytes }: Space, query: Float32Array): void {
  f32.fill(0, fixed.query / 4, (fixed.query + vectorBytes) / 4)
  f32.set(query, fixed.query / 4)
}

function expectPrepared(space: Space, wanted: PreparedQuery, what: string): void {
  const { u8, f32, fixed, metric, codeBytes } = space
  const i32 = new Int32Array(space.u32.buffer)
  expect(new Int8Array(u8.buffer, fixed.signed, codeBytes), what).toEqual(wanted.signed)
  expect(i32[fixed.row / 4 - 4], `${what}: base`).toBe(wanted.base + wanted.bias * (metric === 'l2' ? 2 : 1))
  expect(f32[fixed.row / 4 - 3], `${what}: scale`).toBe(wanted.normScale)
  expect([...f32.subarray(fixed.terms / 4, fixed.terms / 4 + 5)], `${what}: terms`).toEqual(wanted.terms)
  expect(i32[fixed.terms / 4 + 5], `${what}: bias`).toBe(wanted.bias)
}

/** Lower bounds by node that a scan of all codes remembered. */
function scannedBounds(space: Space, count: number): Map<number, number> {
  const { fixed, memory } = space
  const pool = space.scratch(8 + count * 8)
  memory.kernels.scanCodes(0, count, 1, count, pool, pool + 8, fixed.terms, 0, fixed.room)
  return new Map(readKeys(space, pool + 8, count).map(({ high, low }) => [low, distanceOfKey(high)]))
}

/** The same of a batch, for each query. */
function batchBounds(space: Space, queries: readonly Float32Array[], count: number): Map<number, number>[] {
  const { fixed, memory, codeBytes } = space
  const { kernels } = memory
  const groups = Math.ceil(queries.length / 4)
  const rowStep = kernels.fullRowBytes() - 16
  const rows = space.scratch(4096 + groups * 4 * (rowStep + 40 + count * 8) + 2 * codeBytes + 64)
  const terms = rows + groups * 4 * rowStep
  const lists = terms + groups * 128
  const sizes = lists + groups * 4 * count * 8
  const worst = sizes + groups * 16
  const tame = worst + groups * 16
  const headed = Math.ceil((tame + groups * 4) / 64) * 64 + 64
  for (let i = 0; i < groups * 4; i++) {
    setQuery(space, queries[Math.min(i, queries.length - 1)]!)
    kernels.prepareQuery(CLIP, fixed.signed, headed, terms + (i >> 2) * 96 + (i & 3) * 4, 16)
    space.u8.copyWithin(rows + i * rowStep, headed, headed + rowStep)
  }
  space.u32.fill(0, sizes / 4, sizes / 4 + groups * 4)
  space.f32.fill(Number.POSITIVE_INFINITY, worst / 4, worst / 4 + groups * 4)
  kernels.scanBatch(rows, groups, count, terms, count, lists, sizes, worst, tame)
  return queries.map(
    (_, i) => new Map(readKeys(space, lists + i * count * 8, count).map(({ high, low }) => [low, distanceOfKey(high)])),
  )
}

async function expectQueries(way: Way, metric: Metric, dim: number): Promise<void> {
  const nodes: CodedNode[] = codedNodes(metric, extremeCodes(seeded(dim), dim))
  const count = nodes.length
  const space = await openSpace(way, { dim, metric, count })
  writeNodes(space, nodes)
  writeStar(space, count)
  const [errors, lengths, squares] = writeParts(space, count) as [Float32Array, Float32Array, Float32Array]
  const queries = queriesFor(metric, dim)
  const prepared = queries.map((query) => prepareQuery(metric, query, CLIP))
  const wanted = prepared.map((query) =>
    nodes.map(({ code }, i) => lowerBound(metric, query, code, { error: errors[i]!, length: lengths[i]!, square: squares[i]! })),
  )
  for (const [i, query] of queries.entries()) {
    const what = `dim ${dim}, query ${i}`
    setQuery(space, query)
    space.memory.kernels.prepareQuery(CLIP, space.fixed.signed, space.fixed.row, space.fixed.terms, 4)
    expectPrepared(space, prepared[i]!, what)
    const pool = space.scratch(count * 8)
    const found = walked(space, pool, space.memory.kernels.searchGraph(count, count, pool, NO_NODE))
    for (const [node, { code }] of nodes.entries()) {
      expect(found.get(node), `${what}, node ${node}`).toBe(queryDistance(metric, prepared[i]!, code))
    }
    const bounds = scannedBounds(space, count)
    for (const [node, bound] of wanted[i]!.entries()) expect(bounds.get(node), `${what}, bound of ${node}`).toBe(bound)
  }
  for (const [i, bounds] of batchBounds(space, queries, count).entries()) {
    for (const [node, bound] of wanted[i]!.entries()) expect(bounds.get(node), `dim ${dim}, batch ${i}, ${node}`).toBe(bound)
  }
}

test.each(cases)('%s kernels prepare a %s query, measure it and bound it as the scalar twin does', async (_, metric, way) => {
  for (const dim of DIMS) await expectQueries(way, metric, dim)
})
