const encoder = new TextEncoder()
const NONE = 0
const FIRST_TERMS = 256

/**
 * Numbers terms 0, 1, 2, … in the order in which they come. Their spellings lie one behind the other in one array, found by a hash table
 * with linear probing: a Map of strings would take an object for each, and a string made for each look-up.
 */
export class TermTable {
  #bytes = new Uint8Array(4096)
  // By term: its hash, and where its spelling begins; it ends where the next one begins.
  #hashes = new Uint32Array(FIRST_TERMS)
  #starts = new Uint32Array(FIRST_TERMS + 1)
  // By place: 1 + a term. At most half are taken.
  #places = new Uint32Array(2 * FIRST_TERMS)
  #size = 0
  #scratch = new Uint8Array(256)
  #units = new Uint16Array(64)

  get size(): number {
    return this.#size
  }

  get memoryBytes(): number {
    return this.#bytes.byteLength + this.#hashes.byteLength + this.#starts.byteLength + this.#places.byteLength
  }

  /** The number of a term; undefined where it never came. */
  find(stem: string): number | undefined {
    const length = this.#spell(stem)
    const found = this.#places[this.#placeOf(this.#scratch, 0, length, hashOf(this.#scratch, 0, length))]!
    return found === NONE ? undefined : found - 1
  }

  /** The number of a term, which is new where it never came. */
  take(stem: string): number {
    const length = this.#spell(stem)
    return this.takeBytes(this.#scratch, 0, length)
  }

  /** The same of a term as UTF-8, from `from` to `end`. */
  takeBytes(source: Uint8Array, from: number, end: number): number {
    const hash = hashOf(source, from, end)
    const place = this.#placeOf(source, from, end, hash)
    const found = this.#places[place]!
    if (found !== NONE) return found - 1
    const term = this.#size++
    const start = this.#starts[term]!
    const next = start + end - from
    if (next > this.#bytes.length) this.#bytes = grown(this.#bytes, new Uint8Array(Math.max(next, this.#bytes.length * 2)))
    for (let i = from; i < end; i++) this.#bytes[start + i - from] = source[i]!
    this.#hashes[term] = hash
    this.#starts[term + 1] = next
    this.#places[place] = term + 1
    if (this.#size === this.#hashes.length) this.#grow()
    return term
  }

  /** A term as UTF-8, as a view that lasts until the next one comes. */
  bytesOf(term: number): Uint8Array {
    return this.#bytes.subarray(this.#starts[term]!, this.#starts[term + 1]!)
  }

  /** The first terms that begin with these letters, at most so many. */
  beginningWith(letters: string, most: number): number[] {
    const length = this.#spell(letters)
    const terms: number[] = []
    for (let term = 0; term < this.#size && terms.length < most; term++) {
      const start = this.#starts[term]!
      if (this.#starts[term + 1]! - start < length) continue
      let same = 0
      while (same < length && this.#bytes[start + same] === this.#scratch[same]) same++
      if (same === length) terms.push(term)
    }
    return terms
  }

  /** A term's word. */
  wordOf(term: number): string {
    return String.fromCharCode(...this.unitsOf(term))
  }

  /** A term as UTF-16, as a view that lasts until the next one is asked for. */
  unitsOf(term: number): Uint16Array {
    const start = this.#starts[term]!
    const end = this.#starts[term + 1]!
    if (this.#units.length < end - start) this.#units = new Uint16Array(2 * (end - start))
    const units = this.#units
    const bytes = this.#bytes
    let length = 0
    for (let at = start; at < end; ) {
      const byte = bytes[at++]!
      if (byte < 0x80) units[length++] = byte
      else if (byte < 0xe0) units[length++] = ((byte & 0x1f) << 6) | (bytes[at++]! & 0x3f)
      else if (byte < 0xf0) units[length++] = ((byte & 0x0f) << 12) | ((bytes[at++]! & 0x3f) << 6) | (bytes[at++]! & 0x3f)
      else {
        const high = ((byte & 0x07) << 18) | ((bytes[at++]! & 0x3f) << 12)
        const point = high | ((bytes[at++]! & 0x3f) << 6) | (bytes[at++]! & 0x3f)
        units[length++] = 0xd7c0 + (point >> 10)
        units[length++] = 0xdc00 | (point & 0x3ff)
      }
    }
    return units.subarray(0, length)
  }

  /** Where a term is, or may be put. */
  #placeOf(source: Uint8Array, from: number, end: number, hash: number): number {
    const mask = this.#places.length - 1
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const found = this.#places[place]!
      if (found === NONE || (this.#hashes[found - 1] === hash && this.#isSpelled(found - 1, source, from, end))) return place
    }
  }

  #isSpelled(term: number, source: Uint8Array, from: number, end: number): boolean {
    const start = this.#starts[term]!
    if (this.#starts[term + 1]! - start !== end - from) return false
    for (let i = from; i < end; i++) if (this.#bytes[start + i - from] !== source[i]) return false
    return true
  }

  #grow(): void {
    const terms = this.#hashes.length * 2
    this.#hashes = grown(this.#hashes, new Uint32Array(terms))
    this.#starts = grown(this.#starts, new Uint32Array(terms + 1))
    this.#places = new Uint32Array(2 * terms)
    const mask = this.#places.length - 1
    for (let term = 0; term < this.#size; term++) {
      let place = this.#hashes[term]! & mask
      while (this.#places[place] !== NONE) place = (place + 1) & mask
      this.#places[place] = term + 1
    }
  }

  #spell(stem: string): number {
    if (this.#scratch.length < 3 * stem.length) this.#scratch = new Uint8Array(6 * stem.length)
    return encoder.encodeInto(stem, this.#scratch).written
  }
}

/** FNV-1a, its high bits mixed into the low ones, which say where a term is looked for. */
function hashOf(bytes: Uint8Array, from: number, end: number): number {
  let hash = 0x811c9dc5
  for (let i = from; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
  return (hash ^ (hash >>> 15)) >>> 0
}

function grown<A extends Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>(from: A, to: A): A {
  to.set(from)
  return to
}
