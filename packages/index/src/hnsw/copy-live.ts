import type { Links } from './links.ts'
import { liveLinks, measuredWithout } from './live-links.ts'
import type { HnswParts } from './parts.ts'
import { finish } from './slices.ts'
import { NO_NODE, Space, vectorsPerRecord } from './space.ts'

/** What a vector has by offset; all else it has by node. */
const BY_OFFSET = ['vectors', 'norms'] as const
const BY_NODE = ['codes', 'codeNorms', 'codeGaps', 'errors', 'lengths', 'squares', 'bits'] as const

/** Memory of its own for an index that is to take over the live vectors of another. @throws {LimitError} There is not so much. */
export function spaceForLive({ space, table, options }: HnswParts): Space {
  const { u8, regions, dim, metric, parameters } = space
  let records = 0
  for (let node = 0; node < table.count; node++) if (table.isLiveNode(node)) records += u8[regions.at.levels + node]!
  const capacity = Math.max(table.liveCount, Math.ceil(records * vectorsPerRecord(parameters.m)))
  return new Space(space.memory.another(1), dim, metric, parameters, capacity, options.maxBytes)
}

/**
 * Copies the live vectors of one index, with their codes and links, into another that is empty and has room for them. Offsets and nodes
 * are numbered anew in their order; links are led past what is deleted, and what they do not reach then comes last, not linked.
 */
export function copyLive(from: HnswParts, to: HnswParts): void {
  const { count, liveCount } = from.table
  const offsets = from.table.liveOffsets(count)
  const newOffset = new Uint32Array(count).fill(NO_NODE)
  for (const [to, offset] of offsets.entries()) newOffset[offset] = to
  const offsetOf = from.space.u32.subarray(from.space.regions.at.offsetOf / 4)
  const links = finish(liveLinks(from))
  const nodes = new Uint32Array(liveCount)
  const newNode = new Uint32Array(count).fill(NO_NODE)
  let next = 0
  const take = (node: number): void => {
    newNode[node] = next
    nodes[next++] = node
  }
  for (const node of links?.order ?? []) take(node)
  for (let node = 0; node < count; node++) if (newNode[node] === NO_NODE && newOffset[offsetOf[node]!] !== NO_NODE) take(node)
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
  if (links !== undefined) putLinks(links, to, newNode)
  const { linked } = from.graph
  to.searcher.measured = measuredWithout(from.searcher.measured, linked - (links?.order.length ?? 0), linked)
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

/** Puts links in their place, whose nodes are called otherwise now. */
function putLinks({ order, entry, ...from }: Links, { space, graph }: HnswParts, newNode: Uint32Array): void {
  const { m, m0 } = space.parameters
  const { at } = space.regions
  const { u8, u32 } = space
  let records = 0
  for (const [node, old] of order.entries()) {
    const links = from.linkCounts[old]!
    u8[at.linkCounts + node] = links
    for (let i = 0; i < links; i++) u32[at.links / 4 + node * m0 + i] = newNode[from.links[old * m0 + i]!]!
    const level = from.levels[old]!
    u8[at.levels + node] = level
    u32[at.uppers / 4 + node] = records
    for (let i = 0; i < level; i++) {
      const source = (from.uppers[old]! + i) * (m + 1)
      const target = at.arena / 4 + records++ * (m + 1)
      u32[target] = from.arena[source]!
      for (let j = 1; j <= from.arena[source]!; j++) u32[target + j] = newNode[from.arena[source + j]!]!
    }
  }
  graph.restore(records, { node: newNode[entry.node]!, level: entry.level }, 0, order.length)
}
