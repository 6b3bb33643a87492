import { seeded } from './random.ts'

/** Bell-shaped numbers, the same for the same seed. */
export function gaussians(seed: number): () => number {
  const random = seeded(seed)
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** Rows about some centres, not normalised: they have neighbours, as embeddings do. Rows asked for later lie about the same centres. */
export function clusters(seed: number, dim: number, centres: number, spread = 0.4): (count: number) => Float32Array {
  const gaussian = gaussians(seed)
  const places = Float32Array.from({ length: centres * dim }, gaussian)
  return (count) => {
    const rows = new Float32Array(count * dim)
    for (let row = 0; row < count; row++) {
      const centre = Math.floor(Math.abs(gaussian() * 1e5)) % centres
      for (let i = 0; i < dim; i++) rows[row * dim + i] = places[centre * dim + i]! + spread * gaussian()
    }
    return rows
  }
}
