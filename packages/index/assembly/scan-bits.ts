import { offer } from './pool'
import { isWanted } from './rescore'
import { bitBytes, bits, countDistances } from './space'

/**
 * Keeps the nodes whose bits differ least from the query's.
 *
 * @param query `bitBytes` of bits.
 * @param list u32 nodes to look at, all wanted; or 0: the nodes from 0 to `count`.
 * @param listed How many to keep.
 * @param pool Room for `listed` u64: differences above nodes, the root of a heap first.
 * @returns How many were kept.
 */
export function scanBits(query: usize, list: usize, count: u32, listed: u32, pool: usize): u32 {
  let size: u32 = 0
  let worst: u32 = u32.MAX_VALUE
  countDistances(count)
  for (let i: u32 = 0; i < count; i++) {
    const node = list == 0 ? i : load<u32>(list + ((<usize>i) << 2))
    const code = bits + bitBytes * node
    let difference: i64 = 0
    for (let at: usize = 0; at < bitBytes; at += 16) {
      difference += popcnt(load<u64>(query + at) ^ load<u64>(code + at))
      difference += popcnt(load<u64>(query + at, 8) ^ load<u64>(code + at, 8))
    }
    if (<u32>difference >= worst || (list == 0 && !isWanted(node))) continue
    size = offer(pool, size, listed, ((<u64>difference) << 32) | node)
    if (size == listed) worst = <u32>(load<u64>(pool) >> 32)
  }
  return size
}
