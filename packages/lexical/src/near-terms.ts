import { editsIn, typingErrors, unitsOf } from '@voisin/words'

/** Of the words of one length. */
interface Shelf {
  count: number
  terms: Uint32Array<ArrayBuffer>
  /** By place, a bit for each letter that the word has, of 32. */
  letters: Uint32Array<ArrayBuffer>
}

/** A term that is a word with typing errors away from another. */
export interface NearTerm {
  readonly term: number
  readonly edits: number
}

/**
 * Finds the words that a word with typing errors may stand for. All of about its length are looked at, and nearly all are put aside by the letters that they
 * have: an edit takes one of these at most, and brings one. Eight bytes for each word.
 */
export class NearTerms {
  readonly #shelves: (Shelf | undefined)[] = []

  get memoryBytes(): number {
    return this.#shelves.reduce((sum, shelf) => sum + (shelf === undefined ? 0 : 2 * shelf.terms.byteLength), 0)
  }

  /** Takes in a word; one that nobody mistypes is passed over. */
  add(term: number, word: string): void {
    if (editsIn(word) === 0) return
    const shelf = this.#shelves[word.length] ?? { count: 0, terms: new Uint32Array(16), letters: new Uint32Array(16) }
    this.#shelves[word.length] = shelf
    if (shelf.count === shelf.terms.length) {
      shelf.terms = grown(shelf.terms)
      shelf.letters = grown(shelf.letters)
    }
    shelf.terms[shelf.count] = term
    shelf.letters[shelf.count++] = lettersOf(word)
  }

  /**
   * The words that are so many edits from one, the nearest first.
   * @param unitsOfTerm A term's code units, valid until the next one is asked for.
   */
  near(word: string, unitsOfTerm: (term: number) => ArrayLike<number>): NearTerm[] {
    const most = editsIn(word)
    const units = unitsOf(word)
    const letters = lettersOf(word)
    const found: NearTerm[] = []
    for (let length = word.length - most; most > 0 && length <= word.length + most; length++) {
      const shelf = this.#shelves[length]
      if (shelf === undefined) continue
      // Each letter more that one of them has leaves an edit less for what the other has alone.
      const mostLost = most - Math.max(0, length - word.length)
      const mostGot = most - Math.max(0, word.length - length)
      for (let i = 0; i < shelf.count; i++) {
        const its = shelf.letters[i]!
        if (countBits(letters & ~its) > mostLost || countBits(its & ~letters) > mostGot) continue
        const term = shelf.terms[i]!
        const edits = typingErrors(units, unitsOfTerm(term), most)
        if (edits > 0) found.push({ term, edits })
      }
    }
    return found.sort((a, b) => a.edits - b.edits || a.term - b.term)
  }
}

function lettersOf(word: string): number {
  let letters = 0
  for (let i = 0; i < word.length; i++) letters |= 1 << (word.charCodeAt(i) & 31)
  return letters >>> 0
}

/** Of 32. (Warren, "Hacker's Delight", 2nd ed. 2012, §5-1.) */
function countBits(bits: number): number {
  let left = bits - ((bits >>> 1) & 0x55555555)
  left = (left & 0x33333333) + ((left >>> 2) & 0x33333333)
  return Math.imul((left + (left >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

function grown(from: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(from.length * 2)
  to.set(from)
  return to
}
