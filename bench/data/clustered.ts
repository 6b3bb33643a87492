import { gaussians } from './gaussian.ts'
import { normalizeRows, type VectorSet } from './vector-set.ts'

const COMPONENTS = 300
const LATENT = 32
const HIDDEN = 256
const SPREAD = 0.6
const NOISE = 0.3
/** Rows made at once: a matrix is read once for all of them, which is what a million rows wait for. */
const BLOCK_ROWS = 4

/**
 * Seeded vectors that lie like embeddings do: 300 Gaussian components in R³², through a random tanh layer of 256 into `dim` dimensions,
 * normalised, with a little noise, normalised again. (Uniformly random vectors have no neighbours worth the name.)
 */
export async function clustered(points: number, queries: number, dim = 384): Promise<VectorSet> {
  const gaussian = gaussians(1)
  // Rounded to f32 and kept as f64, so that no multiplication has to widen them again.
  const filled = (length: number, scale: number) => Float64Array.from({ length }, () => Math.fround(gaussian() * scale))
  const centres = filled(COMPONENTS * LATENT, 1)
  const into = filled(HIDDEN * LATENT, 1 / Math.sqrt(LATENT))
  const out = filled(dim * HIDDEN, 1 / Math.sqrt(HIDDEN))
  const latent = new Float64Array(BLOCK_ROWS * LATENT)
  const hidden = new Float64Array(BLOCK_ROWS * HIDDEN)
  const made = new Float64Array(BLOCK_ROWS * dim)

  const rows = (count: number) => {
    const vectors = new Float32Array(count * dim)
    for (let first = 0; first < count; first += BLOCK_ROWS) {
      const size = Math.min(BLOCK_ROWS, count - first)
      for (let row = 0; row < size; row++) {
        const centre = Math.floor(Math.abs(gaussian() * 1e6)) % COMPONENTS
        for (let i = 0; i < LATENT; i++) {
          latent[row * LATENT + i] = Math.fround(centres[centre * LATENT + i]! + gaussian() * SPREAD)
        }
      }
      multiply(into, HIDDEN, LATENT, latent, hidden)
      for (let i = 0; i < hidden.length; i++) hidden[i] = Math.fround(Math.tanh(hidden[i]!))
      multiply(out, dim, HIDDEN, hidden, made)
      vectors.set(size === BLOCK_ROWS ? made : made.subarray(0, size * dim), first * dim)
    }
    normalizeRows(vectors, dim)
    for (let i = 0; i < vectors.length; i++) vectors[i]! += (gaussian() * NOISE) / Math.sqrt(dim)
    normalizeRows(vectors, dim)
    return vectors
  }
  return { name: 'clustered', dim, points: rows(points), queries: rows(queries) }
}

/** For each of four vectors of length `columns` its `rows` dot products with the rows of a matrix. */
function multiply(matrix: Float64Array, rows: number, columns: number, vectors: Float64Array, into: Float64Array): void {
  for (let row = 0; row < rows; row++) {
    const start = row * columns
    let a = 0
    let b = 0
    let c = 0
    let d = 0
    for (let i = 0; i < columns; i++) {
      const weight = matrix[start + i]!
      a += weight * vectors[i]!
      b += weight * vectors[columns + i]!
      c += weight * vectors[2 * columns + i]!
      d += weight * vectors[3 * columns + i]!
    }
    into[row] = a
    into[rows + row] = b
    into[2 * rows + row] = c
    into[3 * rows + row] = d
  }
}
