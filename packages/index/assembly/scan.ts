import { distance4 } from './distance'
import { distanceOf, keyOf, offer, settle } from './pool'

// The batch, 304 bytes: u32 offsets whose distances are due next, then room for four distances.
//   0                                 288           304
//   ├ offset 0 … offset 69 ┤ (unused) ├ distances 4 ┤
// At most 3 offsets wait from the last word, a word adds at most 64, and filling up the last group of four adds at most 3.
const DUE_DISTANCES: usize = 288

/**
 * Looks at every wanted vector and keeps the k nearest, ties broken by the smaller offset.
 *
 * @param live Bitmap of the vectors that are there, u64 words, no bit set at or past `count`.
 * @param allow Bitmap of the vectors that may be answered, or 0: all.
 * @param k At least 1.
 * @param pool Room for k u64. On return: pairs of u32 offset and f32 distance, nearest first.
 * @param batch 304 bytes of room, 16-byte aligned.
 * @param moments Where to write mean and population deviation (f64 each) of the distances to *all* live vectors, or 0: not wanted.
 * @returns How many were kept.
 */
export function scan(
  metric: i32,
  query: usize,
  bytes: usize,
  vectors: usize,
  norms: usize,
  live: usize,
  allow: usize,
  count: u32,
  k: u32,
  pool: usize,
  batch: usize,
  moments: usize,
): u32 {
  const words = (count + 63) >> 6
  const dueDistances = batch + DUE_DISTANCES
  let worst = f32x4.splat(f32.POSITIVE_INFINITY)
  let size: u32 = 0
  let due: u32 = 0
  // Sums of differences to the first distance: sums of the distances themselves would cancel when all are alike.
  let shift: f64 = 0
  let seen: f64 = 0
  let sum: f64 = 0
  let sumOfSquares: f64 = 0

  for (let word: u32 = 0; word <= words; word++) {
    // One round more than there are words: it looks at the offsets still due.
    let ready = due
    if (word < words) {
      let wanted = load<u64>(live + ((<usize>word) << 3))
      if (allow != 0 && moments == 0) wanted &= load<u64>(allow + ((<usize>word) << 3))
      if (wanted == 0) continue
      const base = word << 6
      while (wanted != 0) {
        store<u32>(batch + ((<usize>due) << 2), base + <u32>ctz(wanted))
        due++
        wanted &= wanted - 1
      }
      ready = due & ~3
    } else {
      for (let i: u32 = 0; i < 3; i++) store<u32>(batch + ((<usize>(due + i)) << 2), load<u32>(batch))
    }

    for (let first: u32 = 0; first < ready; first += 4) {
      const offsets = batch + ((<usize>first) << 2)
      const lanes = min<u32>(4, ready - first)
      const distances = distance4(metric, query, bytes, vectors, norms, offsets)
      v128.store(dueDistances, distances)
      if (moments != 0) {
        if (seen == 0) shift = <f64>load<f32>(dueDistances)
        for (let lane: u32 = 0; lane < lanes; lane++) {
          const difference = <f64>load<f32>(dueDistances + ((<usize>lane) << 2)) - shift
          sum += difference
          sumOfSquares += difference * difference
        }
        seen += <f64>lanes
      }
      // Offsets rise, so at an equal distance the one already kept wins.
      let hits = <u32>i32x4.bitmask(f32x4.lt(distances, worst)) & ((1 << lanes) - 1)
      while (hits != 0) {
        const lane = (<usize>ctz(hits)) << 2
        hits &= hits - 1
        const offset = load<u32>(offsets + lane)
        if (allow != 0 && ((load<u8>(allow + (<usize>offset >> 3)) >> (<u8>offset & 7)) & 1) == 0) continue
        size = offer(pool, size, k, keyOf(load<f32>(dueDistances + lane), offset))
        if (size == k) worst = f32x4.splat(distanceOf(load<u64>(pool)))
      }
    }

    due -= ready
    for (let i: u32 = 0; i < due; i++) store<u32>(batch + ((<usize>i) << 2), load<u32>(batch + ((<usize>(ready + i)) << 2)))
  }

  settle(pool, size)
  if (moments != 0) {
    const mean = seen == 0 ? 0 : sum / seen
    store<f64>(moments, shift + mean)
    store<f64>(moments, seen == 0 ? 0 : sqrt(max<f64>(0, sumOfSquares / seen - mean * mean)), 8)
  }
  return size
}

/** Distances to the vectors at the given offsets. `count` is a multiple of 4; `offsets` and `out` hold `count` u32 and f32. */
export function distances(
  metric: i32,
  query: usize,
  bytes: usize,
  vectors: usize,
  norms: usize,
  offsets: usize,
  count: u32,
  out: usize,
): void {
  const end = offsets + ((<usize>count) << 2)
  while (offsets < end) {
    v128.store(out, distance4(metric, query, bytes, vectors, norms, offsets))
    offsets += 16
    out += 16
  }
}
