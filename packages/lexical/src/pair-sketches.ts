const BITS_PER_WORD = 5
const HASHES = 3
const FIRST_BYTES = 4096

/**
 * Which words stand beside one another in each document, a byte for each word: a Bloom filter (Bloom, "Space/time trade-offs in hash coding
 * with allowable errors", CACM 1970) of eight bits and three hashes a pair. Of pairs that are not there 3 % are taken to be.
 */
export class PairSketches {
  #bytes = new Uint8Array(FIRST_BYTES)
  #used = 0
  // By offset.
  #starts = new Uint32Array(64)

  get memoryBytes(): number {
    return this.#bytes.byteLength + this.#starts.byteLength
  }

  /** @param words Of the document. @param pairs Hashes, see {@link pairOf}: the first `count`. */
  add(offset: number, words: number, pairs: Uint32Array, count: number): void {
    const start = this.#takeBytes(offset, sizeOf(words))
    for (let i = 0; i < count; i++) {
      const pair = pairs[i]!
      for (let bit = 0; bit < HASHES; bit++) {
        const at = bitOf(pair, bit, words)
        this.#bytes[start + (at >> 3)]! |= 1 << (at & 7)
      }
    }
  }

  /** The same of what `of` gave. */
  addSketch(offset: number, sketch: Uint8Array): void {
    const start = this.#takeBytes(offset, sketch.length)
    this.#bytes.set(sketch, start)
  }

  has(offset: number, words: number, pair: number): boolean {
    if (words < 2) return false
    const start = this.#starts[offset]!
    for (let bit = 0; bit < HASHES; bit++) {
      const at = bitOf(pair, bit, words)
      if (((this.#bytes[start + (at >> 3)]! >> (at & 7)) & 1) === 0) return false
    }
    return true
  }

  /** A document's, as a view that lasts until the next one comes. */
  of(offset: number, words: number): Uint8Array {
    return this.#bytes.subarray(this.#starts[offset]!, this.#starts[offset]! + sizeOf(words))
  }

  #takeBytes(offset: number, size: number): number {
    const start = this.#used
    this.#used += size
    if (this.#used > this.#bytes.length)
      this.#bytes = grown(this.#bytes, new Uint8Array(Math.max(this.#used, 2 * this.#bytes.length)))
    if (offset >= this.#starts.length) {
      this.#starts = grown(this.#starts, new Uint32Array(Math.max(offset + 1, 2 * this.#starts.length)))
    }
    this.#starts[offset] = start
    return start
  }
}

/** Bytes of a document of so many words. */
export function sizeOf(words: number): number {
  return words < 2 ? 0 : Math.ceil((words * BITS_PER_WORD) / 8)
}

/** A number for two words, the first and the second. */
export function pairOf(one: number, other: number): number {
  const mixed = Math.imul(one ^ (one >>> 15), 0x2c1b3c6d) ^ Math.imul(other ^ (other >>> 13), 0x297a2d39)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

const BEGINNING = 5

/** A number for how a word begins: inflected, it makes the same pairs. (FNV-1a.) */
export function beginningHash(word: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < word.length && i < BEGINNING; i++) hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** Two hashes make as many as are wanted. (Kirsch, Mitzenmacher, "Less hashing, same performance", ESA 2006.) */
function bitOf(pair: number, bit: number, words: number): number {
  const step = Math.imul(pair, 0x9e3779b1) | 1
  return Math.floor((((pair + Math.imul(bit, step)) >>> 0) * (BITS_PER_WORD * words)) / 2 ** 32)
}

function grown<A extends Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>(from: A, to: A): A {
  to.set(from)
  return to
}
