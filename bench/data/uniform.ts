import { gaussians } from './gaussian.ts'
import { normalizeRows, type VectorSet } from './vector-set.ts'

/**
 * Seeded directions without any structure: the hard case. In so many dimensions all points are almost equally far from a query, so
 * that no graph leads to the nearest ones, and what is found is worth little.
 */
export async function uniform(points: number, queries: number, dim = 384): Promise<VectorSet> {
  const gaussian = gaussians(1)
  const rows = (count: number) => {
    const vectors = new Float32Array(count * dim)
    for (let i = 0; i < vectors.length; i++) vectors[i] = gaussian()
    normalizeRows(vectors, dim)
    return vectors
  }
  return { name: 'uniform', dim, points: rows(points), queries: rows(queries) }
}
