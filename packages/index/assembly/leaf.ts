import { gatherCodes, gatherRows, panelBytes, tile, tile0, tile1 } from './panel'
import { alphaInverse } from './space'
import { insertKey, keyOfNode, nodeOfKey } from './walk'

// A leaf is a few hundred nodes that lie near each other: all their distances are computed, and every node chooses among them.

const FARTHEST: u32 = 0x7fffffff

/** Bytes that `leaf` works in: two panels, the distances, and a pool. */
export function leafScratchBytes(count: u32, nearest: u32): usize {
  const room = (count + 3) & ~3
  return panelBytes(room, false) + panelBytes(room, true) + ((<usize>room * room) << 2) + ((<usize>nearest) << 3)
}

/**
 * Finds each node's best links within a leaf.
 *
 * @param nodes u32 each.
 * @param nearest How many of the nearest are looked at.
 * @param most How many of them are kept at most by the neighbour heuristic.
 * @param out Room for count × most u64: keys of nodes, nearest first, all ones where there are fewer.
 */
export function leaf(nodes: usize, count: u32, nearest: u32, most: u32, out: usize, scratch: usize): void {
  const room = (count + 3) & ~3
  const codes = scratch
  const rows = codes + panelBytes(room, false)
  const matrix = rows + panelBytes(room, true)
  const pool = matrix + ((<usize>room * room) << 2)
  gatherCodes(nodes, count, room, codes)
  gatherRows(nodes, count, room, rows)
  fillMatrix(rows, codes, room, matrix)
  let guess: u32 = FARTHEST
  for (let i: u32 = 0; i < count; i++) {
    const distances = matrix + ((<usize>i * room) << 2)
    // The last row's farthest is a good guess of this row's: most others are then passed over four at a time.
    let size = nearestInRow(distances, i, count, nearest, guess, pool)
    if (size < nearest && guess < FARTHEST) size = nearestInRow(distances, i, count, nearest, FARTHEST, pool)
    if (size == nearest) {
      const farthest = <u32>(load<u64>(pool + ((<usize>(nearest - 1)) << 3)) >> 32)
      guess = min(FARTHEST, farthest + (farthest >> 3))
    }
    const kept = keepDiverse(pool, size, most, matrix, room)
    const target = out + ((<usize>i * most) << 3)
    for (let j: u32 = 0; j < most; j++) {
      let key = u64.MAX_VALUE
      if (j < kept) {
        key = load<u64>(pool + ((<usize>j) << 3))
        key = keyOfNode(<u32>(key >> 32), load<u32>(nodes + ((<usize>nodeOfKey(key)) << 2)))
      }
      store<u64>(target + ((<usize>j) << 3), key)
    }
  }
}

/** All distances, row by row; the lower triangle of 4 × 4 tiles is the upper one turned over. */
function fillMatrix(rows: usize, codes: usize, room: u32, matrix: usize): void {
  const stride = (<usize>room) << 2
  for (let i: u32 = 0; i < room; i += 4) {
    for (let j = i; j < room; j += 4) {
      tile(rows, room, i, codes, room, j, j + 1)
      const a = tile0
      const b = tile1
      tile(rows, room, i, codes, room, j + 2, j + 3)
      const c = tile0
      const d = tile1
      // Lane r of a, b, c, d: row i + r with code j, j + 1, j + 2, j + 3.
      const below = matrix + stride * j + ((<usize>i) << 2)
      v128.store(below, a)
      v128.store(below + stride, b)
      v128.store(below + stride * 2, c)
      v128.store(below + stride * 3, d)
      const ab0 = v128.shuffle<i32>(a, b, 0, 4, 1, 5)
      const ab1 = v128.shuffle<i32>(a, b, 2, 6, 3, 7)
      const cd0 = v128.shuffle<i32>(c, d, 0, 4, 1, 5)
      const cd1 = v128.shuffle<i32>(c, d, 2, 6, 3, 7)
      const right = matrix + stride * i + ((<usize>j) << 2)
      v128.store(right, v128.shuffle<i64>(ab0, cd0, 0, 2))
      v128.store(right + stride, v128.shuffle<i64>(ab0, cd0, 1, 3))
      v128.store(right + stride * 2, v128.shuffle<i64>(ab1, cd1, 0, 2))
      v128.store(right + stride * 3, v128.shuffle<i64>(ab1, cd1, 1, 3))
    }
  }
}

/** The nearest others of one row below a limit, sorted, as keys of places in the leaf. */
function nearestInRow(distances: usize, self: u32, count: u32, nearest: u32, limit: u32, pool: usize): u32 {
  let size: u32 = 0
  let worst = limit
  for (let j: u32 = 0; j < count; j += 4) {
    let hits = <u32>i32x4.bitmask(i32x4.lt_s(v128.load(distances + ((<usize>j) << 2)), i32x4.splat(worst)))
    while (hits != 0) {
      const place = j + <u32>ctz(hits)
      hits &= hits - 1
      if (place == self || place >= count) continue
      const distance = load<u32>(distances + ((<usize>place) << 2))
      if (distance >= worst) continue
      insertKey(pool, size, nearest, keyOfNode(distance, place))
      if (size < nearest) size++
      if (size == nearest) worst = <u32>(load<u64>(pool + ((<usize>(nearest - 1)) << 3)) >> 32)
    }
  }
  return size
}

/** The neighbour heuristic of `select`, over known distances: those kept are moved to the front. */
function keepDiverse(pool: usize, size: u32, most: u32, matrix: usize, room: u32): u32 {
  let kept: u32 = 0
  for (let i: u32 = 0; i < size && kept < most; i++) {
    const key = load<u64>(pool + ((<usize>i) << 3))
    const row = matrix + ((<usize>nodeOfKey(key) * room) << 2)
    const limit = <u32>(((key >> 32) * alphaInverse) >> 16)
    let isCovered = false
    for (let j: u32 = 0; j < kept && !isCovered; j++) {
      isCovered = load<u32>(row + ((<usize>nodeOfKey(load<u64>(pool + ((<usize>j) << 3)))) << 2)) < limit
    }
    if (isCovered) continue
    store<u64>(pool + ((<usize>kept) << 3), key)
    kept++
  }
  return kept
}
