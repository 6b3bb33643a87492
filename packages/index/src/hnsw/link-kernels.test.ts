import type { Metric } from '@voisin/spec'
import { expect, test } from 'vitest'
import { METRICS } from '../metric-code.ts'
import { type CodedNode, nodeDistance } from '../reference/code-distances.ts'
import { assign, type Candidate, leaf, linksOf, type Measure, offer, select } from '../reference/links.ts'
import { codedNodes, extremeCodes, openSpace, readKeys, WAYS, type Way, writeNodes } from '../testing/code-space.ts'
import { seeded } from '../testing/random.ts'
import type { Space } from './space.ts'

const cases = METRICS.flatMap((metric) => WAYS.map((way) => [way.way, metric, way] as const))
const ALPHAS = [1, 1.1, 2]

interface Parts {
  readonly space: Space
  readonly measure: Measure
  readonly alphaInverse: number
  readonly random: () => number
}

/** Nodes about a few centres, some of them equal, and the extremes. */
function nodesFor(metric: Metric, dim: number, count: number, random: () => number): CodedNode[] {
  const extremes = extremeCodes(random, dim)
  const centres = Array.from({ length: 1 + (count >> 5) }, () => extremes[8]!.map(() => 10 + Math.floor(random() * 108)))
  const codes = Array.from({ length: count }, (_, i) => {
    if (i < extremes.length) return extremes[i]!
    const centre = centres[i % centres.length]!
    const spread = i % 9 === 0 ? 0 : 8
    return centre.map((code, at) => (at < dim ? code + Math.floor((random() - 0.5) * spread) : 64))
  })
  return codedNodes(metric, codes)
}

async function partsOf(way: Way, metric: Metric, dim: number, count: number, { m = 16, alpha = 1.1 } = {}): Promise<Parts> {
  const random = seeded(dim * count)
  const nodes = nodesFor(metric, dim, count, random)
  const one = 63 * 63 * dim
  const space = await openSpace(way, { dim, metric, count, m, alpha })
  writeNodes(space, nodes)
  space.memory.kernels.setOne(one)
  const known = new Map<number, number>()
  const measure = (a: number, b: number): number => {
    const key = Math.min(a, b) * count + Math.max(a, b)
    const distance = known.get(key) ?? nodeDistance(metric, one, nodes[a]!, nodes[b]!)
    known.set(key, distance)
    return distance
  }
  return { space, measure, alphaInverse: Math.floor(65536 / alpha), random }
}

/** Some of the nodes in random order, each once. */
function drawn(random: () => number, count: number, size: number): number[] {
  const nodes = [...Array(count).keys()]
  for (let i = 0; i < size; i++) {
    const j = i + Math.floor(random() * (count - i))
    const node = nodes[j]!
    nodes[j] = nodes[i]!
    nodes[i] = node
  }
  return nodes.slice(0, size)
}

const asCandidates = (space: Space, at: number, size: number): Candidate[] =>
  readKeys(space, at, size)
    .filter(({ high }) => high !== 0xffffffff)
    .map(({ high, low }) => ({ node: low >>> 1, distance: high }))

function writeKeys({ u32 }: Space, at: number, keys: readonly Candidate[]): void {
  for (const [i, { node, distance }] of keys.entries()) u32.set([node * 2, distance], at / 4 + i * 2)
}

test.each(cases)('%s kernels find the links of a %s leaf as the scalar twin does', async (_, metric, way) => {
  for (const alpha of ALPHAS) {
    const { space, measure, alphaInverse, random } = await partsOf(way, metric, 40, 300, { alpha })
    for (const [size, nearest, most] of [
      [1, 1, 1],
      [2, 24, 8],
      [3, 2, 2],
      [5, 4, 8],
      [64, 24, 8],
      [65, 64, 64],
      [285, 24, 8],
    ] as const) {
      const nodes = drawn(random, 300, size)
      const at = space.scratch(4096 + size * most * 8 + space.memory.kernels.leafScratchBytes(size, nearest))
      space.u32.set(nodes, at / 4)
      space.memory.kernels.leaf(at, size, nearest, most, at + 4096, at + 4096 + size * most * 8)
      const found = nodes.map((_, i) => asCandidates(space, at + 4096 + i * most * 8, most))
      expect(found, `alpha ${alpha}, ${size} nodes`).toEqual(leaf(nodes, nearest, most, alphaInverse, measure))
    }
  }
})

