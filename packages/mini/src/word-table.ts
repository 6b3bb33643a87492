import type { StringList } from './string-list.ts'

// FNV-1a, 32 bits: it goes on byte by byte, so that a reader has a word's hash when it has the word. The format asks for it in spellings.
export const HASH_START: number = 0x811c9dc5 | 0
const HASH_PRIME = 0x01000193

/** The hash of some bytes (or code points) and one more, from the hash of those bytes. */
export function extendHash(hash: number, next: number): number {
  return Math.imul(hash ^ next, HASH_PRIME)
}

/** The hash of bytes[start … end). */
export function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = HASH_START
  for (let at = start; at < end; at++) hash = extendHash(hash, bytes[at]!)
  return hash
}

/** Finds a string's place in a list. Some 22 bytes a word of eight letters, where a Map of strings takes about 100. */
export class WordTable {
  readonly count: number
  readonly #bytes: Uint8Array
  readonly #starts: Uint32Array
  // Place + 1 of a string at its hash or, where that is taken, at the next free one; 0 is free. At most half of them are taken.
  readonly #slots: Uint32Array

  constructor({ count, bytes, starts }: StringList) {
    this.count = count
    this.#bytes = bytes
    this.#starts = starts
    const slots = new Uint32Array(2 ** Math.ceil(Math.log2(count + 1) + 1))
    const mask = slots.length - 1
    for (let i = 0; i < count; i++) {
      let slot = slotOf(hashOf(bytes, starts[i]!, starts[i + 1]!), mask)
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = i + 1
    }
    this.#slots = slots
  }

  get memoryBytes(): number {
    return this.#bytes.byteLength + this.#starts.byteLength + this.#slots.byteLength
  }

  /** The place of word[from … to), whose hash is given; −1 where the list lacks it. */
  find(word: Uint8Array, from: number, to: number, hash: number): number {
    const slots = this.#slots
    const starts = this.#starts
    const bytes = this.#bytes
    const mask = slots.length - 1
    const length = to - from
    for (let slot = slotOf(hash, mask); ; slot = (slot + 1) & mask) {
      const place = slots[slot]! - 1
      if (place < 0) return -1
      const start = starts[place]!
      if (starts[place + 1]! - start !== length) continue
      let same = 0
      while (same < length && bytes[start + same] === word[from + same]) same++
      if (same === length) return place
    }
  }
}

/** A number up to `mask` from a hash, of whose bits the upper ones are the better. */
export function slotOf(hash: number, mask: number): number {
  return (hash ^ (hash >>> 15)) & mask
}
