import { isLive } from './rescore'
import { prepareNode, rowDistance4 } from './row'
import { countDistances, due, linkCounts, links, m0, NO_NODE, otherRow } from './space'

/**
 * Takes a deleted node out of its neighbours' links of level 0: each that links to it gets, in its place, the nearest of its neighbours that
 * it does not link to yet. The node keeps its own links, so that whoever still comes by it gets on.
 */
export function bypass(node: u32): void {
  const list = links + ((<usize>(node * m0)) << 2)
  const count = <u32>load<u8>(linkCounts + node)
  for (let i: u32 = 0; i < count; i++) {
    const neighbour = load<u32>(list + ((<usize>i) << 2))
    const place = placeOfLink(neighbour, node)
    if (place == 0) continue
    const other = nearestUnlinked(neighbour, node, list, count)
    if (other != NO_NODE) store<u32>(place, other)
  }
}

/** The address of a link of level 0, or 0. */
function placeOfLink(from: u32, to: u32): usize {
  const list = links + ((<usize>(from * m0)) << 2)
  const end = list + ((<usize>load<u8>(linkCounts + from)) << 2)
  for (let place = list; place < end; place += 4) if (load<u32>(place) == to) return place
  return 0
}

function nearestUnlinked(node: u32, gone: u32, list: usize, count: u32): u32 {
  let size: u32 = 0
  for (let i: u32 = 0; i < count; i++) {
    const candidate = load<u32>(list + ((<usize>i) << 2))
    if (candidate == node || candidate == gone || !isLive(candidate) || placeOfLink(node, candidate) != 0) continue
    store<u32>(due + ((<usize>size) << 2), candidate)
    size++
  }
  if (size == 0) return NO_NODE
  for (let i = size; i < ((size + 3) & ~3); i++) store<u32>(due + ((<usize>i) << 2), load<u32>(due))
  prepareNode(node, otherRow)
  countDistances(size)
  let nearest = NO_NODE
  let best: u32 = u32.MAX_VALUE
  for (let i: u32 = 0; i < size; i += 4) {
    v128.store(due, rowDistance4(otherRow, due + ((<usize>i) << 2)), 1024)
    for (let lane: usize = 0; lane < 16; lane += 4) {
      const distance = load<u32>(due + lane, 1024)
      if (distance >= best) continue
      best = distance
      nearest = load<u32>(due + ((<usize>i) << 2) + lane)
    }
  }
  return nearest
}
