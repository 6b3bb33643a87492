import type { CodePoints } from './code-points.ts'
import type { ModelFile } from './model-file.ts'
import { Rows } from './rows.ts'
import { MOST_GRAMS, Spelling } from './spelling.ts'
import { addTimes, dot } from './vectors.ts'

/** A text's first vectors stay unpacked until they are weighed; those beyond are unpacked again, so that no text takes much memory. */
const UNPACKED = 256
/** Room for so many numbers of vectors and hashes of grams is kept from one text to the next. */
const KEPT = 4096

/**
 * Makes one vector of those of a text's words: each weighs exp(−discount · its cosine with the sum of all), so that what the text says again and
 * again weighs less. Of each vector it notes 12 bytes and, for a spelling, 4 for each gram.
 */
export class Pooling {
  readonly #rows: Rows
  readonly #spelling: Spelling
  readonly #spellingLength: number
  readonly #discount: number
  // One for each vector, zeros left out: its row, or rows.count + how many grams its spelling has; and its length, its factor aside.
  #vectors = new Uint32Array(KEPT)
  #lengths = new Float64Array(KEPT)
  #count = 0
  #hashes = new Uint32Array(KEPT)
  #hashCount = 0
  // Made when first needed; the last is for all vectors beyond.
  readonly #unpacked: Float64Array[] = []
  readonly #sum: Float64Array
  readonly #weighted: Float64Array

  constructor(file: ModelFile) {
    const { dim, gram, spelling, discount } = file.header
    this.#rows = new Rows(file)
    this.#spelling = new Spelling(dim, gram)
    this.#spellingLength = spelling
    this.#discount = discount
    this.#sum = new Float64Array(dim)
    this.#weighted = new Float64Array(dim)
  }

  get memoryBytes(): number {
    const scratch = [this.#vectors, this.#lengths, this.#hashes, this.#sum, this.#weighted, ...this.#unpacked]
    return scratch.reduce((sum, { byteLength }) => sum + byteLength, 0)
  }

  begin(): void {
    if (this.#vectors.length > KEPT) {
      this.#vectors = new Uint32Array(KEPT)
      this.#lengths = new Float64Array(KEPT)
    }
    if (this.#hashes.length > KEPT) this.#hashes = new Uint32Array(KEPT)
    this.#count = 0
    this.#hashCount = 0
    this.#sum.fill(0)
  }

  addRow(row: number): void {
    const square = this.#rows.unpack(row, this.#place(this.#count), this.#rows.factor(row), this.#sum)
    if (square > 0) this.#note(row, Math.sqrt(square))
  }

  /** Adds the spelling of a word. */
  addSpelling(word: CodePoints): void {
    if (this.#spellingLength === 0) return
    if (this.#hashCount + MOST_GRAMS > this.#hashes.length)
      this.#hashes = grown(this.#hashes, new Uint32Array(this.#hashes.length * 2))
    const grams = this.#spelling.hash(word, this.#hashes, this.#hashCount)
    const vector = this.#place(this.#count)
    const square = this.#spelling.sum(this.#hashes, this.#hashCount, grams, vector)
    if (square === 0) return
    addTimes(vector, this.#spellingLength / Math.sqrt(square), this.#sum)
    this.#note(this.#rows.count + grams, Math.sqrt(square))
    this.#hashCount += grams
  }

  /** Writes the unit vector of all that was added to target[offset …]. False: there is none, and nothing was written. */
  finish(target: Float32Array, offset: number): boolean {
    if (this.#count === 0) return false
    const weighted = this.#weighted
    weighted.fill(0)
    this.#addWeighted(this.#count, Math.sqrt(dot(this.#sum, this.#sum)))
    let square = dot(weighted, weighted)
    if (square === 0) {
      this.#addWeighted(1, 0)
      square = dot(weighted, weighted)
    }
    const scale = 1 / Math.sqrt(square)
    for (let i = 0; i < weighted.length; i++) target[offset + i] = weighted[i]! * scale
    return true
  }

  /** Adds the first `count` vectors, each with its weight; all weigh the same where the sum's length is 0. */
  #addWeighted(count: number, sumLength: number): void {
    const rows = this.#rows
    let hashAt = 0
    for (let i = 0; i < count; i++) {
      const number = this.#vectors[i]!
      const length = this.#lengths[i]!
      const vector = this.#place(i)
      const grams = number - rows.count
      if (i >= UNPACKED) {
        // Times 0: nothing is added yet.
        if (grams < 0) rows.unpack(number, vector, 0, this.#weighted)
        else this.#spelling.sum(this.#hashes, hashAt, grams, vector)
      }
      if (grams >= 0) hashAt += grams
      const factor = grams < 0 ? rows.factor(number) : this.#spellingLength / length
      const cosine = sumLength === 0 ? 0 : dot(vector, this.#sum) / (length * sumLength)
      addTimes(vector, factor * Math.exp(-this.#discount * cosine), this.#weighted)
    }
  }

  #place(index: number): Float64Array {
    const place = Math.min(index, UNPACKED)
    // With room for whole words of 32 signs.
    this.#unpacked[place] ??= new Float64Array(Math.ceil(this.#sum.length / 32) * 32)
    return this.#unpacked[place]
  }

  #note(vector: number, length: number): void {
    if (this.#count === this.#vectors.length) {
      this.#vectors = grown(this.#vectors, new Uint32Array(this.#count * 2))
      this.#lengths = grown(this.#lengths, new Float64Array(this.#count * 2))
    }
    this.#vectors[this.#count] = vector
    this.#lengths[this.#count++] = length
  }
}

function grown<T extends Uint32Array | Float64Array>(from: T, to: T): T {
  to.set(from)
  return to
}
