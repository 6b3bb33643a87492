import { dotCode4, isTame, prepareCode, rowBytes } from './code-dot'
import { codeBytes, codeGaps, codeNorms, codeOf } from './space'

// A row with all that its distances need in front of it:
//   −16      −12            −8      −4     0
//   ├ base i32 ┼ norm scale f32 ┼ gap i32 ┼ flags ┼ prepared codes …
// A distance is a u32 below 2³¹ that orders like the metric's: base − dot where codes have no norms (cosine; dot, towards a query), else
// base + |c|² · norm scale − 2 dot, and for dot between nodes + (gap − c's gap)²: with the gap as one more dimension all norms are alike,
// and the nearest by l2 is the largest dot (Bachrach et al., Speeding up the Xbox recommender system, 2014, §3.1).
export const ROW_HEAD: usize = 16

/** Flags of a row. */
export const HAS_GAP: i32 = 1
const IS_TAME: i32 = 2

/** Marks a prepared row as tame if it is; to be called when its other flags are written. */
export function markTame(row: usize): void {
  if (isTame(row, codeBytes)) store<i32>(row - 4, load<i32>(row - 4) | IS_TAME)
}

/** Dot products of a row, which has its head, with four codes. */
export function rowDot4(row: usize, a: usize, b: usize, c: usize, d: usize): v128 {
  return dotCode4(row, a, b, c, d, codeBytes, (load<i32>(row - 4) & IS_TAME) != 0)
}

/** Bytes of a row with its head; a multiple of 16. */
export function fullRowBytes(): usize {
  return ROW_HEAD + rowBytes(codeBytes)
}

/** Makes a row of a node's code. `one` is |c|² of a unit vector in steps of the code, for cosine. */
export function prepareNode(node: u32, target: usize): void {
  const correction = prepareCode(codeOf(node), codeBytes, target)
  if (codeNorms == 0) {
    store<i32>(target - 16, one + correction)
    store<f32>(target - 12, 0)
    store<i32>(target - 4, 0)
    markTame(target)
    return
  }
  store<i32>(target - 16, load<i32>(codeNorms + ((<usize>node) << 2)) + (correction << 1))
  store<f32>(target - 12, 1)
  if (codeGaps != 0) {
    store<i32>(target - 8, load<i32>(codeGaps + ((<usize>node) << 2)))
    store<i32>(target - 4, HAS_GAP)
  } else store<i32>(target - 4, 0)
  markTame(target)
}

/** |c|² of a unit vector's signed code, for cosine. Set with every new clip. */
export let one: i32 = 0
export function setOne(value: i32): void {
  one = value
}

/** Distances of a row to the four nodes at `nodes`. */
export function rowDistance4(row: usize, nodes: usize): v128 {
  const a = <usize>load<u32>(nodes)
  const b = <usize>load<u32>(nodes, 4)
  const c = <usize>load<u32>(nodes, 8)
  const d = <usize>load<u32>(nodes, 12)
  const dots = rowDot4(row, codeOf(<u32>a), codeOf(<u32>b), codeOf(<u32>c), codeOf(<u32>d))
  const base = v128.load32_splat(row - 16)
  if (load<f32>(row - 12) == 0) return i32x4.max_s(i32x4.sub(base, dots), i32x4.splat(0))
  let distances = i32x4.sub(i32x4.add(base, scaledNorms(row, gather4(codeNorms, a, b, c, d))), i32x4.shl(dots, 1))
  if ((load<i32>(row - 4) & HAS_GAP) != 0) {
    const gaps = i32x4.sub(v128.load32_splat(row - 8), gather4(codeGaps, a, b, c, d))
    distances = i32x4.add(distances, i32x4.mul(gaps, gaps))
  }
  return i32x4.max_s(distances, i32x4.splat(0))
}

function scaledNorms(row: usize, norms: v128): v128 {
  const scale = v128.load32_splat(row - 12)
  return i32x4.trunc_sat_f32x4_s(f32x4.mul(f32x4.convert_i32x4_s(norms), scale))
}

function gather4(base: usize, a: usize, b: usize, c: usize, d: usize): v128 {
  let lanes = v128.load32_zero(base + (a << 2))
  lanes = v128.load_lane<u32>(base + (b << 2), lanes, 1)
  lanes = v128.load_lane<u32>(base + (c << 2), lanes, 2)
  return v128.load_lane<u32>(base + (d << 2), lanes, 3)
}
