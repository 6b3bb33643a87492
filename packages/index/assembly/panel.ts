import { block, block0, block1, isTame, prepareCode, rowBytes } from './code-dot'
import { one } from './row'
import { codeBytes, codeGaps, codeNorms, codeOf } from './space'

// A panel is a copy of some nodes side by side, so that many-by-many distances read memory in order. In front lie three u32 arrays of
// `room` elements each: what a distance adds for the node, its norm, its gap; then the codes, or the rows made of them.
//   0            4·room   8·room  12·room
//   ├ base … ────┼ norm … ┼ gap … ┼ codes or rows … ┤

/** Distance of a row that only fills up a group: beyond all others, and far enough from overflow. */
const FAR: i32 = 0x3fffffff

/** Bytes of a panel with room for so many nodes, a multiple of 4. */
export function panelBytes(room: u32, rows: bool): usize {
  return <usize>room * (12 + (rows ? rowBytes(codeBytes) : codeBytes))
}

/** Copies the codes of `count` nodes; the rest of the room repeats the last and is to be ignored. */
export function gatherCodes(nodes: usize, count: u32, room: u32, panel: usize): void {
  let target = panel + <usize>room * 12
  for (let i: u32 = 0; i < room; i++) {
    const node = load<u32>(nodes + ((<usize>min(i, count - 1)) << 2))
    const place = panel + ((<usize>i) << 2)
    if (codeNorms != 0) store<u32>(place + ((<usize>room) << 2), load<u32>(codeNorms + ((<usize>node) << 2)))
    if (codeGaps != 0) store<u32>(place + ((<usize>room) << 3), load<u32>(codeGaps + ((<usize>node) << 2)))
    memory.copy(target, codeOf(node), codeBytes)
    target += codeBytes
  }
}

/** Prepares the rows of `count` nodes; the rest of the room is far from everything. */
export function gatherRows(nodes: usize, count: u32, room: u32, panel: usize): void {
  let target = panel + <usize>room * 12
  for (let i: u32 = 0; i < room; i++) {
    const node = load<u32>(nodes + ((<usize>min(i, count - 1)) << 2))
    const place = panel + ((<usize>i) << 2)
    const correction = prepareCode(codeOf(node), codeBytes, target)
    const base = codeNorms == 0 ? one + correction : load<i32>(codeNorms + ((<usize>node) << 2)) + (correction << 1)
    store<i32>(place, i < count ? base : FAR)
    if (codeGaps != 0) store<u32>(place + ((<usize>room) << 3), load<u32>(codeGaps + ((<usize>node) << 2)))
    // A panel of rows needs no norms: in their place stands, for each four rows, whether all of them are tame.
    const tame = isTame(target, codeBytes)
    const group = panel + ((<usize>room) << 2) + ((<usize>(i & ~3)) << 2)
    store<u32>(group, tame && ((i & 3) == 0 || load<u32>(group) != 0) ? 1 : 0)
    target += rowBytes(codeBytes)
  }
}

/** What `tile` found: distances of its four rows, one in each lane, to its first and its second code. */
export let tile0: v128 = i32x4.splat(0)
export let tile1: v128 = i32x4.splat(0)

/** Distances between four rows from `at` on of one panel and the codes `a` and `b` of another. */
export function tile(rows: usize, rowRoom: u32, at: u32, panel: usize, room: u32, a: u32, b: u32): void {
  const step = rowBytes(codeBytes)
  const codes = panel + <usize>room * 12
  const first = rows + ((<usize>at) << 2)
  const tame = load<u32>(first + ((<usize>rowRoom) << 2)) != 0
  block(rows + <usize>rowRoom * 12 + step * at, step, codes + codeBytes * a, codes + codeBytes * b, codeBytes, tame)
  const bases = v128.load(first)
  if (codeNorms == 0) {
    tile0 = i32x4.max_s(i32x4.sub(bases, block0), i32x4.splat(0))
    tile1 = i32x4.max_s(i32x4.sub(bases, block1), i32x4.splat(0))
    return
  }
  const norms = panel + ((<usize>room) << 2)
  tile0 = i32x4.sub(i32x4.add(bases, v128.load32_splat(norms + ((<usize>a) << 2))), i32x4.shl(block0, 1))
  tile1 = i32x4.sub(i32x4.add(bases, v128.load32_splat(norms + ((<usize>b) << 2))), i32x4.shl(block1, 1))
  if (codeGaps != 0) {
    const rowGaps = v128.load(first + ((<usize>rowRoom) << 3))
    const gaps = panel + ((<usize>room) << 3)
    const gap0 = i32x4.sub(rowGaps, v128.load32_splat(gaps + ((<usize>a) << 2)))
    const gap1 = i32x4.sub(rowGaps, v128.load32_splat(gaps + ((<usize>b) << 2)))
    tile0 = i32x4.add(tile0, i32x4.mul(gap0, gap0))
    tile1 = i32x4.add(tile1, i32x4.mul(gap1, gap1))
  }
  tile0 = i32x4.max_s(tile0, i32x4.splat(0))
  tile1 = i32x4.max_s(tile1, i32x4.splat(0))
}
