import { FlatIndex } from '@voisin/index'
import type { VectorSet } from '../data/vector-set.ts'
import type { ExactSearch, Offsets } from './engine.ts'

/** Distances that differ by less count as equal: what f32 sums of some hundred products can tell. */
const TOLERANCE = 1e-6
/** How many points as far as the k-th nearest are looked for behind it. */
const TIES = 20

/** What a search must find. */
export interface Truth {
  /** For each query the offsets that count as right: the k nearest, and all as near as the last of them. */
  readonly accepted: readonly ReadonlySet<number>[]
  /** For each query how many of them can be found: k, or fewer where fewer are allowed. */
  readonly sizes: readonly number[]
}

export function truthOf(exactly: ExactSearch, queries: readonly Float32Array[], k: number, allow?: Uint8Array): Truth {
  const accepted: Set<number>[] = []
  const sizes: number[] = []
  for (const query of queries) {
    const { offsets, distances } = exactly(query, k + TIES, allow)
    const size = Math.min(k, offsets.length)
    const limit = (distances[size - 1] ?? 0) + TOLERANCE
    accepted.push(new Set(offsets.filter((_, i) => distances[i]! <= limit)))
    sizes.push(size)
  }
  return { accepted, sizes }
}

/** The share of true neighbours among those found, over all queries. One found twice counts once. */
export function recallOf(found: readonly Offsets[], { accepted, sizes }: Truth): number {
  let hits = 0
  let possible = 0
  for (const [i, offsets] of found.entries()) {
    const right = new Set(Array.from(offsets).filter((offset) => accepted[i]!.has(offset)))
    hits += Math.min(right.size, sizes[i]!)
    possible += sizes[i]!
  }
  return possible === 0 ? 1 : hits / possible
}

/** Exact search that no measured index has a part in, and into which points can be added. */
export interface Oracle {
  readonly exactly: ExactSearch
  add(vectors: Float32Array): void
  close(): void
}

/** By the exact scan of `FlatIndex`, which a test holds against `trueNeighbours`: that alone would take minutes for 1,000 queries. */
export async function flatOracle({ dim, points }: VectorSet, spare: number): Promise<Oracle> {
  const index = await FlatIndex.create({ dim, metric: 'cosine', capacity: points.length / dim + spare })
  index.addMany(points)
  return {
    exactly: (query, k, allow) => index.search(query, k, allow ? { allow } : {}),
    add: (vectors) => void index.addMany(vectors),
    close: () => index.close(),
  }
}

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
