import type { Postings } from './postings.ts'
import { LIVE, type TextStatistics } from './text-statistics.ts'

// The usual values: how soon repeating a word stops to count, and how much a long document is held against it.
const K1 = 1.2
const B = 0.75
// Of all documents: where a query has more postings than this share, those with a score are looked for among all when all is added up.
const MANY = 0.25

/** The scores of one query, of all documents, by offset. */
export class QueryScores {
  /** 0 where no word was found. */
  totals: Float64Array = new Float64Array(0)
  // A word counts by the best of its stems: `bests` holds that of the word that `wordOf` names, and what other words had left is void.
  #bests = new Float64Array(0)
  #wordOf = new Uint32Array(0)
  #word = 0
  #touched = new Uint32Array(0)
  #touchedCount = 0
  /** Whether touched documents are noted one by one, or found at the end. */
  #notes = true

  /** Documents whose total is not 0. */
  get touched(): Uint32Array {
    return this.#touched.subarray(0, this.#touchedCount)
  }

  get memoryBytes(): number {
    return this.totals.byteLength + this.#bests.byteLength + this.#wordOf.byteLength + this.#touched.byteLength
  }

  /** Begins a query, of so many offsets, and about so many postings. */
  clear(capacity: number, postings: number): void {
    if (this.#notes) for (const offset of this.touched) this.totals[offset] = 0
    else this.totals.fill(0)
    this.#touchedCount = 0
    this.#notes = postings <= MANY * capacity
    if (this.totals.length >= capacity) return
    this.totals = new Float64Array(capacity)
    this.#bests = new Float64Array(capacity)
    this.#wordOf = new Uint32Array(capacity)
    this.#touched = new Uint32Array(capacity)
    this.#word = 0
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
    this.#bests = new Float64Array(0)
    this.#wordOf = new Uint32Array(0)
    this.#touched = new Uint32Array(0)
  }

  /** Adds a word: weight · max over its terms of idf · tf / (tf + norm), of the live documents that have one of them. */
  add(terms: readonly number[], weight: number, postings: Postings, statistics: TextStatistics): void {
    // After 2³² words an old one could be taken for this one.
    if (++this.#word === 2 ** 32) {
      this.#wordOf.fill(0)
      this.#word = 1
    }
    const isAlone = terms.length === 1
    for (const term of terms) {
      const runs = postings.runsOf(term)
      const live = statistics.deletedCount === 0 ? postings.lengthOf(term) : countLive(runs, postings.arena, statistics)
      const idf = Math.log(1 + (statistics.liveCount - live + 0.5) / (live + 0.5))
      for (let run = 0; run < runs.length; run += 2) {
        this.#addRun(postings.arena, runs[run]!, runs[run + 1]!, weight * idf, statistics, isAlone)
      }
    }
  }

  // One loop for all that is to be done of a posting: in a new worker loops run as they are written for their first queries.
  #addRun(arena: Uint32Array, from: number, to: number, most: number, statistics: TextStatistics, isAlone: boolean): void {
    const { totals } = this
    const bests = this.#bests
    const wordOf = this.#wordOf
    const touched = this.#touched
    let touchedCount = this.#touchedCount
    const { lengths, states } = statistics
    const base = K1 * (1 - B)
    const perWord = (K1 * B) / statistics.averageLength
    const mayBeDead = statistics.deletedCount > 0
    const word = this.#word
    const notes = this.#notes
    for (let at = from; at < to; at += 2) {
      const offset = arena[at]!
      if (mayBeDead && states[offset] !== LIVE) continue
      const count = arena[at + 1]!
      const score = (most * count) / (count + base + perWord * lengths[offset]!)
      let added = score
      if (!isAlone) {
        if (wordOf[offset] === word) added = score - bests[offset]!
        if (added <= 0) continue
        wordOf[offset] = word
        bests[offset] = score
      }
      const total = totals[offset]!
      if (notes && total === 0) touched[touchedCount++] = offset
      totals[offset] = total + added
    }
    this.#touchedCount = touchedCount
  }
}

function countLive(runs: readonly number[], arena: Uint32Array, { states }: TextStatistics): number {
  let live = 0
  for (let run = 0; run < runs.length; run += 2) {
    for (let at = runs[run]!; at < runs[run + 1]!; at += 2) if (states[arena[at]!] === LIVE) live++
  }
  return live
}
