import type { Links } from './links.ts'
import { drawnLevel } from './parameters.ts'
import { NO_NODE, type Space } from './space.ts'

/** Links that are renamed in one step: about a millisecond. */
const NODES_AT_ONCE = 8192

/** The graph of one index: its links are in the space, here is what is done to them. */
export class Graph {
  readonly #space: Space
  #records = 0
  #exists = false
  #deadCount = 0
  #linked = 0
  /** Deleted nodes that are still in others' links. */
  #deferred: number[] = []

  constructor(space: Space) {
    this.#space = space
  }

  get exists(): boolean {
    return this.#exists
  }

  /** Records of the upper levels in use. */
  get records(): number {
    return this.#records
  }

  /** The nodes below this are linked, so far as they are live; a walk finds none beyond. */
  get linked(): number {
    return this.#linked
  }

  /** Deleted nodes that walks may still come by. */
  get deadCount(): number {
    return this.#deadCount
  }

  /** Takes over a graph whose links are in the space already. */
  restore(records: number, entry: { node: number; level: number } | undefined, deadCount: number, linked: number): void {
    this.#records = records
    this.#deadCount = deadCount
    this.#linked = linked
    this.#exists = true
    this.#space.entry = entry
  }

  /** Forgets all links. Nodes are called like their offsets again. */
  clear(count: number): void {
    this.#records = 0
    this.#deadCount = 0
    this.#linked = 0
    this.#deferred = []
    this.#exists = false
    this.#space.entry = undefined
    const { u32, u8, regions } = this.#space
    for (let i = 0; i < count; i++) {
      u32[regions.at.nodeOf / 4 + i] = i
      u32[regions.at.offsetOf / 4 + i] = i
    }
    u8.fill(0, regions.at.linkCounts, regions.at.linkCounts + count)
    u8.fill(0, regions.at.levels, regions.at.levels + count)
  }

  /** Passes over the next node, which is dead. */
  skip(): void {
    this.#linked++
  }

  /** Links a node in, whose code is written. */
  insert(node: number): void {
    const { parameters } = this.#space
    const { m, m0, seed, efConstruction } = parameters
    const pool = this.#space.scratch(efConstruction * 8)
    const { regions, u8, u32, recordBytes, memory } = this.#space
    const level = Math.min(drawnLevel(seed, node, m), Math.max(0, this.#space.arenaCapacity - this.#records))
    const at = regions.at
    u8[at.levels + node] = level
    u8[at.linkCounts + node] = 0
    if (level > 0) {
      u32[at.uppers / 4 + node] = this.#records
      const first = at.arena + this.#records * recordBytes
      u8.fill(0, first, first + level * recordBytes)
      this.#records += level
    }
    memory.kernels.insert(node, level, 0, efConstruction, Math.min(m0, m + (m >> 1)), node + 1, pool)
    this.#linked = node + 1
    this.#exists = true
  }

  /** Takes all nodes from `count` on out of the graph; `records` is how many there were before these. Links they displaced are not restored. */
  truncate(count: number, records: number): void {
    this.#records = records
    this.#linked = Math.min(this.#linked, count)
    const { u32, u8, regions, parameters } = this.#space
    const { at } = regions
    const { m, m0 } = parameters
    let entry: { node: number; level: number } | undefined
    for (let node = 0; node < count; node++) {
      u8[at.linkCounts + node] = keepBelow(u32, at.links / 4 + node * m0, u8[at.linkCounts + node]!, count)
      const level = u8[at.levels + node]!
      for (let i = 0; i < level; i++) {
        const record = at.arena / 4 + (u32[at.uppers / 4 + node]! + i) * (m + 1)
        u32[record] = keepBelow(u32, record + 1, u32[record]!, count)
      }
      if (entry === undefined || level > entry.level) entry = { node, level }
    }
    this.#space.entry = entry
  }

  /** Takes a deleted node out of the links of those it links to; it can still be walked through. */
  bypass(node: number): void {
    if (!this.#exists || node >= this.#linked) return
    this.#space.memory.kernels.bypass(node)
    this.#deadCount++
  }

  /** How many deleted nodes `bypassNext` has still to do. */
  get deferredCount(): number {
    return this.#deferred.length
  }

  /** As `bypass`, but by `bypassNext`; until then walks pass through the node. */
  bypassLater(node: number): void {
    if (this.#exists && node < this.#linked) this.#deferred.push(node)
  }

  /** Bypasses one node that was deferred. Returns whether there was one. */
  bypassNext(): boolean {
    const node = this.#deferred.pop()
    if (node !== undefined) this.bypass(node)
    return node !== undefined
  }

  /**
   * Puts links in place of those of this graph. Until it has ended, codes and links belong to neither: only the f32 path is right. The codes are
   * to be written again afterwards, since nodes are called otherwise.
   * @param offsets The offset of each of their nodes.
   * @param count Offsets there are; those that are no node of theirs become nodes without links, the last ones.
   * @param linked How many of the nodes need no links any more.
   */
  *install({ order, ...from }: Links, offsets: Uint32Array, count: number, linked: number): Generator<void, void> {
    const space = this.#space
    const { m0, m } = space.parameters
    const { at } = space.regions
    const rank = new Uint32Array(from.levels.length)
    for (let node = 0; node < order.length; node++) rank[order[node]!] = node
    yield
    let { u8, u32 } = space
    u32.fill(NO_NODE, at.nodeOf / 4, at.nodeOf / 4 + count)
    u8.fill(0, at.visited, at.visited + count)
    for (let node = 0; node < order.length; node++) {
      const old = order[node]!
      const offset = offsets[old]!
      u32[at.nodeOf / 4 + offset] = node
      u32[at.offsetOf / 4 + node] = offset
      const links = from.linkCounts[old]!
      u8[at.linkCounts + node] = links
      u8[at.levels + node] = from.levels[old]!
      u32[at.uppers / 4 + node] = from.uppers[old]!
      for (let i = 0, to = at.links / 4 + node * m0; i < links; i++) u32[to + i] = rank[from.links[old * m0 + i]!]!
      if (node % NODES_AT_ONCE !== NODES_AT_ONCE - 1) continue
      yield
      // A search may have made the memory grow.
      u8 = space.u8
      u32 = space.u32
    }
    for (let offset = 0, node = order.length; offset < count; offset++) {
      if (u32[at.nodeOf / 4 + offset] !== NO_NODE) continue
      u32[at.nodeOf / 4 + offset] = node
      u32[at.offsetOf / 4 + node] = offset
      u8[at.linkCounts + node] = 0
      u8[at.levels + node] = 0
      node++
    }
    for (let record = 0; record < from.records; record++) {
      const first = record * (m + 1)
      const to = at.arena / 4 + first
      const links = from.arena[first]!
      u32[to] = links
      for (let i = 1; i <= links; i++) u32[to + i] = rank[from.arena[first + i]!]!
    }
    space.entry = { node: rank[from.entry.node]!, level: from.entry.level }
    this.#records = from.records
    this.#deadCount = 0
    this.#linked = linked
    this.#deferred = []
    this.#exists = true
  }
}

/** Keeps the links below a limit, in their order; returns how many there are. */
function keepBelow(u32: Uint32Array, start: number, links: number, limit: number): number {
  let kept = 0
  for (let i = 0; i < links; i++) if (u32[start + i]! < limit) u32[start + kept++] = u32[start + i]!
  return kept
}
