import { type Arithmetic, BLOCK_ROWS, dot } from './arithmetic.ts'
import type { CodePoints } from './code-points.ts'
import type { ModelFile } from './model-file.ts'
import { openArithmetic } from './open-arithmetic.ts'
import { MOST_GRAMS, Spelling } from './spelling.ts'

/** Room for so many numbers of vectors and hashes of grams is kept from one text to the next. */
const KEPT = 4096

/**
 * Makes one vector of those of a text's words: each weighs exp(−discount · its cosine with the sum of all), so that what the text says again and
 * again weighs less. Of each vector it notes 4 bytes and, for a spelling, 4 for each gram.
 */
export class Pooling {
  readonly #file: ModelFile
  readonly #rowCount: number
  /** What a row's level stands for. */
  readonly #factors: Float64Array
  readonly #spelling: Spelling
  readonly #arithmetic: Arithmetic
  // One for each vector: its row, or rowCount + how many grams its spelling has.
  #vectors = new Uint32Array(KEPT)
  #count = 0
  #hashes = new Uint32Array(KEPT)
  #hashCount = 0
  /** Hashes of those vectors that are in the block or before it. */
  #hashesUsed = 0

  constructor(file: ModelFile) {
    const { dim, gram, parts, rows, low, step } = file.header
    this.#file = file
    this.#rowCount = rows
    this.#factors = Float64Array.from({ length: 256 }, (_, level) => Math.exp(low + level * step))
    this.#spelling = new Spelling(dim, gram)
    this.#arithmetic = openArithmetic({ dim, parts, centroids: file.centroids })
  }

  get memoryBytes(): number {
    return this.#vectors.byteLength + this.#hashes.byteLength + this.#arithmetic.memoryBytes
  }

  begin(): void {
    if (this.#vectors.length > KEPT) this.#vectors = new Uint32Array(KEPT)
    if (this.#hashes.length > KEPT) this.#hashes = new Uint32Array(KEPT)
    this.#count = 0
    this.#hashCount = 0
  }

  addRow(row: number): void {
    if (this.#count === this.#vectors.length) this.#vectors = twice(this.#vectors)
    this.#vectors[this.#count++] = row
  }

  /** Adds the spelling of a word. */
  addSpelling(word: CodePoints): void {
    if (this.#file.header.spelling === 0) return
    if (this.#hashCount + MOST_GRAMS > this.#hashes.length) this.#hashes = twice(this.#hashes)
    const grams = this.#spelling.hash(word, this.#hashes, this.#hashCount)
    this.addRow(this.#rowCount + grams)
    this.#hashCount += grams
  }

  /** Writes the unit vector of all that was added to target[offset …]. False: there is none, and nothing was written. */
  finish(target: Float32Array, offset: number): boolean {
    const { sum, weighted } = this.#arithmetic
    const count = this.#count
    this.#sumUp()
    // Of few all are laid out already.
    const first = this.#weigh(count, Math.sqrt(dot(sum, sum)), count <= BLOCK_ROWS)
    if (first === count) return false
    let square = dot(weighted, weighted)
    if (square === 0) {
      // They cancel out: the first stands for all.
      this.#weigh(first + 1, 0, false)
      square = dot(weighted, weighted)
    }
    const scale = 1 / Math.sqrt(square)
    for (let i = 0; i < this.#file.header.dim; i++) target[offset + i] = weighted[i]! * scale
    return true
  }

  #sumUp(): void {
    const { sum } = this.#arithmetic
    sum.fill(0)
    this.#hashesUsed = 0
    for (let first = 0; first < this.#count; first += BLOCK_ROWS) {
      const rows = this.#layOut(first, this.#count)
      this.#arithmetic.addRows(rows, sum)
    }
  }

  /** Weighs the first `count` vectors, all alike where the sum's length is 0. Returns the first that is not all zeros, or `count`. */
  #weigh(count: number, sumLength: number, isLaidOut: boolean): number {
    const { weighted, times, products, squares } = this.#arithmetic
    const { discount } = this.#file.header
    weighted.fill(0)
    this.#hashesUsed = 0
    let found = count
    for (let first = 0; first < count; first += BLOCK_ROWS) {
      const rows = isLaidOut ? count : this.#layOut(first, count)
      this.#arithmetic.multiply(rows)
      for (let row = 0; row < rows; row++) {
        const square = squares[row]!
        if (square === 0) continue
        found = Math.min(found, first + row)
        const cosine = sumLength === 0 ? 0 : products[row]! / (Math.sqrt(square) * sumLength)
        times[row] = times[row]! * Math.exp(-discount * cosine)
      }
      this.#arithmetic.addRows(rows, weighted)
    }
    return found
  }

  /** Lays out a block, the vectors from `first` on, each with its factor. Returns how many they are. */
  #layOut(first: number, end: number): number {
    const { stride, rows, times } = this.#arithmetic
    const { header, codes, levels } = this.#file
    const count = Math.min(BLOCK_ROWS, end - first)
    for (let row = 0; row < count; row++) {
      const vector = this.#vectors[first + row]!
      const grams = vector - this.#rowCount
      if (grams < 0) {
        this.#arithmetic.unpack(codes, vector * header.parts, row)
        times[row] = this.#factors[levels[vector]!]!
        continue
      }
      const square = this.#spelling.sum(this.#hashes, this.#hashesUsed, grams, rows, row * stride)
      times[row] = square === 0 ? 0 : header.spelling / Math.sqrt(square)
      this.#hashesUsed += grams
    }
    return count
  }
}

function twice(from: Uint32Array): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(from.length * 2)
  to.set(from)
  return to
}
