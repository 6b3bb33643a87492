import { InvalidArgumentError } from '@voisin/spec'
import { findWords, isStopWord } from '@voisin/words'
import { orderlessMoments, type ScoreMoments } from './orderless-moments.ts'
import { Postings } from './postings.ts'
import { TextStatistics } from './text-statistics.ts'
import { TopScores } from './top-scores.ts'

// The usual values: how soon repeating a word stops to count, and how much a long document is held against it.
const K1 = 1.2
const B = 0.75
// Of a word of the query, beside 1 for the others. (0 finds less where documents are questions themselves, 1 less everywhere else.)
const STOP_WORD_WEIGHT = 0.25
// A Map's entry, the string's header and its place in the table, in bytes.
const TERM_OVERHEAD_BYTES = 64
// Below this many, the postings of deleted documents are not worth a rebuild.
const LEAST_DELETED = 1000
// As many as @voisin/words keeps at most.
const MOST_KNOWN_STEMS = 131_072

export interface LexicalSearchOptions {
  /** Bitmap of the labels that may be listed: bit i is bit i & 7 of byte i >> 3; beyond its end nothing is. @default all */
  readonly allow?: Uint8Array | undefined
  /** By offset: what a document is called in `allow` and in the hits, and by which ties are ordered. @default its offset */
  readonly labels?: Uint32Array | undefined
}

export interface LexicalHits {
  /** Offsets of documents that have at least one of the words, best first, ties by offset. */
  readonly offsets: Uint32Array
  readonly scores: Float32Array
  /** Of the scores of all live documents, allowed or not, zeros included. */
  readonly moments: ScoreMoments
}

/**
 * BM25 (Robertson, Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009, §3) over the stems of words:
 *
 *   score(D, Q) = Σ over words w of Q: weight(w) · max over stems s of w: idf(s) · tf(s, D) / (tf(s, D) + norm(D))
 *   norm(D) = k1 · (1 − b + b · |D| / average |D|)
 *   idf(s) = ln(1 + (N − df(s) + ½) / (df(s) + ½)), never negative
 *
 * A word is indexed as itself and under its stem in each language, and a query's word counts once for a document, by the rarest of
 * these that is there: an exact match is worth more than a shared stem, and nobody has to say which language a text is in.
 * A word said twice in the query counts twice; a stop word counts a quarter (measured: packages/words/README.md).
 *
 * N, df and the average length count live documents only and are exact after every delete.
 */
export class LexicalIndex {
  readonly #statistics = new TextStatistics()
  #terms = new Map<string, number>()
  #postings = new Postings()
  #termBytes = 0
  // Words that are met again come with the same array of stems: one look-up by identity instead of three by spelling.
  readonly #knownStems = new Map<readonly string[], readonly number[]>()
  // Scratch of one document: how often each term occurs, and which do.
  #counts = new Uint32Array(1 << 10)
  readonly #counted: number[] = []
  // Scratch of one query, by offset; only the first #touchedCount of #touched are not zero.
  #totals = new Float64Array(0)
  #wordBests = new Float64Array(0)
  #touched = new Uint32Array(0)
  #touchedCount = 0
  // The query whose scores #totals holds, until the next change.
  #scored: string | undefined

