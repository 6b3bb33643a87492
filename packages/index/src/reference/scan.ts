import type { Candidates, DistanceMoments } from '@voisin/spec'

/**
 * The scalar twin of the kernel `scan`, from the distances to all vectors on: what it keeps, by sorting everything, and the moments, by
 * two passes. The kernel keeps exactly the same; its moments differ by rounding alone.
 */
export function scan(
  distances: Float32Array,
  isLive: (offset: number) => boolean,
  isAllowed: (offset: number) => boolean,
  k: number,
): Candidates & { moments: DistanceMoments } {
  const live = Array.from(distances.keys()).filter(isLive)
  const nearest = live
    .filter(isAllowed)
    .sort((a, b) => distances[a]! - distances[b]! || a - b)
    .slice(0, k)
  const count = Math.max(1, live.length)
  const mean = live.reduce((sum, offset) => sum + distances[offset]!, 0) / count
  const variance = live.reduce((sum, offset) => sum + (distances[offset]! - mean) ** 2, 0) / count
  return {
    offsets: Uint32Array.from(nearest),
    distances: Float32Array.from(nearest, (offset) => distances[offset]!),
    moments: { mean, deviation: Math.sqrt(variance) },
  }
}
