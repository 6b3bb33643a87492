import { gatherRows, panelBytes, tile, tile0, tile1 } from './panel'
import { insertKey } from './walk'

const ROWS_AT: usize = 320

/**
 * Finds each node's nearest leaders: one step of a random partition (the leaders are drawn by the caller).
 *
 * @param nodes u32 each.
 * @param leaders A panel of codes with room for `leaderCount`, an even number.
 * @param fanout How many leaders a node is given to, at most 8 and `leaderCount`.
 * @param out Room for count × fanout u32: numbers of leaders, nearest first.
 * @param scratch `assignScratchBytes`: four pools of 8 u64, eight distances, a panel of four rows.
 */
export function assign(
  nodes: usize,
  count: u32,
  leaders: usize,
  leaderCount: u32,
  fanout: u32,
  out: usize,
  scratch: usize,
): void {
  const pools = scratch
  const found = scratch + 256
  const rows = scratch + ROWS_AT
  for (let first: u32 = 0; first < count; first += 4) {
    const lanes = min<u32>(4, count - first)
    gatherRows(nodes + ((<usize>first) << 2), lanes, 4, rows)
    memory.fill(pools, 0xff, 256)
    let worst = i32x4.splat(0x7fffffff)
    for (let leader: u32 = 0; leader < leaderCount; leader += 2) {
      tile(rows, 4, 0, leaders, leaderCount, leader, leader + 1)
      let hits = <u32>i32x4.bitmask(i32x4.lt_s(tile0, worst)) | ((<u32>i32x4.bitmask(i32x4.lt_s(tile1, worst))) << 4)
      if (hits == 0) continue
      const second = tile1
      v128.store(found, tile0)
      v128.store(found, second, 16)
      while (hits != 0) {
        const hit = <u32>ctz(hits)
        hits &= hits - 1
        const lane = hit & 3
        const pool = pools + ((<usize>lane) << 6)
        const distance = load<u32>(found + ((<usize>hit) << 2))
        const key = ((<u64>distance) << 32) | (leader + (hit >> 2))
        if (key < load<u64>(pool + ((<usize>(fanout - 1)) << 3))) insertKey(pool, fanout, fanout, key)
      }
      for (let lane: usize = 0; lane < 4; lane++) {
        const key = load<u64>(pools + (lane << 6) + ((<usize>(fanout - 1)) << 3))
        store<i32>(found + (lane << 2), key == u64.MAX_VALUE ? 0x7fffffff : <i32>(key >> 32))
      }
      worst = v128.load(found)
    }
    for (let lane: u32 = 0; lane < lanes; lane++) {
      for (let i: u32 = 0; i < fanout; i++) {
        store<u32>(
          out + ((<usize>((first + lane) * fanout + i)) << 2),
          <u32>load<u64>(pools + ((<usize>lane) << 6) + ((<usize>i) << 3)),
        )
      }
    }
  }
}

export function assignScratchBytes(): usize {
  return ROWS_AT + panelBytes(4, true)
}
