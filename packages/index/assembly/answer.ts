import { settle } from './pool'
import { beginAnswer, endAnswer, isWanted, offerNode } from './rescore'
import { allow, live, nodeOf, state } from './space'
import { nodeOfKey } from './walk'

/**
 * Measures what a path has found and keeps the k nearest.
 *
 * @param keys u64: of a walk (nodes above their lowest bit), or of a scan's heap (`isShifted` false).
 * @param most How many wanted nodes are measured at most, the first ones.
 * @param pool Room for k u64; on return pairs of u32 offset and f32 distance, nearest first.
 * @returns How many were found. How many of all the keys are wanted is left in `state`.
 */
export function answer(keys: usize, size: u32, isShifted: bool, most: u32, k: u32, pool: usize, room: usize): u32 {
  let wanted: u32 = 0
  beginAnswer(pool, k, room)
  for (let i: u32 = 0; i < size; i++) {
    const key = load<u64>(keys + ((<usize>i) << 3))
    const node = isShifted ? nodeOfKey(key) : <u32>key
    if (!isWanted(node)) continue
    if (wanted < most) offerNode(node)
    wanted++
  }
  const found = endAnswer()
  settle(pool, found)
  store<u32>(state, wanted, 20)
  return found
}

/** Lists the live and allowed nodes in the order of their offsets below `count`; returns how many. `list` has room for three more. */
export function listWanted(count: u32, list: usize): u32 {
  let found: u32 = 0
  const words = (count + 63) >> 6
  for (let word: u32 = 0; word < words; word++) {
    let wanted = load<u64>(live + ((<usize>word) << 3))
    if (allow != 0) wanted &= load<u64>(allow + ((<usize>word) << 3))
    while (wanted != 0) {
      const offset = (word << 6) + <u32>ctz(wanted)
      wanted &= wanted - 1
      store<u32>(list + ((<usize>found) << 2), load<u32>(nodeOf + ((<usize>offset) << 2)))
      found++
    }
  }
  return found
}

/** How many are live and allowed below `count`. */
export function countWanted(count: u32): u32 {
  let found: u32 = 0
  const words = (count + 63) >> 6
  for (let word: u32 = 0; word < words; word++) {
    let wanted = load<u64>(live + ((<usize>word) << 3))
    if (allow != 0) wanted &= load<u64>(allow + ((<usize>word) << 3))
    found += <u32>popcnt(wanted)
  }
  return found
}
