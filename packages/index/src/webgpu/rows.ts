import type { Metric } from '@voisin/spec'

/** Elements of a row on the GPU: whole vec4s. The zeros at its end change no distance. */
export function rowLength(dim: number): number {
  return Math.ceil(dim / 4) * 4
}

/**
 * Vectors as the GPU compares them: rows of `rowLength(dim)`; for cosine of length one, so that 1 − a·b is the distance. A copy.
 * @param norms The norm of each; read for cosine only.
 */
export function toRows(vectors: Float32Array, dim: number, metric: Metric, norms: Float32Array): Float32Array<ArrayBuffer> {
  const length = rowLength(dim)
  if (metric !== 'cosine' && length === dim) return new Float32Array(vectors)
  const rows = new Float32Array(norms.length * length)
  for (let row = 0; row < norms.length; row++) {
    const divisor = metric === 'cosine' ? norms[row]! : 1
    const from = row * dim
    const to = row * length
    for (let i = 0; i < dim; i++) rows[to + i] = vectors[from + i]! / divisor
  }
  return rows
}
