import { editsIn, formsOf, isBeginning, isLine, isStopWord, lookupsOf, typingErrors, unitsOf, type WordNote } from '@voisin/words'
import { FormTable } from './form-table.ts'
import { NearTerms } from './near-terms.ts'
import { beginningHash } from './pair-sketches.ts'
import type { Level } from './query-scores.ts'
import { TermTable } from './term-table.ts'

// What words that only begin like a word of the query count beside it (measured: packages/words/README.md).
const ALIKE_SHARE = 0.85
const MOST_KNOWN_TERMS = 131_072
const SHORTEST_HALF = 2
const LETTERS = /^\p{L}+$/u
/** Words that begin as a query's unfinished one: those that the index has met first. */
const MOST_BEGUN = 1_024

/** What of a query is not as it is written. */
export interface Spelling {
  /** Folded words that are meant as they are: none is looked for in their place, should they lack. @default nobody knows which */
  readonly known?: ReadonlySet<string>
  /** Folded words that any word may go on from. @default none */
  readonly begun?: ReadonlySet<string>
}

/** How a word stands in a query. */
export interface AskedAs {
  /** Whether it is a function word. @default false */
  readonly isStop?: boolean
  /** Terms of which the word is a part. @default none */
  readonly within?: readonly number[]
}

/** Whether a live document has a term. */
type IsLive = (term: number) => boolean

let dictionaries = 0

/** The terms of an index: how each is spelled, and which stand for a word that is looked for. */
export class Dictionary {
  readonly #id = ++dictionaries
  readonly #terms = new TermTable()
  readonly #forms = new FormTable()
  readonly #near = new NearTerms()
  // By term, a hash of how it begins.
  #beginnings = new Uint32Array(1 << 10)
  // The words that are met again: spelling each would cost more.
  readonly #known = new Map<string, number>()

  get size(): number {
    return this.#terms.size
  }

  get memoryBytes(): number {
    return this.#terms.memoryBytes + this.#forms.memoryBytes + this.#near.memoryBytes + this.#beginnings.byteLength
  }

