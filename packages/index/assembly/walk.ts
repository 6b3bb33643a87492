import { rowDistance4 } from './row'
import { codeBytes, codeOf, countDistances, due, linkCounts, links, listCount, listLinks, m0, nextEpoch, visited } from './space'

// The walk of Malkov & Yashunin, Efficient and robust approximate nearest neighbor search using HNSW graphs, 2016, algorithm 2, with one
// sorted pool in place of two heaps. A key is distance u32 << 32 | node << 1 | expanded.

/** What `touch` read, kept so that the reads are not taken for useless. */
export let touched: u32 = 0

export function keyOfNode(distance: u32, node: u32): u64 {
  return ((<u64>distance) << 32) | ((<u64>node) << 1)
}

export function nodeOfKey(key: u64): u32 {
  return <u32>key >> 1
}

/**
 * Puts a key into a sorted pool of `size` keys of at most `limit`; the last falls out of a full one. Returns where it went. The caller has
 * seen that it belongs in.
 */
export function insertKey(pool: usize, size: u32, limit: u32, key: u64): u32 {
  let at = size < limit ? size : limit - 1
  let slot = pool + ((<usize>at) << 3)
  while (at >= 2) {
    // Two at a time: most keys go far up.
    if (load<u64>(slot - 16) <= key) break
    v128.store(slot - 8, v128.load(slot - 16))
    slot -= 16
    at -= 2
  }
  while (at > 0) {
    const before = load<u64>(slot - 8)
    if (before <= key) break
    store<u64>(slot, before)
    slot -= 8
    at--
  }
  store<u64>(slot, key)
  return at
}

/** Begins a pool with one node, in a new epoch, which it returns. */
export function seedPool(pool: usize, row: usize, node: u32, count: u32): u8 {
  const epoch = nextEpoch(count)
  store<u8>(visited + node, epoch)
  store<u64>(pool, keyOfNode(distanceTo(row, node), node))
  return epoch
}

/** Distance of a row to one node. */
export function distanceTo(row: usize, node: u32): u32 {
  v128.store(due, i32x4.splat(node))
  countDistances(1)
  return <u32>i32x4.extract_lane(rowDistance4(row, due), 0)
}

/**
 * Walks a level from the keys in the pool and keeps the `ef` nearest nodes found, sorted, all expanded. Returns how many there are.
 * `visited` holds the present epoch for what the pool has seen.
 */
export function walk(pool: usize, size: u32, row: usize, ef: u32, level: i32, epoch: u8): u32 {
  let cursor: u32 = 0
  let total: u32 = 0
  let sum: u32 = 0
  let worst: u32 = size < ef ? <u32>0x7fffffff : <u32>(load<u64>(pool + ((<usize>(ef - 1)) << 3)) >> 32)
  while (cursor < size) {
    const slot = pool + ((<usize>cursor) << 3)
    const key = load<u64>(slot)
    if ((key & 1) != 0) {
      cursor++
      continue
    }
    store<u64>(slot, key | 1)
    cursor++
    const node = nodeOfKey(key)
    let list: usize
    let listEnd: usize
    if (level == 0) {
      list = links + ((<usize>(node * m0)) << 2)
      listEnd = list + ((<usize>load<u8>(linkCounts + node)) << 2)
    } else {
      list = listLinks(node, level)
      listEnd = list + ((<usize>listCount(node, level)) << 2)
    }
    let at = due
    for (; list < listEnd; list += 4) {
      const neighbour = load<u32>(list)
      // Without a branch: nobody can foresee which neighbours were visited.
      store<u32>(at, neighbour)
      at += (<usize>(load<u8>(visited + neighbour) != epoch)) << 2
      store<u8>(visited + neighbour, epoch)
    }
    // One read of every cache line: all are on their way before the first distance waits for one.
    for (let place = due; place < at; place += 4) {
      const code = codeOf(load<u32>(place))
      for (let line: usize = 0; line < codeBytes; line += 64) sum += load<u8>(code + line)
    }
    const found = <u32>((at - due) >> 2)
    if (found == 0) continue
    total += found
    // Repeats fill up the last group of four.
    const last = load<u32>(at - 4)
    store<u32>(at, last)
    store<u32>(at, last, 4)
    store<u32>(at, last, 8)
    let lowest: u32 = cursor
    for (let group = due; group < at; group += 16) {
      const distances = rowDistance4(row, group)
      const lanes = <u32>((at - group) >> 2)
      let hits = <u32>i32x4.bitmask(i32x4.lt_s(distances, i32x4.splat(worst)))
      if (lanes < 4) hits &= (1 << lanes) - 1
      if (hits == 0) continue
      v128.store(due, distances, 1024)
      do {
        const lane = (<usize>ctz(hits)) << 2
        hits &= hits - 1
        const distance = load<u32>(due + lane, 1024)
        if (distance >= worst) continue
        const place = insertKey(pool, size, ef, keyOfNode(distance, load<u32>(group + lane)))
        if (size < ef) size++
        if (size == ef) worst = <u32>(load<u64>(pool + ((<usize>(ef - 1)) << 3)) >> 32)
        if (place < lowest) lowest = place
      } while (hits != 0)
    }
    cursor = lowest
  }
  touched += sum
  countDistances(total)
  return size
}

/** The node of a level nearest to a row that steps to ever nearer neighbours reach from `node`. */
export function descend(pool: usize, row: usize, node: u32, from: i32, to: i32, count: u32): u32 {
  let nearest = node
  let best = distanceTo(row, node)
  for (let level = from; level > to; level--) {
    let moved = true
    while (moved) {
      moved = false
      const list = listLinks(nearest, level)
      const linkCount = listCount(nearest, level)
      if (linkCount == 0) break
      for (let i: u32 = 0; i < linkCount; i++) store<u32>(due + ((<usize>i) << 2), load<u32>(list + ((<usize>i) << 2)))
      for (let i = linkCount; i < ((linkCount + 3) & ~3); i++) store<u32>(due + ((<usize>i) << 2), load<u32>(list))
      countDistances(linkCount)
      for (let i: u32 = 0; i < linkCount; i += 4) {
        const group = due + ((<usize>i) << 2)
        const distances = rowDistance4(row, group)
        if (!v128.any_true(i32x4.lt_s(distances, i32x4.splat(best)))) continue
        v128.store(due, distances, 1024)
        for (let lane: usize = 0; lane < 16; lane += 4) {
          const distance = load<u32>(due + lane, 1024)
          if (distance >= best) continue
          best = distance
          nearest = load<u32>(group + lane)
          moved = true
        }
      }
    }
  }
  return nearest
}
