import type { Metric } from '@voisin/spec'

/** A distance computed by the definition, and how far an f32 computation may honestly be from it. */
export interface ReferenceDistance {
  readonly distance: number
  /** dim · ε · Σ|aᵢbᵢ| with the roundings the metric adds, and the step of denormals. */
  readonly tolerance: number
}

const EPSILON = 2 ** -23
const DENORMAL = 2 ** -149

/** The scalar twin of the kernel `distances`, in f64: distances of a query to the vectors at the given offsets. */
export function distances(
  metric: Metric,
  query: Float32Array,
  vectors: Float32Array,
  offsets: Iterable<number>,
): ReferenceDistance[] {
  return Array.from(offsets, (offset) => {
    const vector = vectors.subarray(offset * query.length, (offset + 1) * query.length)
    return metric === 'l2' ? squared(query, vector) : metric === 'dot' ? negativeDot(query, vector) : cosine(query, vector)
  })
}

function negativeDot(a: Float32Array, b: Float32Array): ReferenceDistance {
  let dot = 0
  let size = 0
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!
    size += Math.abs(a[i]! * b[i]!)
  }
  return { distance: 0 - dot, tolerance: a.length * (EPSILON * size + DENORMAL) }
}

function squared(a: Float32Array, b: Float32Array): ReferenceDistance {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2
  return { distance: sum, tolerance: (a.length + 2) * (EPSILON * sum + DENORMAL) }
}

function cosine(a: Float32Array, b: Float32Array): ReferenceDistance {
  let dot = 0
  let size = 0
  let normA = 0
  let normB = 0
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!
    size += Math.abs(a[i]! * b[i]!)
    normA += a[i]! ** 2
    normB += b[i]! ** 2
  }
  const norms = Math.sqrt(normA) * Math.sqrt(normB)
  return { distance: 1 - dot / norms, tolerance: ((a.length + 4) * EPSILON * size) / norms + EPSILON }
}
