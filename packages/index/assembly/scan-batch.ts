import { block, block0, block1, isTame, rowBytes } from './code-dot'
import { distanceOf, keyOf, offer, settle } from './pool'
import { isWanted } from './rescore'
import { isProved, measureListed } from './scan-codes'
import { codeBytes, codeOf, countDistances, errors, lengths, squares } from './space'

// The search of `scan-codes.ts` for many queries at once: a block of codes stays in the cache while four queries after four meet it, two
// codes at a time. Per query there are terms as there, turned: for a group of four queries each term is one vector of four lanes.
//   0    16  32  48  64  80     96
//   ├ c0 ┼ a ┼ e ┼ h ┼ w ┼ bias ┤ … the next group
export const GROUP_TERMS_BYTES: usize = 96

/** Codes of a block: with 384 elements 24 kB, half of a first-level cache. */
const BLOCK: u32 = 64

/**
 * Lists, for each query, the nodes of the lowest bounds.
 *
 * @param rows Prepared queries, a multiple of four, side by side.
 * @param groups How many times four queries there are.
 * @param listed How many bounds are remembered for each.
 * @param lists Room for 4 · groups lists of `listed` u64.
 * @param sizes u32 a query, zeros at first.
 * @param worst f32 a query, infinities at first.
 * @param tame Room for a u32 a group.
 */
export function scanBatch(
  rows: usize,
  groups: u32,
  count: u32,
  terms: usize,
  listed: u32,
  lists: usize,
  sizes: usize,
  worst: usize,
  tame: usize,
): void {
  const step = rowBytes(codeBytes)
  for (let group: u32 = 0; group < groups; group++) {
    let isGroupTame = true
    for (let i: u32 = 0; i < 4; i++) isGroupTame = isGroupTame && isTame(rows + step * ((group << 2) + i), codeBytes)
    store<u32>(tame + ((<usize>group) << 2), isGroupTame ? 1 : 0)
  }
  countDistances(count * groups * 4)
  for (let first: u32 = 0; first < count; first += BLOCK) {
    const end = min(count, first + BLOCK)
    for (let group: u32 = 0; group < groups; group++) {
      const row = rows + step * (group << 2)
      const term = terms + GROUP_TERMS_BYTES * group
      const limits = worst + ((<usize>group) << 4)
      for (let node = first; node < end; node += 2) {
        const next = min(node + 1, end - 1)
        block(row, step, codeOf(node), codeOf(next), codeBytes, load<u32>(tame + ((<usize>group) << 2)) != 0)
        const a = boundLanes(block0, node, term)
        const b = boundLanes(block1, next, term)
        // Nearly always none of eight is near enough.
        const limit = v128.load(limits)
        if (!v128.any_true(v128.or(f32x4.lt(a, limit), f32x4.lt(b, limit)))) continue
        offerLanes(a, node, group, limits, listed, lists, sizes)
        if (next != node) offerLanes(b, next, group, limits, listed, lists, sizes)
      }
    }
  }
}

/** Lower bounds of four queries' distances to a node. */
function boundLanes(dots: v128, node: u32, term: usize): v128 {
  const place = (<usize>node) << 2
  const dot = f32x4.convert_i32x4_s(i32x4.sub(dots, v128.load(term, 80)))
  let bound = f32x4.sub(v128.load(term), f32x4.mul(v128.load(term, 16), dot))
  bound = f32x4.sub(bound, f32x4.mul(v128.load(term, 32), v128.load32_splat(errors + place)))
  if (lengths != 0) bound = f32x4.sub(bound, f32x4.mul(v128.load(term, 48), v128.load32_splat(lengths + place)))
  if (squares != 0) bound = f32x4.add(bound, f32x4.mul(v128.load(term, 64), v128.load32_splat(squares + place)))
  return bound
}

function offerLanes(bound: v128, node: u32, group: u32, limits: usize, listed: u32, lists: usize, sizes: usize): void {
  let hits = <u32>i32x4.bitmask(f32x4.lt(bound, v128.load(limits)))
  if (hits == 0 || !isWanted(node)) return
  v128.store(found, bound)
  do {
    const lane = <u32>ctz(hits)
    hits &= hits - 1
    const query = (group << 2) + lane
    const list = lists + ((<usize>query * listed) << 3)
    const size = offer(
      list,
      load<u32>(sizes + ((<usize>query) << 2)),
      listed,
      keyOf(load<f32>(found + ((<usize>lane) << 2)), node),
    )
    store<u32>(sizes + ((<usize>query) << 2), size)
    if (size == listed) store<f32>(limits + ((<usize>lane) << 2), distanceOf(load<u64>(list)))
  } while (hits != 0)
}

/** 16 bytes for four bounds. */
let found: usize = 0
export function placeBatch(room: usize): void {
  found = room
}

/** One query's answer from its list, as `scanCodes` gives it; −1 if the list does not prove it. The query stands at `query`. */
export function answerBatch(list: usize, size: u32, listed: u32, k: u32, pool: usize, slack: f32, room: usize): i32 {
  const kept = measureListed(list, size, k, pool, slack, room)
  if (size == listed && !isProved(distanceOf(load<u64>(list + ((<usize>(size - 1)) << 3))), slack)) return -1
  settle(pool, kept)
  return kept
}
