import { distanceOf, keyOf, offer, settle, sortPool } from './pool'
import { beginAnswer, endAnswer, isWanted, offerNode, worstAnswer } from './rescore'
import { rowDot4 } from './row'
import { codeOf, countDistances, due, errors, lengths, row, squares } from './space'

// An exact search that looks at codes. With x̂ and q̂ what the codes stand for, Cauchy and Schwarz give
//   q·x ≤ q̂·x̂ + |q − q̂| |x̂| + |q| |x − x̂|,
// so every code gives a bound below which its distance cannot lie. The vectors of the lowest bounds are measured in f32; if the k-th
// distance lies below all bounds that fell out of the list, the answer is proved to be that of the f32 scan. If not, a second pass measures
// whatever the k-th distance does not rule out.
//
// The bound is c0 − a · dot − e · errors[node] (− h · lengths[node] for dot and l2) (+ w · squares[node] for l2); `terms` holds these as f32,
// with the roundings of all sums in them, and then the i32 that the bias of the codes adds to a dot:
//   0    4   8   12  16  20
//   ├ c0 ┼ a ┼ e ┼ h ┼ w ┼ bias ┤
export const TERMS_BYTES: usize = 32

/** Lower bounds of the distances of the query to the four nodes at `nodes`. */
function bound4(nodes: usize, terms: usize): v128 {
  const a = load<u32>(nodes)
  const b = load<u32>(nodes, 4)
  const c = load<u32>(nodes, 8)
  const d = load<u32>(nodes, 12)
  return boundOf(rowDot4(row, codeOf(a), codeOf(b), codeOf(c), codeOf(d)), terms, nodes)
}

function boundOf(dots: v128, terms: usize, nodes: usize): v128 {
  const dot = f32x4.convert_i32x4_s(i32x4.sub(dots, v128.load32_splat(terms, 20)))
  let bound = f32x4.sub(v128.load32_splat(terms), f32x4.mul(v128.load32_splat(terms, 4), dot))
  bound = f32x4.sub(bound, f32x4.mul(v128.load32_splat(terms, 8), gatherFloats(errors, nodes)))
  if (lengths != 0) bound = f32x4.sub(bound, f32x4.mul(v128.load32_splat(terms, 12), gatherFloats(lengths, nodes)))
  if (squares != 0) bound = f32x4.add(bound, f32x4.mul(v128.load32_splat(terms, 16), gatherFloats(squares, nodes)))
  return bound
}

function gatherFloats(base: usize, nodes: usize): v128 {
  let lanes = v128.load32_zero(base + ((<usize>load<u32>(nodes)) << 2))
  lanes = v128.load_lane<u32>(base + ((<usize>load<u32>(nodes, 4)) << 2), lanes, 1)
  lanes = v128.load_lane<u32>(base + ((<usize>load<u32>(nodes, 8)) << 2), lanes, 2)
  return v128.load_lane<u32>(base + ((<usize>load<u32>(nodes, 12)) << 2), lanes, 3)
}

/**
 * The k nearest by f32 distance among the live and allowed nodes, proved.
 *
 * @param list u32 nodes to look at, all wanted, with room for three more; or 0: the nodes from 0 to `count`.
 * @param listed How many bounds are remembered, at least k. More make a second pass rarer.
 * @param pool Room for k u64; on return pairs of u32 offset and f32 distance, nearest first.
 * @param bounds Room for `listed` u64.
 * @param slack How much two f32 distances of that size may err, as a share.
 * @returns How many were found; negative, −1 − that, if it took a second pass.
 */
export function scanCodes(
  list: usize,
  count: u32,
  k: u32,
  listed: u32,
  pool: usize,
  bounds: usize,
  terms: usize,
  slack: f32,
  room: usize,
): i32 {
  let size: u32 = 0
  let worst = f32x4.splat(f32.POSITIVE_INFINITY)
  countDistances(count)
  for (let i: u32 = 0; i < count; i += 4) {
    const nodes = nodesFrom(list, i, count)
    const found = bound4(nodes, terms)
    let hits = <u32>i32x4.bitmask(f32x4.lt(found, worst))
    if (i + 4 > count) hits &= (1 << (count - i)) - 1
    if (hits == 0) continue
    v128.store(due, found, 1024)
    do {
      const lane = (<usize>ctz(hits)) << 2
      hits &= hits - 1
      const node = load<u32>(nodes + lane)
      if (list == 0 && !isWanted(node)) continue
      size = offer(bounds, size, listed, keyOf(load<f32>(due + lane, 1024), node))
      if (size == listed) worst = f32x4.splat(distanceOf(load<u64>(bounds)))
    } while (hits != 0)
  }
  let kept = measureListed(bounds, size, k, pool, slack, room)
  if (size < listed || isProved(distanceOf(load<u64>(bounds + ((<usize>(size - 1)) << 3))), slack)) {
    settle(pool, kept)
    return kept
  }
  const limit = worstAnswer()
  beginAnswer(pool, k, room)
  for (let i: u32 = 0; i < count; i += 4) {
    const nodes = nodesFrom(list, i, count)
    const reach = min(limit, worstAnswer())
    let hits = <u32>i32x4.bitmask(f32x4.le(bound4(nodes, terms), f32x4.splat(reach + abs(reach) * slack)))
    if (i + 4 > count) hits &= (1 << (count - i)) - 1
    while (hits != 0) {
      const node = load<u32>(nodes + ((<usize>ctz(hits)) << 2))
      hits &= hits - 1
      if (list != 0 || isWanted(node)) offerNode(node)
    }
  }
  kept = endAnswer()
  settle(pool, kept)
  return -1 - <i32>kept
}

/** Measures the nodes of a heap of bounds, the lowest first, until no other can be among the k nearest; sorts the heap. Returns how many are kept. */
export function measureListed(bounds: usize, size: u32, k: u32, pool: usize, slack: f32, room: usize): u32 {
  sortPool(bounds, size)
  beginAnswer(pool, k, room)
  for (let i: u32 = 0; i < size; i++) {
    const key = load<u64>(bounds + ((<usize>i) << 3))
    if (isProved(distanceOf(key), slack)) break
    offerNode(<u32>key)
  }
  return endAnswer()
}

/** Whether the k-th distance lies surely below a bound. */
export function isProved(bound: f32, slack: f32): bool {
  const distance = worstAnswer()
  return bound > distance + abs(distance) * slack
}

/** Where four nodes from place `i` on stand. Of a last group fewer than four count. */
function nodesFrom(list: usize, i: u32, count: u32): usize {
  if (list != 0) {
    if (i + 4 > count) for (let j = count; j < i + 4; j++) store<u32>(list + ((<usize>j) << 2), load<u32>(list))
    return list + ((<usize>i) << 2)
  }
  const last = count - 1
  store<u32>(due, i)
  store<u32>(due, min(i + 1, last), 4)
  store<u32>(due, min(i + 2, last), 8)
  store<u32>(due, min(i + 3, last), 12)
  return due
}
