import type { KernelMemory } from '../kernels.ts'
import { BuildSpace } from './build-space.ts'
import type { Codes } from './codes.ts'
import { connect } from './connect.ts'
import { type Leaves, OwnLeaves } from './leaves.ts'
import type { Links } from './links.ts'
import { drawnLevel, seeded } from './parameters.ts'
import { partition } from './partition.ts'
import { type BuildHelper, SharedLeaves } from './shared-leaves.ts'
import type { Space } from './space.ts'

// The bulk build: random partitions into leaves (each several times), all distances within a leaf, the neighbour heuristic on what they found,
// links back, the upper levels by ordinary insertion, and a link to whatever cannot be reached. The result is an ordinary HNSW.

/** Partitions of all nodes. */
const ROUNDS = 2
/** Candidates of an upper level's insertion. */
const UPPER_EF = 64
/** A node of this many goes up a level. */
const UPPER_RATE = 32
/** Nodes that choose their links in one step: about 2 ms. */
const NODES_AT_ONCE = 128
const COPY_AT_ONCE = 4096

/**
 * Builds a graph over the vectors at some offsets, at least one, whose codes are written. Yields the share done, 0 … 1, every few milliseconds.
 * Meanwhile vectors may be added and deleted.
 * @param memory A fresh one.
 * @param helpers Other threads that compute leaves; of use only where the memory is shared.
 * @returns Links whose nodes are numbers of `offsets`; they lie in that memory.
 * @throws {LimitError} It would pass 4 GiB.
 */
export function* buildGraph(
  index: Space,
  memory: KernelMemory,
  codes: Codes,
  offsets: Uint32Array,
  helpers: readonly BuildHelper[],
): Generator<number, Links> {
  const count = offsets.length
  const space = new BuildSpace(memory, index, count)
  let generation: number
  do {
    // Codes that are written anew meanwhile would be of two kinds.
    generation = codes.generation
    for (let from = 0; from < count; from += COPY_AT_ONCE) {
      copyCodes(index, space, offsets, from, Math.min(count, from + COPY_AT_ONCE))
      yield 0
    }
  } while (generation !== codes.generation)
  const { one } = codes
  memory.kernels.setOne(one)
  const leaves =
    memory.shared === undefined || helpers.length === 0 ? new OwnLeaves(space) : new SharedLeaves(space, one, helpers)
  const order = new Uint32Array(count)
  try {
    yield* linkLeaves(space, index.parameters.seed, leaves, order)
  } finally {
    leaves.close()
  }
  const { kernels } = memory
  // Chosen near ones together: what they compare is then in the cache.
  const passes: ((from: number, to: number) => void)[] = [
    (from, to) => kernels.chooseForward(from, to, Math.min(index.parameters.m0, index.parameters.m + (index.parameters.m >> 1))),
    (from, to) => kernels.offerBack(from, to),
    (from, to) => kernels.writeLinks(from, to),
  ]
  for (const [number, pass] of passes.entries()) {
    for (let from = 0; from < count; from += NODES_AT_ONCE) {
      pass(from, Math.min(count, from + NODES_AT_ONCE))
      yield 0.75 + 0.08 * (number + from / count)
    }
  }
  const records = yield* linkUpperLevels(space, index.parameters.seed)
  for (const _ of connect(space)) yield 0.995
  return linksIn(space, order, records)
}

function linksIn({ u8, u32, at, count, m, m0 }: BuildSpace, order: Uint32Array, records: number): Links {
  const words = (start: number, length: number) => u32.subarray(start / 4, start / 4 + length)
  return {
    order,
    links: words(at.links, count * m0),
    linkCounts: u8.subarray(at.linkCounts, at.linkCounts + count),
    levels: u8.subarray(at.levels, at.levels + count),
    uppers: words(at.uppers, count),
    arena: words(at.arena, records * (m + 1)),
    records,
    entry: { node: u32[at.state / 4]!, level: u32[at.state / 4 + 1]! },
  }
}

function copyCodes(index: Space, space: BuildSpace, offsets: Uint32Array, from: number, to: number): void {
  const { regions, u8, u32, codeBytes, metric } = index
  for (let i = from; i < to; i++) {
    const node = u32[regions.at.nodeOf / 4 + offsets[i]!]!
    const code = regions.at.codes + node * codeBytes
    space.u8.set(u8.subarray(code, code + codeBytes), space.at.codes + i * codeBytes)
    if (metric !== 'cosine') space.u32[space.at.codeNorms / 4 + i] = u32[regions.at.codeNorms / 4 + node]!
    if (metric === 'dot') space.u32[space.at.codeGaps / 4 + i] = u32[regions.at.codeGaps / 4 + node]!
  }
}

/** Parts the nodes and links within the leaves, round after round; writes the order in which the first round met them. */
function* linkLeaves(space: BuildSpace, seed: number, leaves: Leaves, order: Uint32Array): Generator<number, void> {
  const { count } = space
  const random = seeded(seed)
  const isPlaced = new Uint8Array(count)
  let placed = 0
  const nodes = Uint32Array.from({ length: count }, (_, i) => i)
  for (let round = 0; round < ROUNDS; round++) {
    let done = 0
    const onLeaf = function* (leaf: Uint32Array): Generator<void, void> {
      for (const node of round === 0 ? leaf : []) {
        if (isPlaced[node]) continue
        isPlaced[node] = 1
        order[placed++] = node
      }
      done += leaf.length
      yield* leaves.link(leaf)
    }
    for (const _ of partition(space, nodes, random, onLeaf)) yield (0.75 * (round + Math.min(1, done / (count * 8)))) / ROUNDS
    for (const _ of leaves.finish()) yield (0.75 * (round + 1)) / ROUNDS
  }
}

function* linkUpperLevels(space: BuildSpace, seed: number): Generator<number, number> {
  const { at, count, m, memory } = space
  const raised: number[] = []
  let records = 0
  for (let node = 0; node < count; node++) {
    const level = Math.min(drawnLevel(seed, node, UPPER_RATE), space.arenaCapacity - records)
    space.u8[at.levels + node] = level
    if (level === 0) continue
    space.u32[at.uppers / 4 + node] = records
    records += level
    raised.push(node)
  }
  space.u32.fill(0, at.arena / 4, at.arena / 4 + records * (m + 1))
  // The walk needs some entry.
  if (raised.length === 0) raised.push(0)
  for (const [i, node] of raised.entries()) {
    memory.kernels.insert(node, space.u8[at.levels + node]!, 1, UPPER_EF, m, count, at.pool)
    if (i % 16 === 15) yield 0.99
  }
  return records
}
