import type { VectorSet } from '../data/vector-set.ts'

/** The true k nearest of the first `count` queries, by f64 dot products of the unit vectors; ties by the smaller offset. */
export function trueNeighbours({ dim, points, queries }: VectorSet, count: number, k: number): Set<number>[] {
  const total = points.length / dim
  const dots = new Float64Array(total)
  return Array.from({ length: count }, (_, row) => {
    const query = Float64Array.from(queries.subarray(row * dim, (row + 1) * dim))
    for (let offset = 0; offset < total; offset++) {
      let sum = 0
      for (let i = 0, at = offset * dim; i < dim; i++, at++) sum += points[at]! * query[i]!
      dots[offset] = sum
    }
    const offsets = Array.from(dots.keys()).sort((a, b) => dots[b]! - dots[a]! || a - b)
    return new Set(offsets.slice(0, k))
  })
}