  /**
   * Takes in a document: the words of all its texts together.
   * @throws {InvalidArgumentError} The offset was taken before.
   */
  add(offset: number, texts: readonly string[]): void {
    if (this.#statistics.wasAdded(offset)) {
      throw new InvalidArgumentError('This offset is taken.', { expected: 'an offset never added', received: String(offset) })
    }
    this.#scored = undefined
    let length = 0
    for (const text of texts) {
      for (const { stems } of findWords(text)) {
        length++
        for (const term of this.#termsOf(stems)) {
          if (this.#counts[term]!++ === 0) this.#counted.push(term)
        }
      }
    }
    for (const term of this.#counted) {
      this.#postings.add(term, offset, this.#counts[term]!)
      this.#counts[term] = 0
    }
    this.#counted.length = 0
    this.#statistics.add(offset, length)
  }

  /** Forgets a document. An offset that is not here is passed over. */
  delete(offset: number): void {
    if (!this.#statistics.isLive(offset)) return
    this.#scored = undefined
    this.#statistics.delete(offset)
    const { deletedCount, liveCount } = this.#statistics
    if (deletedCount >= LEAST_DELETED && deletedCount > liveCount) this.#dropDeleted()
  }

  /** The k best documents for a text's words; those that have none of them are not listed. */
  search(text: string, k: number, { allow, labels }: LexicalSearchOptions = {}): LexicalHits {
    this.#score(text)
    const totals = this.#totals
    const top = new TopScores(k)
    const touched = this.#touched.subarray(0, this.#touchedCount)
    for (let i = 0; i < touched.length; i++) {
      const offset = touched[i]!
      const label = labels === undefined ? offset : labels[offset]!
      // Compared as they are returned, so that equal scores are in order of offset.
      if (allow === undefined || (allow[label >> 3]! >> (label & 7)) & 1) top.offer(label, Math.fround(totals[offset]!))
    }
    return { ...top.sorted(), moments: orderlessMoments(totals, touched, Math.max(1, this.#statistics.liveCount)) }
  }

  /**
   * Numbers the live documents anew from 0 on, in the same order, and lets go of what the deleted ones took.
   * @returns The old offset of each new one.
   */
  compact(): Uint32Array {
    const old = this.#statistics.compact()
    const now = new Map<number, number>()
    old.forEach((offset, place) => void now.set(offset, place))
    this.#rebuild((offset) => now.get(offset))
    this.#scored = undefined
    this.#touchedCount = 0
    this.#totals = new Float64Array(0)
    this.#wordBests = new Float64Array(0)
    this.#touched = new Uint32Array(0)
    return old
  }

  /** Scores of the documents asked for, in the same order; 0 where none of the words is. */
  scores(text: string, offsets: Uint32Array): Float32Array {
    this.#score(text)
    return Float32Array.from(offsets, (offset) => this.#totals[offset] ?? 0)
  }

  get memoryBytes(): number {
    const scratch = this.#totals.byteLength + this.#wordBests.byteLength + this.#touched.byteLength
    return this.#postings.memoryBytes + this.#statistics.memoryBytes + this.#termBytes + scratch
  }

  /** Fills #totals with the score of every document. */
  #score(text: string): void {
    if (this.#scored === text) return
    this.#clearScores()
    const words = new Map<string, { stems: readonly string[]; weight: number }>()
    for (const { text: word, stems } of findWords(text)) {
      const weight = isStopWord(word) ? STOP_WORD_WEIGHT : 1
      const known = words.get(word)
      if (known) known.weight += weight
      else words.set(word, { stems, weight })
    }
    for (const { stems, weight } of words.values()) this.#scoreWord(stems, weight)
    this.#scored = text
  }

  #scoreWord(stems: readonly string[], weight: number): void {
    const bests = this.#wordBests
    const matched: Uint32Array[] = []
    for (const stem of stems) {
      const term = this.#terms.get(stem)
      if (term !== undefined) matched.push(this.#scoreTerm(term))
    }
    // Each document's best is moved to its total once: taking it leaves a zero behind.
    for (const offsets of matched) {
      for (let i = 0; i < offsets.length; i++) {
        const offset = offsets[i]!
        const best = bests[offset]!
        if (best === 0) continue
        bests[offset] = 0
        if (this.#totals[offset] === 0) this.#touched[this.#touchedCount++] = offset
        this.#totals[offset]! += weight * best
      }
    }
  }

  /** Raises #wordBests of the live documents that have a term to its score there; returns which they are. */
  #scoreTerm(term: number): Uint32Array {
    const length = this.#postings.lengthOf(term)
    const offsets = new Uint32Array(length)
    const counts = new Uint32Array(length)
    this.#postings.read(term, offsets, counts)
    const live = this.#keepLive(offsets, counts)

    const { liveCount, lengths, averageLength } = this.#statistics
    const bests = this.#wordBests
    const idf = Math.log(1 + (liveCount - live + 0.5) / (live + 0.5))
    for (let i = 0; i < live; i++) {
      const offset = offsets[i]!
      const count = counts[i]!
      const score = (idf * count) / (count + K1 * (1 - B + (B * lengths[offset]!) / averageLength))
      if (score > bests[offset]!) bests[offset] = score
    }
    return offsets.subarray(0, live)
  }

  /** Moves the postings of live documents to the front; returns how many there are. */
  #keepLive(offsets: Uint32Array, counts: Uint32Array): number {
    const statistics = this.#statistics
    if (statistics.deletedCount === 0) return offsets.length
    let live = 0
    for (let i = 0; i < offsets.length; i++) {
      if (!statistics.isLive(offsets[i]!)) continue
      offsets[live] = offsets[i]!
      counts[live++] = counts[i]!
    }
    return live
  }

  #clearScores(): void {
    this.#scored = undefined
    for (let i = 0; i < this.#touchedCount; i++) this.#totals[this.#touched[i]!] = 0
    this.#touchedCount = 0
    const { capacity } = this.#statistics
    if (this.#totals.length < capacity) {
      this.#totals = new Float64Array(capacity)
      this.#wordBests = new Float64Array(capacity)
      this.#touched = new Uint32Array(capacity)
    }
  }

  #termsOf(stems: readonly string[]): readonly number[] {
    const known = this.#knownStems.get(stems)
    if (known !== undefined) return known
    const terms = stems.map((stem) => this.#termOf(stem))
    if (this.#knownStems.size >= MOST_KNOWN_STEMS) this.#knownStems.clear()
    this.#knownStems.set(stems, terms)
    return terms
  }

  #termOf(stem: string): number {
    const known = this.#terms.get(stem)
    if (known !== undefined) return known
    const term = this.#postings.addTerm()
    this.#terms.set(stem, term)
    if (term >= this.#counts.length) {
      const counts = new Uint32Array(term * 2)
      counts.set(this.#counts)
      this.#counts = counts
    }
    this.#termBytes += TERM_OVERHEAD_BYTES + stem.length
    return term
  }

  /** Rebuilds the postings without deleted documents, and without terms that only those had. */
  #dropDeleted(): void {
    this.#rebuild((offset) => (this.#statistics.isLive(offset) ? offset : undefined))
    this.#statistics.deletedCount = 0
  }

  /** Rebuilds the postings with the offsets that `offsetOf` gives, without those to which it gives none. */
  #rebuild(offsetOf: (offset: number) => number | undefined): void {
    const before = this.#postings
    const terms = this.#terms
    this.#postings = new Postings()
    this.#terms = new Map()
    this.#termBytes = 0
    this.#knownStems.clear()
    for (const [stem, term] of terms) {
      const offsets = new Uint32Array(before.lengthOf(term))
      const counts = new Uint32Array(offsets.length)
      before.read(term, offsets, counts)
      let kept: number | undefined
      for (let i = 0; i < offsets.length; i++) {
        const offset = offsetOf(offsets[i]!)
        if (offset === undefined) continue
        kept ??= this.#termOf(stem)
        this.#postings.add(kept, offset, counts[i]!)
      }
    }
  }
}
