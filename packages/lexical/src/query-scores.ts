import type { Postings } from './postings.ts'
import { LIVE, type TextStatistics } from './text-statistics.ts'

// The usual values: how soon repeating a word stops to count, and how much a long document is held against it.
const K1 = 1.2
const B = 0.75
// Of all documents: where a query has more postings than this share, those with a score are looked for among all when all is added up.
const MANY = 0.25

/** Terms that stand for a query's word. */
export interface Level {
  readonly terms: readonly number[]
  /** What a document that has them is worth beside one that has the word itself, 0 … 1. */
  readonly share: number
}

/** The scores of one query, of all documents, by offset. */
export class QueryScores {
  /** 0 where no word was found. */
  totals: Float64Array = new Float64Array(0)
  /** Of words that a document has, by offset; of those alone whose total is not 0. */
  marks: Int32Array = new Int32Array(0)
  // Each level of each word has a stamp of its own. A document that bears one of this word's has been counted for it: how often, and
  // its best score by then; what other words have left is void.
  #stamps = new Uint32Array(0)
  #stamp = 0
  #counts = new Uint32Array(0)
  #bests = new Float64Array(0)
  // Of the last level, the documents that bear its stamp.
  #counted = new Uint32Array(0)
  #countedCount = 0
  #touched = new Uint32Array(0)
  #touchedCount = 0
  /** Whether touched documents are noted one by one, or found at the end. */
  #notes = true

  /** Documents whose total is not 0. */
  get touched(): Uint32Array {
    return this.#touched.subarray(0, this.#touchedCount)
  }

