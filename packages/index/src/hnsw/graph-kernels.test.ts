import { expect, test } from 'vitest'
import { METRICS } from '../metric-code.ts'
import { nodeDistance } from '../reference/code-distances.ts'
import { ReferenceGraph } from '../reference/graph.ts'
import { codedNodes, openSpace, readKeys, WAYS, writeNodes } from '../testing/code-space.ts'
import { seeded } from '../testing/random.ts'
import { Graph } from './graph.ts'
import { NO_NODE, type Space } from './space.ts'

const cases = METRICS.flatMap((metric) => WAYS.map((way) => [way.way, metric, way] as const))

/** Codes about some centres, every ninth equal to its centre. */
function codesAbout(random: () => number, dim: number, count: number): Uint8Array[] {
  const padded = Math.ceil(dim / 64) * 64
  const draw = (middle: number, spread: number) => Math.max(0, Math.min(127, Math.round(middle + (random() - 0.5) * spread)))
  const centres = Array.from({ length: 12 }, () => Uint8Array.from({ length: padded }, () => draw(64, 90)))
  return Array.from({ length: count }, (_, i) => centres[i % 12]!.map((code, at) => (at < dim ? draw(code, i % 9 ? 40 : 0) : 64)))
}

/** Links by level and node, as they lie in memory. */
function linksOf({ u8, u32, regions, parameters }: Space, count: number): Map<number, number[]>[] {
  const { m, m0 } = parameters
  const levels: Map<number, number[]>[] = []
  for (let node = 0; node < count; node++) {
    for (let level = 0; level <= u8[regions.at.levels + node]!; level++) {
      const record = regions.at.arena / 4 + (u32[regions.at.uppers / 4 + node]! + level - 1) * (m + 1)
      const first = level === 0 ? regions.at.links / 4 + node * m0 : record + 1
      const size = level === 0 ? u8[regions.at.linkCounts + node]! : u32[record]!
      const links = levels[level] ?? new Map<number, number[]>()
      levels[level] = links.set(node, [...u32.subarray(first, first + size)])
    }
  }
  return levels
}

test.each(cases)('%s kernels link, walk and mend a %s graph as the scalar twin does', async (_, metric, way) => {
  for (const [dim, m, alpha] of [
    [3, 4, 1],
    [70, 8, 1.1],
    [200, 4, 1.5],
  ] as const) {
    const count = 300
    const random = seeded(dim)
    const nodes = codedNodes(metric, codesAbout(random, dim, count))
    const one = 20 * 20 * dim
    const space = await openSpace(way, { dim, metric, count, m, alpha })
    writeNodes(space, nodes)
    const { memory, u8, regions } = space
    const { kernels } = memory
    kernels.setOne(one)
    const graph = new Graph(space)
    const twin = new ReferenceGraph({
      m,
      efConstruction: m,
      forward: m + (m >> 1),
      alphaInverse: Math.floor(65536 / alpha),
      measure: (a, b) => nodeDistance(metric, one, nodes[a]!, nodes[b]!),
    })
    for (let node = 0; node < count; node++) {
      graph.insert(node)
      twin.insert(node, u8[regions.at.levels + node]!)
    }
    expect(linksOf(space, count)).toEqual(twin.links)
    expect(space.entry?.node).toBe(twin.entry)

    const deleted = new Set<number>()
    for (let i = 0; i < 90; i++) {
      const node = Math.floor(random() * count)
      if (deleted.has(node)) continue
      deleted.add(node)
      u8[regions.at.live + (node >> 3)]! &= ~(1 << (node & 7))
      graph.bypass(node)
      twin.bypass(node, (other) => !deleted.has(other))
    }
    expect(linksOf(space, count)).toEqual(twin.links)

    // Epochs of visiting run out after 255 walks.
    for (let walk = 0; walk < 600; walk++) {
      const node = walk % count
      const ef = 1 + (walk % 30)
      const pool = space.scratch(ef * 8)
      const size = kernels.searchNode(node, ef, count, pool)
      const found = readKeys(space, pool, size).map(({ high, low }) => ({ node: low >>> 1, distance: high }))
      const wanted = twin.search((other) => nodeDistance(metric, one, nodes[node]!, nodes[other]!), ef, node)
      if (walk < 60 || walk > 240) expect(found, `walk ${walk}`).toEqual(wanted)
    }
  }
})

test('a walk of a graph without nodes finds nothing', async () => {
  const space = await openSpace(WAYS[2], { dim: 3, metric: 'l2', count: 1 })
  expect(space.memory.kernels.searchGraph(10, 0, space.scratch(80), NO_NODE)).toBe(0)
})
