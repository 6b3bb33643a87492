/** Points and queries of one kind: unit vectors, row-major. */
export interface VectorSet {
  readonly name: string
  readonly dim: number
  readonly points: Float32Array
  readonly queries: Float32Array
}

/** Makes every row of `dim` numbers a unit vector. */
export function normalizeRows(vectors: Float32Array, dim: number): void {
  for (let start = 0; start < vectors.length; start += dim) {
    let sum = 0
    for (let i = start; i < start + dim; i++) sum += vectors[i]! ** 2
    const norm = Math.sqrt(sum)
    for (let i = start; i < start + dim; i++) vectors[i]! /= norm
  }
}
