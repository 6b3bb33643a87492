import { prepareNode, rowDistance4 } from './row'
import { select } from './select'
import {
  choice,
  chosen,
  countDistances,
  due,
  entryNode,
  listCount,
  listLinks,
  m,
  m0,
  NO_NODE,
  nextEpoch,
  otherRow,
  row,
  setEntry,
  setListCount,
  topLevel,
  visited,
} from './space'
import { descend, insertKey, keyOfNode, nodeOfKey, seedPool, walk } from './walk'

/**
 * Links a node, whose code and level are written, into the levels from `bottom` to its own (Malkov & Yashunin, algorithm 1).
 *
 * @param count Nodes in the graph, this one included.
 * @param pool Room for ef u64.
 */
export function insert(node: u32, level: i32, bottom: i32, ef: u32, forward: u32, count: u32, pool: usize): void {
  const entry = entryNode()
  if (entry == NO_NODE) {
    setEntry(node, level)
    return
  }
  prepareNode(node, row)
  const top = topLevel()
  const start = descend(pool, row, entry, top, level, count)
  let size: u32 = 1
  let epoch = seedPool(pool, row, start, count)
  for (let at = min(top, level); at >= bottom; at--) {
    if (at != min(top, level)) epoch = reseed(pool, size, count)
    store<u8>(visited + node, epoch)
    size = walk(pool, size, row, ef, at, epoch)
    link(node, at, pool, size, forward)
  }
  if (level > top) setEntry(node, level)
}

/** What one level found are the next level's beginnings: not expanded, visited in a new epoch. */
function reseed(pool: usize, size: u32, count: u32): u8 {
  const epoch = nextEpoch(count)
  for (let i: u32 = 0; i < size; i++) {
    const slot = pool + ((<usize>i) << 3)
    const key = load<u64>(slot) & ~(<u64>1)
    store<u64>(slot, key)
    store<u8>(visited + nodeOfKey(key), epoch)
  }
  return epoch
}

/** Chooses a node's links on a level among sorted candidates, and links back. The keys are left as they were, but for 250 at the most. */
function link(node: u32, level: i32, pool: usize, size: u32, forward: u32): void {
  const candidates = min<u32>(size, 250)
  memory.copy(choice, pool, (<usize>candidates) << 3)
  const count = select(choice, candidates, level == 0 ? forward : m)
  const list = listLinks(node, level)
  for (let i: u32 = 0; i < count; i++) store<u32>(list + ((<usize>i) << 2), load<u32>(chosen + ((<usize>i) << 2)))
  setListCount(node, level, count)
  // `linkBack` chooses too, so the list is read from the node.
  for (let i: u32 = 0; i < count; i++) {
    const other = load<u32>(list + ((<usize>i) << 2))
    linkBack(other, level, node)
  }
}

/** Adds a link from one node to another; a full list is chosen anew. */
function linkBack(node: u32, level: i32, other: u32): void {
  const most = level == 0 ? m0 : m
  const list = listLinks(node, level)
  const count = listCount(node, level)
  for (let i: u32 = 0; i < count; i++) if (load<u32>(list + ((<usize>i) << 2)) == other) return
  if (count < most) {
    store<u32>(list + ((<usize>count) << 2), other)
    setListCount(node, level, count + 1)
    return
  }
  prepareNode(node, otherRow)
  for (let i: u32 = 0; i < count; i++) store<u32>(due + ((<usize>i) << 2), load<u32>(list + ((<usize>i) << 2)))
  store<u32>(due + ((<usize>count) << 2), other)
  const kept = chooseAmong(count + 1, most)
  for (let i: u32 = 0; i < kept; i++) store<u32>(list + ((<usize>i) << 2), load<u32>(chosen + ((<usize>i) << 2)))
  setListCount(node, level, kept)
}

/** Sorts the `count` nodes at `due` by their distance to the node prepared in `otherRow` and selects. */
export function chooseAmong(count: u32, most: u32): u32 {
  for (let i = count; i < ((count + 3) & ~3); i++) store<u32>(due + ((<usize>i) << 2), load<u32>(due))
  countDistances(count)
  let size: u32 = 0
  for (let i: u32 = 0; i < count; i += 4) {
    v128.store(due, rowDistance4(otherRow, due + ((<usize>i) << 2)), 1024)
    for (let lane: u32 = 0; lane < 4 && i + lane < count; lane++) {
      const distance = load<u32>(due + ((<usize>lane) << 2), 1024)
      insertKey(choice, size, 256, keyOfNode(distance, load<u32>(due + ((<usize>(i + lane)) << 2))))
      size++
    }
  }
  return select(choice, size, most)
}
