import { isFinalSigma } from './final-sigma.ts'
import {
  ALONE,
  codePointOf,
  DROPPED,
  fateOf,
  isVisible,
  kindOf,
  LETTER,
  MANY,
  partCountOf,
  partOf,
  SIGMA,
  SYMBOL,
} from './normalize.ts'
import { LONGEST_WORD, LONGEST_WORD_BYTES } from './string-list.ts'
import { encode } from './utf8.ts'
import { extendHash, HASH_START, hashOf } from './word-table.ts'

// The letter or digit that an ASCII character becomes; 0 where it is neither.
const ASCII = Uint8Array.from({ length: 128 }, (_, unit) => (kindOf(fateOf(unit)) === LETTER ? codePointOf(fateOf(unit)) : 0))

const SIGMA_SMALL = 0x03c3
const SIGMA_FINAL = 0x03c2

// What a text is read for: where it has none of the one, for the next.
const WORDS = 0
const SYMBOLS = 1
const AS_GIVEN = 2

/**
 * Reads the words of a text one after the other, and no more of the text than it is asked for. A text without any word has for words its visible
 * characters: those that normalising leaves or, where it leaves none, as they were given. What it says of a word is true until the next.
 */
export class WordReader {
  /** The normalised word in UTF-8. */
  readonly bytes: Uint8Array = new Uint8Array(LONGEST_WORD_BYTES)
  byteCount = 0
  /** As `extendHash` makes it of the bytes. */
  hash = 0
  /** The characters it comes from, in UTF-16 units of the text, marks behind them included. A character may become parts of two words. */
  start = 0
  end = 0

  #text = ''
  #at = 0
  // Of the character at #at, so many of the characters that it becomes were read.
  #within = 0
  #readsFor = WORDS
  #hasWords = false

  open(text: string): void {
    this.#text = text
    this.#hasWords = false
    this.#beginFor(WORDS)
  }

  /** Goes to the next word. False: there is none. */
  next(): boolean {
    while (!(this.#readsFor === AS_GIVEN ? this.#readAsGiven() : this.#read())) {
      if (this.#hasWords || this.#readsFor === AS_GIVEN) return false
      this.#beginFor(this.#readsFor + 1)
    }
    this.#hasWords = true
    return true
  }

  #beginFor(what: number): void {
    this.#readsFor = what
    this.#at = 0
    this.#within = 0
  }

  #readAsGiven(): boolean {
    while (this.#at < this.#text.length) {
      const codePoint = this.#text.codePointAt(this.#at)!
      this.start = this.#at
      this.#at += codePoint > 0xffff ? 2 : 1
      if (!isVisible(codePoint)) continue
      this.end = this.#at
      this.byteCount = encode(codePoint, this.bytes, 0)
      this.hash = hashOf(this.bytes, 0, this.byteCount)
      return true
    }
    return false
  }

  #read(): boolean {
    const text = this.#text
    const bytes = this.bytes
    const alone = this.#readsFor === SYMBOLS ? SYMBOL : ALONE
    const textLength = text.length
    let at = this.#at
    let within = this.#within
    let limit = LONGEST_WORD
    let length = 0
    let byteCount = 0
    let hash = HASH_START
    let start = at
    let end = at
    while (at < textLength) {
      const unit = text.charCodeAt(at)
      if (unit < 128) {
        const byte = ASCII[unit]!
        if (byte !== 0 && length < limit) {
          if (length++ === 0) start = at
          bytes[byteCount++] = byte
          hash = extendHash(hash, byte)
          end = ++at
          continue
        }
      }
      const codePoint = (unit & 0xf800) === 0xd800 ? text.codePointAt(at)! : unit
      const width = codePoint > 0xffff ? 2 : 1
      const fate = fateOf(codePoint)
      const isMany = kindOf(fate) === MANY
      const part = isMany ? partOf(fate, within) : fate
      const kind = kindOf(part)
      if (kind === DROPPED) {
        if (length > 0) end = at + width
      } else if (kind === LETTER || kind === SIGMA || kind === alone) {
        if (length === limit || (length > 0 && kind === alone)) break
        if (kind === alone) limit = 1
        if (length++ === 0) start = at
        end = at + width
        const normal = kind === SIGMA ? lowerSigma(text, at, end) : codePointOf(part)
        const from = byteCount
        byteCount = encode(normal, bytes, byteCount)
        for (let i = from; i < byteCount; i++) hash = extendHash(hash, bytes[i]!)
      } else if (length > 0) break
      if (isMany && ++within < partCountOf(fate)) continue
      within = 0
      at += width
    }
    this.#at = at
    this.#within = within
    this.byteCount = byteCount
    this.hash = hash
    this.start = start
    this.end = end
    return length > 0
  }
}

function lowerSigma(text: string, start: number, end: number): number {
  return isFinalSigma(text, start, end) ? SIGMA_FINAL : SIGMA_SMALL
}
