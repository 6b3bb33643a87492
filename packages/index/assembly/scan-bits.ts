import { offer } from './pool'
import { isWanted } from './rescore'
import { bitBytes, bits, countDistances } from './space'

/**
 * Keeps the nodes whose bits differ least from the query's.
 *
 * @param query `bitBytes` of bits.
 * @param count The nodes from 0 to `count` are looked at.
 * @param listed How many to keep.
 * @param pool Room for `listed` u64: differences above nodes, the root of a heap first.
 * @returns How many were kept.
 */
export function scanBits(query: usize, count: u32, listed: u32, pool: usize): u32 {
  let size: u32 = 0
  let worst: u32 = u32.MAX_VALUE
  countDistances(count)
  for (let node: u32 = 0; node < count; node++) {
    const code = bits + bitBytes * node
    let difference: i64 = 0
    for (let at: usize = 0; at < bitBytes; at += 16) {
      difference += popcnt(load<u64>(query + at) ^ load<u64>(code + at))
      difference += popcnt(load<u64>(query + at, 8) ^ load<u64>(code + at, 8))
    }
    if (<u32>difference >= worst || !isWanted(node)) continue
    size = offer(pool, size, listed, ((<u64>difference) << 32) | node)
    if (size == listed) worst = <u32>(load<u64>(pool) >> 32)
  }
  return size
}
