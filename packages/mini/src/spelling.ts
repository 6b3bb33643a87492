import type { CodePoints } from './code-points.ts'
import { LONGEST_WORD } from './string-list.ts'
import { extendHash, HASH_START } from './word-table.ts'

const BEGIN = 0x3c
const END = 0x3e
const STRIDE = 0x9e3779b9

/** Grams of a word with its two brackets, at most. */
export const MOST_GRAMS: number = LONGEST_WORD + 2

// Bits are counted many side by side: up to 15 in four bits each, then in a byte each, where MOST_GRAMS have room.
const NIBBLE_LANES = 0x11111111
const NIBBLE_MOST = 15
const BYTE_LANES = 0x0f0f0f0f

/** A vector that words of like letters have alike: the sum of one vector of ±1 for each gram, drawn by the gram's hash. */
export class Spelling {
  readonly #dim: number
  readonly #gram: number
  readonly #bracketed: Uint32Array = new Uint32Array(MOST_GRAMS)

  constructor(dim: number, gram: number) {
    this.#dim = dim
    this.#gram = gram
  }

  /** Writes the hashes of a word's grams to hashes[at …], at most `MOST_GRAMS`. Returns how many there are. */
  hash({ values, count: length }: CodePoints, hashes: Uint32Array, at: number): number {
    const bracketed = this.#bracketed
    bracketed[0] = BEGIN
    for (let i = 0; i < length; i++) bracketed[i + 1] = values[i]!
    bracketed[length + 1] = END
    const gram = Math.min(this.#gram, length + 2)
    const count = length + 2 - gram + 1
    for (let i = 0; i < count; i++) {
      let hash = HASH_START
      for (let j = i; j < i + gram; j++) hash = extendHash(hash, bracketed[j]!)
      hashes[at + i] = hash
    }
    return count
  }

  /**
   * Writes the sum of the grams hashes[at … at + count) to vectors[offset …], and zeros up to the next multiple of 32 elements. Returns its squared
   * length.
   */
  sum(hashes: Uint32Array, at: number, count: number, vectors: Int8Array, offset: number): number {
    const end = at + count
    const vectorEnd = offset + this.#dim
    let square = 0
    let first = offset
    for (let stride = STRIDE | 0; first < vectorEnd; first += 32, stride = (stride + STRIDE) | 0) {
      // Byte i of a, b, …, h counts the grams that say +1 in the dimensions 8 i, 8 i + 1, …, 8 i + 7 of these 32.
      let [a, b, c, d, e, f, g, h] = [0, 0, 0, 0, 0, 0, 0, 0]
      for (let from = at; from < end; from += NIBBLE_MOST) {
        const to = Math.min(end, from + NIBBLE_MOST)
        let [p, q, r, s] = [0, 0, 0, 0]
        for (let i = from; i < to; i++) {
          const bits = mix((hashes[i]! + stride) | 0)
          p = (p + (bits & NIBBLE_LANES)) | 0
          q = (q + ((bits >>> 1) & NIBBLE_LANES)) | 0
          r = (r + ((bits >>> 2) & NIBBLE_LANES)) | 0
          s = (s + ((bits >>> 3) & NIBBLE_LANES)) | 0
        }
        a += p & BYTE_LANES
        b += q & BYTE_LANES
        c += r & BYTE_LANES
        d += s & BYTE_LANES
        e += (p >>> 4) & BYTE_LANES
        f += (q >>> 4) & BYTE_LANES
        g += (r >>> 4) & BYTE_LANES
        h += (s >>> 4) & BYTE_LANES
      }
      for (let i = first; i < first + 32; i += 8) {
        square += write(vectors, i, a & 255, b & 255, c & 255, d & 255, count)
        square += write(vectors, i + 4, e & 255, f & 255, g & 255, h & 255, count)
        a >>>= 8
        b >>>= 8
        c >>>= 8
        d >>>= 8
        e >>>= 8
        f >>>= 8
        g >>>= 8
        h >>>= 8
      }
    }
    for (let i = vectorEnd; i < first; i++) {
      square -= vectors[i]! * vectors[i]!
      vectors[i] = 0
    }
    return square
  }
}

// Of `count` grams so many say +1, the others −1, in each of four dimensions. Returns the sum of the squares.
function write(vectors: Int8Array, at: number, a: number, b: number, c: number, d: number, count: number): number {
  const w = (2 * a - count) | 0
  const x = (2 * b - count) | 0
  const y = (2 * c - count) | 0
  const z = (2 * d - count) | 0
  vectors[at] = w
  vectors[at + 1] = x
  vectors[at + 2] = y
  vectors[at + 3] = z
  return (Math.imul(w, w) + Math.imul(x, x) + Math.imul(y, y) + Math.imul(z, z)) | 0
}

function mix(value: number): number {
  let x = value ^ (value >>> 16)
  x = Math.imul(x, 0x85ebca6b)
  x ^= x >>> 13
  x = Math.imul(x, 0xc2b2ae35)
  return x ^ (x >>> 16)
}