  get memoryBytes(): number {
    const arrays = [this.totals, this.marks, this.#stamps, this.#counts, this.#bests, this.#counted, this.#touched]
    return arrays.reduce((sum, { byteLength }) => sum + byteLength, 0)
  }

  /** Begins a query, of so many offsets, and about so many postings. */
  clear(capacity: number, postings: number): void {
    if (this.#notes)
      for (const offset of this.touched) {
        this.totals[offset] = 0
        this.marks[offset] = 0
      }
    else {
      this.totals.fill(0)
      this.marks.fill(0)
    }
    this.#touchedCount = 0
    this.#notes = postings <= MANY * capacity
    if (this.totals.length >= capacity) return
    this.totals = new Float64Array(capacity)
    this.marks = new Int32Array(capacity)
    this.#bests = new Float64Array(capacity)
    this.#stamps = new Uint32Array(capacity)
    this.#touched = new Uint32Array(capacity)
    this.#counts = new Uint32Array(capacity)
    this.#counted = new Uint32Array(capacity)
    this.#stamp = 0
  }

  /** Ends a query: after this it is known what was touched. */
  end(): void {
    if (this.#notes) return
    const { totals } = this
    const touched = this.#touched
    let count = 0
    for (let offset = 0; offset < totals.length; offset++) if (totals[offset] !== 0) touched[count++] = offset
    this.#touchedCount = count
  }

  /** Lets go of what offsets took. */
  drop(): void {
    this.#touchedCount = 0
    this.totals = new Float64Array(0)
    this.marks = new Int32Array(0)
    this.#bests = new Float64Array(0)
    this.#stamps = new Uint32Array(0)
    this.#touched = new Uint32Array(0)
    this.#counts = new Uint32Array(0)
    this.#counted = new Uint32Array(0)
  }

  /**
   * Adds a word: weight · max over its levels of share · idf · tf / (tf + norm), of the live documents that have one of their terms.
   * @param levels The closest first, no share larger than the one before: each stands for its own terms and those of the levels before.
   * @param mark One bit, or 0: what documents that have the word are marked with.
   * @returns How many live documents have one of their terms.
   */
  add(levels: readonly Level[], weight: number, mark: number, postings: Postings, statistics: TextStatistics): number {
    // After so many levels an old one could be taken for one of this word.
    if (this.#stamp + levels.length >= 2 ** 32) {
      this.#stamps.fill(0)
      this.#stamp = 0
    }
    const first = this.#stamp + 1
    let documents = 0
    for (const [level, { terms, share }] of levels.entries()) {
      this.#stamp++
      if (level === 0 && terms.length === 1)
        documents = this.#addTerm(terms[0]!, weight * share, mark, postings, statistics, levels.length === 1)
      else {
        documents += this.#count(terms, first, postings, statistics)
        this.#addCounted(weight * share * idfOf(documents, statistics), mark, statistics)
      }
    }
    return documents
  }

  /** Counts how often live documents have one of the terms, with what was counted since the stamp `first`. Returns how many have one for the first time. */
  #count(terms: readonly number[], first: number, postings: Postings, { states, deletedCount }: TextStatistics): number {
    const { arena } = postings
    const counts = this.#counts
    const counted = this.#counted
    const stamps = this.#stamps
    const stamp = this.#stamp
    const mayBeDead = deletedCount > 0
    let countedCount = 0
    let newcomers = 0
    for (const term of terms) {
      const runs = postings.runsOf(term)
      for (let run = 0; run < runs.length; run += 2) {
        const to = runs[run + 1]!
        for (let at = runs[run]!; at < to; at += 2) {
          const offset = arena[at]!
          if (mayBeDead && states[offset] !== LIVE) continue
          const before = stamps[offset]!
          if (before !== stamp) {
            stamps[offset] = stamp
            counted[countedCount++] = offset
            if (before < first) {
              newcomers++
              counts[offset] = 0
              this.#bests[offset] = 0
            }
          }
          counts[offset]! += arena[at + 1]!
        }
      }
    }
    this.#countedCount = countedCount
    return newcomers
  }

  /** Only these can be better at this level than before: the others have no more of it, and it is worth less. */
  #addCounted(most: number, mark: number, statistics: TextStatistics): void {
    const { lengths } = statistics
    const { totals, marks } = this
    const base = K1 * (1 - B)
    const perWord = (K1 * B) / statistics.averageLength
    for (let i = 0; i < this.#countedCount; i++) {
      const offset = this.#counted[i]!
      const count = this.#counts[offset]!
      const score = (most * count) / (count + base + perWord * lengths[offset]!)
      const added = score - this.#bests[offset]!
      if (added <= 0) continue
      this.#bests[offset] = score
      const total = totals[offset]!
      if (this.#notes && total === 0) this.#touched[this.#touchedCount++] = offset
      totals[offset] = total + added
      marks[offset]! |= mark
    }
  }

  // One loop for all that is to be done of a posting: in a new worker loops run as they are written for their first queries.
  #addTerm(term: number, weight: number, mark: number, postings: Postings, statistics: TextStatistics, isAlone: boolean): number {
    const runs = postings.runsOf(term)
    const { arena } = postings
    const live = statistics.deletedCount === 0 ? postings.lengthOf(term) : countLive(runs, arena, statistics)
    const most = weight * idfOf(live, statistics)
    const { totals, marks } = this
    const bests = this.#bests
    const counts = this.#counts
    const stamps = this.#stamps
    const stamp = this.#stamp
    const touched = this.#touched
    let touchedCount = this.#touchedCount
    const { lengths, states } = statistics
    const base = K1 * (1 - B)
    const perWord = (K1 * B) / statistics.averageLength
    const mayBeDead = statistics.deletedCount > 0
    const notes = this.#notes
    for (let run = 0; run < runs.length; run += 2) {
      const to = runs[run + 1]!
      for (let at = runs[run]!; at < to; at += 2) {
        const offset = arena[at]!
        if (mayBeDead && states[offset] !== LIVE) continue
        const count = arena[at + 1]!
        const score = (most * count) / (count + base + perWord * lengths[offset]!)
        if (!isAlone) {
          stamps[offset] = stamp
          counts[offset] = count
          bests[offset] = score
        }
        const total = totals[offset]!
        if (notes && total === 0) touched[touchedCount++] = offset
        totals[offset] = total + score
        marks[offset]! |= mark
      }
    }
    this.#touchedCount = touchedCount
    return live
  }
}

/** How much a word says that so many documents have. Never negative. */
export function idfOf(documents: number, { liveCount }: TextStatistics): number {
  return Math.log(1 + (liveCount - documents + 0.5) / (documents + 0.5))
}

function countLive(runs: readonly number[], arena: Uint32Array, { states }: TextStatistics): number {
  let live = 0
  for (let run = 0; run < runs.length; run += 2) {
    for (let at = runs[run]!; at < runs[run + 1]!; at += 2) if (states[arena[at]!] === LIVE) live++
  }
  return live
}