test.each(cases)('%s kernels give nodes to their nearest %s leaders as the scalar twin does', async (_, metric, way) => {
  const { space, measure, random } = await partsOf(way, metric, 70, 300)
  const { kernels } = space.memory
  for (const [size, leaderCount, fanout] of [
    [1, 2, 1],
    [3, 2, 2],
    [4, 8, 3],
    [57, 10, 8],
    [300, 42, 6],
  ] as const) {
    const leaders = drawn(random, 300, leaderCount)
    const nodes = drawn(random, 300, size)
    const panelBytes = Math.ceil(kernels.panelBytes(leaderCount, false) / 64) * 64
    const at = space.scratch(8192 + panelBytes + size * fanout * 4 + 64 + kernels.assignScratchBytes())
    const out = at + 8192 + panelBytes
    space.u32.set(nodes, at / 4)
    space.u32.set(leaders, at / 4 + 1024)
    kernels.gatherCodes(at + 4096, leaderCount, leaderCount, at + 8192)
    kernels.assign(at, size, at + 8192, leaderCount, fanout, out, Math.ceil((out + size * fanout * 4) / 64) * 64)
    const found = nodes.map((_, i) => [...space.u32.subarray(out / 4 + i * fanout, out / 4 + (i + 1) * fanout)])
    expect(found, `${size} nodes, ${leaderCount} leaders`).toEqual(assign(nodes, leaders, fanout, measure))
  }
})

test.each(cases)('%s kernels choose among %s candidates as the scalar twin does', async (_, metric, way) => {
  const count = 250
  for (const alpha of ALPHAS) {
    const { space, measure, alphaInverse } = await partsOf(way, metric, 20, count, { alpha })
    const { kernels } = space.memory
    const lists = space.scratch(count * 255 * 8 + count)
    kernels.placeCandidates(lists, lists + count * 255 * 8, 255)
    for (const [size, most] of [
      [0, 5],
      [1, 1],
      [9, 4],
      [249, 24],
      [249, 249],
    ] as const) {
      for (const node of [0, 1, 11, 100, 249]) {
        const all: Candidate[] = []
        for (let other = 0; other < count; other++) if (other !== node) all.push({ node: other, distance: measure(node, other) })
        const candidates = all.sort((a, b) => a.distance - b.distance || a.node - b.node).slice(0, size)
        writeKeys(space, lists + node * 255 * 8, candidates)
        space.u8[lists + count * 255 * 8 + node] = size
        kernels.chooseForward(node, node + 1, most)
        const wanted = select(candidates, most, alphaInverse, measure)
        expect(space.u8[lists + count * 255 * 8 + node]).toBe(wanted.length)
        expect(asCandidates(space, lists + node * 255 * 8, wanted.length), `alpha ${alpha}, ${size}`).toEqual(wanted)
      }
    }
  }
})

test.each(cases)('%s kernels link %s candidates, back too, as the scalar twin does', async (_, metric, way) => {
  const count = 200
  for (const [m, forward, capacity, most] of [
    [4, 6, 10, 8],
    [16, 24, 64, 8],
    [8, 12, 13, 12],
  ] as const) {
    const { space, measure, alphaInverse, random } = await partsOf(way, metric, 33, count, { m })
    const { kernels } = space.memory
    const keys = count * capacity * 8
    const lists = space.scratch(keys + 256 + 4096 + 64 * most * 8)
    const nodesAt = lists + keys + 256
    space.u8.fill(0, lists + keys, lists + keys + count)
    kernels.placeCandidates(lists, lists + keys, capacity)
    const wanted: Candidate[][] = Array.from({ length: count }, () => [])
    for (let round = 0; round < 20; round++) {
      const nodes = drawn(random, count, 64)
      const found = leaf(nodes, 24, most, alphaInverse, measure)
      space.u32.set(nodes, nodesAt / 4)
      space.u32.fill(0xffffffff, nodesAt / 4 + 1024, nodesAt / 4 + 1024 + 64 * most * 2)
      for (const [i, list] of found.entries()) {
        writeKeys(space, nodesAt + 4096 + i * most * 8, list)
        for (const candidate of list) offer(wanted[nodes[i]!]!, candidate, capacity)
      }
      kernels.gatherCandidates(nodesAt, nodes.length, nodesAt + 4096, most)
    }
    const gathered = wanted.map((_, node) => asCandidates(space, lists + node * capacity * 8, space.u8[lists + keys + node]!))
    expect(gathered).toEqual(wanted)
    const { m0 } = space.parameters
    const { chosen, links } = linksOf(wanted, { capacity, forward, m0, alphaInverse }, measure)
    const { u8, u32, regions } = space
    kernels.chooseForward(0, count, forward)
    const counts = Array.from(u8.subarray(regions.at.linkCounts, regions.at.linkCounts + count))
    expect(counts.map((size, node) => asCandidates(space, lists + node * capacity * 8, size))).toEqual(chosen)
    kernels.offerBack(0, count)
    kernels.writeLinks(0, count)
    const linked = links.map((_, node) => {
      const first = regions.at.links / 4 + node * m0
      return [...u32.subarray(first, first + u8[regions.at.linkCounts + node]!)]
    })
    expect(linked).toEqual(links)
  }
})
