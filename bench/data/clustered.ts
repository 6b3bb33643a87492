import { normalizeRows, type VectorSet } from './vector-set.ts'

const DIM = 384
const COMPONENTS = 300
const LATENT = 32
const HIDDEN = 256
const SPREAD = 0.6
const NOISE = 0.3

/**
 * Seeded vectors that lie like embeddings do: 300 Gaussian components in R³², through a random tanh layer of 256 into 384 dimensions,
 * normalised, with a little noise, normalised again. (Uniformly random vectors have no neighbours worth the name.)
 */
export async function clustered(points: number, queries: number): Promise<VectorSet> {
  const gaussian = gaussians(1)
  const filled = (length: number, scale: number) => Float32Array.from({ length }, () => gaussian() * scale)
  const centres = filled(COMPONENTS * LATENT, 1)
  const into = filled(HIDDEN * LATENT, 1 / Math.sqrt(LATENT))
  const out = filled(DIM * HIDDEN, 1 / Math.sqrt(HIDDEN))
  const latent = new Float32Array(LATENT)
  const hidden = new Float32Array(HIDDEN)

  const rows = (count: number) => {
    const vectors = new Float32Array(count * DIM)
    for (let row = 0; row < count; row++) {
      const centre = Math.floor(Math.abs(gaussian() * 1e6)) % COMPONENTS
      for (let i = 0; i < LATENT; i++) latent[i] = centres[centre * LATENT + i]! + gaussian() * SPREAD
      for (let i = 0; i < HIDDEN; i++) hidden[i] = Math.tanh(dot(into, i * LATENT, latent))
      for (let i = 0; i < DIM; i++) vectors[row * DIM + i] = dot(out, i * HIDDEN, hidden)
    }
    normalizeRows(vectors, DIM)
    for (let i = 0; i < vectors.length; i++) vectors[i]! += (gaussian() * NOISE) / Math.sqrt(DIM)
    normalizeRows(vectors, DIM)
    return vectors
  }
  return { name: 'clustered', dim: DIM, points: rows(points), queries: rows(queries) }
}

function dot(matrix: Float32Array, start: number, vector: Float32Array): number {
  let sum = 0
  for (let i = 0; i < vector.length; i++) sum += matrix[start + i]! * vector[i]!
  return sum
}

// mulberry32 for the seed, Box and Muller for the bell.
function gaussians(seed: number): () => number {
  let state = seed
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
}
