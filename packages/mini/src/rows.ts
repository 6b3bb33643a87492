import type { ModelFile } from './model-file.ts'

/** The rows of a model, which stay packed: a row is a factor times the centroids that its codes name, part after part. */
export class Rows {
  readonly count: number
  readonly #parts: number
  readonly #width: number
  readonly #centroids: Int8Array
  readonly #codes: Uint8Array
  readonly #levels: Uint8Array
  readonly #factors: Float64Array

  constructor({ header, centroids, codes, levels }: ModelFile) {
    const { dim, parts, rows, low, step } = header
    this.count = rows
    this.#parts = parts
    this.#width = dim / parts
    this.#centroids = centroids
    this.#codes = codes
    this.#levels = levels
    this.#factors = Float64Array.from({ length: 256 }, (_, level) => Math.exp(low + level * step))
  }

  factor(row: number): number {
    return this.#factors[this.#levels[row]!]!
  }

  /** Writes a row, its factor aside, to a vector and adds it `times` to another. Returns its squared length. */
  unpack(row: number, vector: Float64Array, times: number, to: Float64Array): number {
    const centroids = this.#centroids
    const codes = this.#codes
    const width = this.#width
    const from = row * this.#parts
    const end = from + this.#parts
    let square = 0
    let i = 0
    let book = 0
    // The built-in model's parts have six elements; a loop around six takes twice the time.
    if (width === 6) {
      for (let code = from; code < end; code++) {
        const at = (book + codes[code]! * 6) | 0
        const a = centroids[at]!
        const b = centroids[at + 1]!
        const c = centroids[at + 2]!
        const d = centroids[at + 3]!
        const e = centroids[at + 4]!
        const f = centroids[at + 5]!
        vector[i] = a
        vector[i + 1] = b
        vector[i + 2] = c
        vector[i + 3] = d
        vector[i + 4] = e
        vector[i + 5] = f
        to[i]! += times * a
        to[i + 1]! += times * b
        to[i + 2]! += times * c
        to[i + 3]! += times * d
        to[i + 4]! += times * e
        to[i + 5]! += times * f
        square += a * a + b * b + c * c + d * d + e * e + f * f
        i += 6
        book += 256 * 6
      }
      return square
    }
    for (let code = from; code < end; code++) {
      const at = book + codes[code]! * width
      for (let j = 0; j < width; j++, i++) {
        const element = centroids[at + j]!
        vector[i] = element
        to[i]! += times * element
        square += element * element
      }
      book += 256 * width
    }
    return square
  }
}
