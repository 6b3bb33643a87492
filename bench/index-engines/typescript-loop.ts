import type { EngineKind } from './engine.ts'

/**
 * The loop a careful author writes without WebAssembly: one Float32Array of unit vectors, eight sums at once, and the k best in a
 * short sorted list. Not a straw man: a single sum and an array of arrays take about twice as long.
 */
export const typescriptLoop: EngineKind = {
  engine: 'typescript-loop',
  mode: 'exact-f32',
  settings: 'unit vectors in one Float32Array, dot product with 8 accumulators, sorted list of k, no WebAssembly',
  rows: ['build', 'exact'],
  load: async () => {
    return ({ dim, points }) => {
      const vectors = points.slice()
      return {
        scans: { 'exact-f32': (query, k) => nearest(vectors, dim, query, k) },
        bytesPerVector: dim * 4,
        close: () => {},
      }
    }
  },
}

/** Offsets of the k rows of the largest dot product, best first; at equal product the smaller offset first. */
export function nearest(vectors: Float32Array, dim: number, query: Float32Array, k: number): Uint32Array {
  const offsets = new Uint32Array(k)
  const dots = new Float64Array(k).fill(Number.NEGATIVE_INFINITY)
  const count = vectors.length / dim
  let worst = Number.NEGATIVE_INFINITY
  let size = 0
  for (let offset = 0; offset < count; offset++) {
    const found = dot(vectors, offset * dim, query, dim)
    if (found <= worst) continue
    let at = size < k ? size++ : k - 1
    for (; at > 0 && dots[at - 1]! < found; at--) {
      dots[at] = dots[at - 1]!
      offsets[at] = offsets[at - 1]!
    }
    dots[at] = found
    offsets[at] = offset
    if (size === k) worst = dots[k - 1]!
  }
  return offsets.subarray(0, size)
}

function dot(vectors: Float32Array, start: number, query: Float32Array, dim: number): number {
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  let e = 0
  let f = 0
  let g = 0
  let h = 0
  let i = 0
  for (; i + 8 <= dim; i += 8) {
    a += vectors[start + i]! * query[i]!
    b += vectors[start + i + 1]! * query[i + 1]!
    c += vectors[start + i + 2]! * query[i + 2]!
    d += vectors[start + i + 3]! * query[i + 3]!
    e += vectors[start + i + 4]! * query[i + 4]!
    f += vectors[start + i + 5]! * query[i + 5]!
    g += vectors[start + i + 6]! * query[i + 6]!
    h += vectors[start + i + 7]! * query[i + 7]!
  }
  for (; i < dim; i++) a += vectors[start + i]! * query[i]!
  return a + b + (c + d) + (e + f + (g + h))
}
