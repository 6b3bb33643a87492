import type { HnswParts } from './parts.ts'
import { NO_NODE, type Space, vectorsPerRecord } from './space.ts'

/** What a vector has by offset; all else it has by node. */
const BY_OFFSET = ['vectors', 'norms'] as const
const BY_NODE = ['codes', 'codeNorms', 'codeGaps', 'errors', 'lengths', 'squares', 'bits'] as const

/** For how many vectors an index must have room that is to take over the live ones of another. */
export function capacityForLive({ space, table }: HnswParts): number {
  const { u8, regions, parameters } = space
  let records = 0
  for (let node = 0; node < table.count; node++) if (table.isLiveNode(node)) records += u8[regions.at.levels + node]!
  return Math.max(table.liveCount, Math.ceil(records * vectorsPerRecord(parameters.m)))
}

/**
 * Copies the live vectors of one index, with their codes and links, into another that is empty and has room for them. Offsets and nodes
 * are numbered anew in their order; links to deleted nodes are dropped.
 * @param keepsLinks Without them the copy has no graph.
 */
export function copyLive(from: HnswParts, to: HnswParts, keepsLinks: boolean): void {
  const { count, liveCount } = from.table
  const offsets = from.table.liveOffsets(count)
  const newOffset = new Uint32Array(count).fill(NO_NODE)
  for (const [to, offset] of offsets.entries()) newOffset[offset] = to
  const offsetOf = from.space.u32.subarray(from.space.regions.at.offsetOf / 4)
  const nodes = new Uint32Array(liveCount)
  const newNode = new Uint32Array(count).fill(NO_NODE)
  let linked = 0
  for (let node = 0, next = 0; node < count; node++) {
    if (newOffset[offsetOf[node]!] === NO_NODE) continue
    if (node < from.graph.linked) linked++
    newNode[node] = next
    nodes[next++] = node
  }
  copyRows(from.space, to.space, BY_OFFSET, offsets)
  copyRows(from.space, to.space, BY_NODE, nodes)
  const places = to.space.regions.at
  for (const [node, old] of nodes.entries()) {
    const offset = newOffset[offsetOf[old]!]!
    to.space.u32[places.offsetOf / 4 + node] = offset
    to.space.u32[places.nodeOf / 4 + offset] = node
  }
  to.table.take(liveCount)
  to.codes.adopt(from.codes, liveCount)
  if (keepsLinks && from.graph.exists && linked > 0) copyLinks(from, to, nodes.subarray(0, linked), newNode)
  to.searcher.measured = from.searcher.measured
}

function copyRows(from: Space, to: Space, names: readonly (keyof Space['regions']['at'])[], rows: Uint32Array): void {
  for (const name of names) {
    const bytes = from.regions.bytesOf(name)
    if (bytes === 0) continue
    const [source, target] = [from.regions.at[name], to.regions.at[name]]
    // Runs go together: most of what is deleted lies in a few places, or there is little of it.
    for (let first = 0; first < rows.length; ) {
      let end = first + 1
      while (end < rows.length && rows[end]! === rows[end - 1]! + 1) end++
      const start = source + rows[first]! * bytes
      to.u8.set(from.u8.subarray(start, start + (end - first) * bytes), target + first * bytes)
      first = end
    }
  }
}

function copyLinks(from: HnswParts, to: HnswParts, nodes: Uint32Array, newNode: Uint32Array): void {
  const { space } = from
  const { m, m0 } = space.parameters
  const [old, now] = [space.regions.at, to.space.regions.at]
  const { u8, u32 } = to.space
  let records = 0
  let entry: { node: number; level: number } | undefined
  const copyList = (source: number, size: number, target: number): number => {
    let kept = 0
    for (let i = 0; i < size; i++) {
      const link = newNode[space.u32[source + i]!]!
      if (link !== NO_NODE) u32[target + kept++] = link
    }
    return kept
  }
  for (const [node, before] of nodes.entries()) {
    const size = space.u8[old.linkCounts + before]!
    u8[now.linkCounts + node] = copyList(old.links / 4 + before * m0, size, now.links / 4 + node * m0)
    const level = space.u8[old.levels + before]!
    u8[now.levels + node] = level
    if (entry === undefined || level > entry.level) entry = { node, level }
    if (level === 0) continue
    u32[now.uppers / 4 + node] = records
    for (let i = 0; i < level; i++) {
      const source = old.arena / 4 + (space.u32[old.uppers / 4 + before]! + i) * (m + 1)
      const target = now.arena / 4 + records++ * (m + 1)
      u32[target] = copyList(source + 1, space.u32[source]!, target + 1)
    }
  }
  to.graph.restore(records, entry, 0, nodes.length)
}
