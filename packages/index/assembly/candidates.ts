import { select } from './select'
import { choice, linkCounts, links, m0 } from './space'
import { insertKey, nodeOfKey } from './walk'

// While a graph is built in bulk every node has a list of candidate links: keys, nearest first, without repeats. A full list gives up its
// farthest. Once a node has chosen, the chosen ones stand in front and what other nodes offer it in return behind them:
//   0                  8 · linkCounts[node]     8 · sizes[node]        8 · capacity
//   ├ chosen, sorted … ┼ offered back, sorted … ┤
let lists: usize = 0
let sizes: usize = 0
let capacity: u32 = 0

/** `capacity` (at most 255) u64 a node, and a u8 that says how many are there. */
export function placeCandidates(listsAt: usize, sizesAt: usize, listCapacity: u32): void {
  lists = listsAt
  sizes = sizesAt
  capacity = listCapacity
}

function listOf(node: u32): usize {
  return lists + ((<usize>node * capacity) << 3)
}

/** Offers every node of a leaf the `most` keys that `leaf` wrote for it. No node has chosen yet. */
export function gatherCandidates(nodes: usize, count: u32, keys: usize, most: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    const node = load<u32>(nodes + ((<usize>i) << 2))
    for (let j: u32 = 0; j < most; j++) {
      const key = load<u64>(keys + ((<usize>(i * most + j)) << 3))
      if (key == u64.MAX_VALUE) break
      offerKey(node, key, 0)
    }
  }
}

/** Puts a key into the part of a node's list that begins at `from`, unless it is there or farther than a full list's last. */
function offerKey(node: u32, key: u64, from: u32): void {
  const list = listOf(node) + ((<usize>from) << 3)
  const size = <u32>load<u8>(sizes + node) - from
  const room = capacity - from
  if (size == room && key >= load<u64>(list + ((<usize>(size - 1)) << 3))) return
  // The same node has the same distance: a repeat stands where the key would go.
  let low: u32 = 0
  let high = size
  while (low < high) {
    const middle = (low + high) >> 1
    if (load<u64>(list + ((<usize>middle) << 3)) < key) low = middle + 1
    else high = middle
  }
  if (low < size && load<u64>(list + ((<usize>low) << 3)) == key) return
  insertKey(list, size, room, key)
  if (size < room) store<u8>(sizes + node, <u8>(from + size + 1))
}

/** The nodes from `first` to `end` choose at most `forward` of their candidates; the others are forgotten. */
export function chooseForward(first: u32, end: u32, forward: u32): void {
  for (let node = first; node < end; node++) {
    const count = select(listOf(node), load<u8>(sizes + node), forward)
    store<u8>(sizes + node, <u8>count)
    store<u8>(linkCounts + node, <u8>count)
  }
}

/** The nodes from `first` to `end` offer the link back to those they chose. */
export function offerBack(first: u32, end: u32): void {
  for (let node = first; node < end; node++) {
    const list = listOf(node)
    const count = <u32>load<u8>(linkCounts + node)
    for (let i: u32 = 0; i < count; i++) {
      const key = load<u64>(list + ((<usize>i) << 3))
      const other = nodeOfKey(key)
      const own = <u32>load<u8>(linkCounts + other)
      if (own < capacity) offerKey(other, (key & 0xffffffff00000000) | ((<u64>node) << 1), own)
    }
  }
}

/** Writes the candidates of the nodes from `first` to `end` as their links of level 0, chosen anew where there are more than m0. */
export function writeLinks(first: u32, end: u32): void {
  for (let node = first; node < end; node++) {
    const list = listOf(node)
    const own = <u32>load<u8>(linkCounts + node)
    const all = <u32>load<u8>(sizes + node)
    // Two sorted lists become one; what both chose stands in both.
    let count: u32 = 0
    let i: u32 = 0
    let j = own
    let last = u64.MAX_VALUE
    while (i < own || j < all) {
      const a = i < own ? load<u64>(list + ((<usize>i) << 3)) : u64.MAX_VALUE
      const b = j < all ? load<u64>(list + ((<usize>j) << 3)) : u64.MAX_VALUE
      const key = min<u64>(a, b)
      if (a == key) i++
      if (b == key) j++
      if (key == last) continue
      store<u64>(choice + ((<usize>count) << 3), key)
      last = key
      count++
    }
    if (count > m0) count = select(choice, count, m0)
    const target = links + ((<usize>(node * m0)) << 2)
    for (let k: u32 = 0; k < count; k++) store<u32>(target + ((<usize>k) << 2), nodeOfKey(load<u64>(choice + ((<usize>k) << 3))))
    store<u8>(linkCounts + node, <u8>count)
  }
}
