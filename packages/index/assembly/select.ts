import { prepareNode, rowDistance4 } from './row'
import { alphaInverse, chosen, countDistances, otherRow } from './space'
import { nodeOfKey } from './walk'

/**
 * The neighbour heuristic (Malkov & Yashunin, algorithm 4) with the slack of Subramanya et al., DiskANN, 2019 (RobustPrune): takes
 * candidates, nearest first, and passes over one that is nearer to a chosen one than to the node itself, times alpha. Writes at most `most`
 * nodes to `chosen`; the keys keep their order, chosen ones are copied to the front of `keys`. Equal nodes must stand once.
 */
export function select(keys: usize, size: u32, most: u32): u32 {
  let count: u32 = 0
  for (let i: u32 = 0; i < size && count < most; i++) {
    const key = load<u64>(keys + ((<usize>i) << 3))
    const node = nodeOfKey(key)
    if (count > 0 && isCovered(node, <u32>(key >> 32), count)) continue
    store<u32>(chosen + ((<usize>count) << 2), node)
    store<u64>(keys + ((<usize>count) << 3), key)
    count++
  }
  return count
}

function isCovered(node: u32, distance: u32, count: u32): bool {
  // A chosen one strictly nearer than this covers the candidate.
  const limit = i32x4.splat(<i32>((<u64>distance * alphaInverse) >> 16))
  prepareNode(node, otherRow)
  for (let i = count; i < ((count + 3) & ~3); i++) store<u32>(chosen + ((<usize>i) << 2), load<u32>(chosen))
  countDistances(count)
  for (let i: u32 = 0; i < count; i += 4) {
    if (v128.any_true(i32x4.lt_s(rowDistance4(otherRow, chosen + ((<usize>i) << 2)), limit))) return true
  }
  return false
}