  /** The number of a word's term, which is new where it never came. @param note Of this word. */
  take(word: string, note?: WordNote): number {
    if (note?.dictionary === this.#id) return note.term
    const term = this.#take(word)
    if (note !== undefined) {
      note.dictionary = this.#id
      note.term = term
    }
    return term
  }

  #take(word: string): number {
    const known = this.#known.get(word)
    if (known !== undefined) return known
    const term = this.#terms.take(word)
    if (term === this.#forms.size) {
      this.#forms.add(formsOf(word))
      this.#learn(term, word)
    }
    if (this.#known.size >= MOST_KNOWN_TERMS) this.#known.clear()
    this.#known.set(word, term)
    return term
  }

  /** The same of a word in UTF-8, whose forms are known. */
  takeBytes(spelled: Uint8Array, readForms: () => readonly Uint8Array[]): number {
    const term = this.#terms.takeBytes(spelled, 0, spelled.length)
    if (term === this.#forms.size) {
      this.#forms.addBytes(readForms())
      this.#learn(term, this.#terms.wordOf(term))
    }
    return term
  }

  #learn(term: number, word: string): void {
    this.#near.add(term, word)
    if (term >= this.#beginnings.length) {
      const beginnings = new Uint32Array(2 * term)
      beginnings.set(this.#beginnings)
      this.#beginnings = beginnings
    }
    this.#beginnings[term] = beginningHash(word)
  }

  /** A term in UTF-8, as a view that lasts until the next one comes. */
  bytesOf(term: number): Uint8Array {
    return this.#terms.bytesOf(term)
  }

  /** A term's forms in UTF-8, as views that last until the next term comes. */
  formsOf(term: number): Uint8Array[] {
    return this.#forms.formsOf(term)
  }

  /** See {@link beginningHash}. */
  beginningOf(term: number): number {
    return this.#beginnings[term]!
  }

  /**
   * The terms that stand for a query's word: itself, then those that its forms bring, the closest first, each once. A word that is not there but by
   * its beginning may be mistyped: then first those that it may be. So may one whose stem alone is there, where it is known which words are spelled
   * as they are meant: then words that are an edit away come before others of its stem. A function word is as it is: others that begin like it say
   * something else.
   */
  levelsOf(word: string, { isStop = false, within = [] }: AskedAs, { known, begun }: Spelling, isLive: IsLive): Level[] {
    const levels = new Levels(isLive)
    levels.push(this.#spelled(word), 1)
    if (isStop && !begun?.has(word)) return levels.all
    levels.push(within, 1)
    const lookups = lookupsOf(word)
    const isBegun = begun?.has(word) === true
    const isLacking = levels.all.length === 0
    const near = isLacking && !known?.has(word) ? this.#near.near(word, (term) => this.#terms.unitsOf(term)) : []
    const anEditAway = near.flatMap(({ term, edits }) => (edits === 1 ? [term] : []))
    if (isLacking && !isBegun) {
      levels.push(this.#nearestOf(word, lookups), 1)
      if (known !== undefined) levels.push(anEditAway, 1)
    }
    const share = isLacking && levels.all.length > 0 ? ALIKE_SHARE : 1
    for (const terms of this.#closestOf(lookups)) levels.push(terms, share)
    if (isBegun) levels.push(this.#terms.beginningWith(word, MOST_BEGUN), 1)
    if (levels.all.length === 0) {
      levels.push(anEditAway, 1)
      levels.push(
        near.map(({ term }) => term),
        1,
      )
    }
    const isThere = levels.all.length > 0
    for (const form of lookups)
      if (isBeginning(form) && !(isThere && isLine(form))) levels.push(this.#forms.termsOf(form), ALIKE_SHARE)
    return levels.all
  }

  /** The terms of a word and of its other spellings alone: of two that may be written as one. */
  levelsOfJoined(word: string, isLive: IsLive): Level[] {
    const levels = new Levels(isLive)
    levels.push(this.#spelled(word), 1)
    for (const terms of this.#closestOf(lookupsOf(word))) levels.push(terms, 1)
    return levels.all
  }

  /** Of the terms that a word's forms bring, also of those that only begin so: such as are an edit away. */
  #nearestOf(word: string, lookups: readonly string[]): number[] {
    const units = unitsOf(word)
    const most = editsIn(word)
    const alike = most === 0 ? [] : lookups.flatMap((form) => this.#forms.termsOf(form))
    return alike.filter((term) => typingErrors(units, this.#terms.unitsOf(term), most) === 1)
  }

  /** By form, the terms that a word's forms bring, without those that only begin so. */
  #closestOf(lookups: readonly string[]): number[][] {
    return lookups.flatMap((form) =>
      isBeginning(form) ? [] : [[...this.#forms.termsOf(form), ...(isStopWord(form) ? [] : this.#spelled(form))]],
    )
  }

  /**
   * Two words that make one when the space between them is left out, and that stand together somewhere; undefined where there are none.
   * @param countNeighbours In how many documents they do.
   */
  halvesOf(word: string, countNeighbours: (one: number, other: number) => number): readonly [string, string] | undefined {
    if (!LETTERS.test(word)) return undefined
    let best: readonly [string, string] | undefined
    let most = 0
    for (let at = SHORTEST_HALF; at <= word.length - SHORTEST_HALF; at++) {
      const [one, other] = [word.slice(0, at), word.slice(at)] as const
      const [first, second] = [this.#terms.find(one), this.#terms.find(other)]
      if (first === undefined || second === undefined) continue
      const count = countNeighbours(first, second)
      if (count > most) {
        best = [one, other]
        most = count
      }
    }
    return best
  }

  #spelled(word: string): number[] {
    const term = this.#terms.find(word)
    return term === undefined ? [] : [term]
  }
}

class Levels {
  readonly all: Level[] = []
  readonly #isLive: IsLive
  readonly #known = new Set<number>()

  constructor(isLive: IsLive) {
    this.#isLive = isLive
  }

  /** Adds those that are not there yet. */
  push(terms: readonly number[], share: number): void {
    const others = [...new Set(terms)].filter((term) => !this.#known.has(term) && this.#isLive(term))
    if (others.length === 0) return
    this.all.push({ terms: others, share })
    for (const term of others) this.#known.add(term)
  }
}
