import { InvalidArgumentError } from '@voisin/spec'
import { findTerms, type Term } from '@voisin/words'
import { type AskedPairs, type FoundWord, languageFit, MARKS, pairsAsked, wordsAsked } from './asked-words.ts'
import { Dictionary, type Spelling } from './dictionary.ts'
import type { LexicalHits, LexicalSearchOptions } from './lexical-hits.ts'
import { orderlessMoments } from './orderless-moments.ts'
import { PackReader } from './pack.ts'
import { packSteps } from './pack-steps.ts'
import { PairSketches, pairOf } from './pair-sketches.ts'
import { Postings } from './postings.ts'
import { idfOf, QueryScores } from './query-scores.ts'
import { TextStatistics } from './text-statistics.ts'
import { TopScores } from './top-scores.ts'

// Below this many, the postings of deleted documents are not worth a rebuild.
const LEAST_DELETED = 1000
// A posting takes two bytes of a pack or less, and two words of memory or more.
const WORDS_PER_PACKED_BYTE = 1
/** Of the documents that have a word, so many are asked what stands beside it. */
const MOST_LOOKED_AT = 1_000
// Scores are returned as f32.
const ROUNDING = 1e-3

/**
 * BM25 (Robertson, Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009, §3) over the forms of words:
 *
 *   score(D, Q) = Σ over words w of Q: weight(w) · max over forms f of w: share(f) · idf(f) · tf(f, D) / (tf(f, D) + norm(D))
 *   norm(D) = k1 · (1 − b + b · |D| / average |D|)
 *   idf(f) = ln(1 + (N − df(f) + ½) / (df(f) + ½)), never negative
 *   share(f) = .85 where f is only how words begin, else 1
 *
 * A document is indexed by its words alone. A query's word is looked for as itself, then with all words of the index that share its
 * closest form (its stem in each language, its beginning, …), then with those that share the next, and counts once for a document, by
 * the best of these: an exact match is worth more than a shared stem, and nobody has to say which language a text is in.
 * A word said twice in the query counts twice; a stop word counts a quarter (measured: packages/words/README.md).
 *
 * N, df and the average length count live documents only and are exact after every delete.
 */
export class LexicalIndex {
  readonly #statistics = new TextStatistics()
  #terms = new Dictionary()
  #postings = new Postings()
  #pairs = new PairSketches()
  // Scratch of one document: how often each term occurs, and which do.
  #counts = new Uint32Array(1 << 10)
  readonly #counted: number[] = []
  // And hashes of its pairs.
  #found = new Uint32Array(1 << 10)
  readonly #scores = new QueryScores()
  // The query whose scores they are, until the next change.
  #scored: string | undefined
  #asked: AskedPairs = { pairs: [], all: 0, most: 0 }
  #covered = 1
  // Packs whose documents are known, and their postings not yet.
  #unread: PackReader[] = []
  /** What is being read of the one that was taken from these. */
  #reading: Generator<void, void> | undefined
  // While documents are packed nothing is numbered anew.
  #packings = 0

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
    let pairCount = 0
    for (const text of texts) {
      const { words, wholes } = findTerms(text)
      length += words.length
      if (this.#found.length < length) this.#found = enlarged(this.#found, length)
      let before = 0
      let end = Number.POSITIVE_INFINITY
      for (const word of words) {
        const beginning = this.#terms.beginningOf(this.#count(word))
        // Of pairs of letters the next one tells as much.
        if (word.start >= end) this.#found[pairCount++] = pairOf(before, beginning)
        before = beginning
        end = word.end
      }
      for (const whole of wholes) this.#count(whole)
    }
    for (const term of this.#counted) {
      this.#postings.add(term, offset, this.#counts[term]!)
      this.#counts[term] = 0
    }
    this.#counted.length = 0
    this.#statistics.add(offset, length)
    this.#pairs.add(offset, length, this.#found, pairCount)
  }

  #count({ text, note }: Term): number {
    const term = this.#placed(this.#terms.take(text, note))
    if (this.#counts[term]!++ === 0) this.#counted.push(term)
    return term
  }

  /** Forgets a document. An offset that is not here is passed over. */
  delete(offset: number): void {
    if (!this.#statistics.isLive(offset)) return
    this.#scored = undefined
    this.#statistics.delete(offset)
    const { deletedCount, liveCount } = this.#statistics
    if (deletedCount >= LEAST_DELETED && deletedCount > liveCount && this.#mayRebuild) this.#dropDeleted()
  }

  get #mayRebuild(): boolean {
    return this.#packings === 0 && !this.isUnread
  }

  /** Words of a document, repeated ones included. */
  lengthOf(offset: number): number {
    return this.#statistics.lengths[offset]!
  }

  /**
   * Packs documents as they are when it begins, in slices, once all packs have been read; between them others may come and go, but `compact` must wait.
   * @param packs Offsets of live documents, in order of row; none is in two.
   * @returns Each pack as `addPack` takes it.
   */
  *packSteps(packs: readonly Uint32Array[]): Generator<void, Uint8Array[]> {
    yield* this.readSteps()
    this.#packings++
    try {
      return yield* packSteps(packs, {
        terms: this.#terms,
        postings: this.#postings,
        capacity: this.#statistics.capacity,
        lengthOf: (offset) => this.lengthOf(offset),
        pairsOf: (offset) => this.#pairs.of(offset, this.lengthOf(offset)),
      })
    } finally {
      this.#packings--
    }
  }

  /**
   * Takes in packed documents: what `add` would do with their texts. What stands in them is read by `readSteps`, or by whoever first needs it.
   * @param offsets By row, where it goes, never added before; `NOWHERE` where it is not taken.
   * @throws {CorruptDataError} It is no pack of so many rows. Some of them may have been added.
   */
  addPack(pack: Uint8Array, offsets: Uint32Array): void {
    this.#scored = undefined
    const reader = new PackReader(pack, offsets)
    reader.readDocuments((offset, words, pairs) => {
      this.#statistics.add(offset, words)
      this.#pairs.addSketch(offset, pairs)
    })
    this.#unread.push(reader)
  }

  /** Whether packs are still to be read. */
  get isUnread(): boolean {
    return this.#unread.length > 0 || this.#reading !== undefined
  }

  /**
   * Reads packs that were taken in, in slices of a few milliseconds; between them all else may go on, another reader too.
   * @throws {CorruptDataError} One contradicts itself: then nothing this index says of words can be relied on.
   */
  *readSteps(): Generator<void, void> {
    const bytes = this.#unread.reduce((sum, pack) => sum + pack.bytes, 0)
    if (bytes > 0) this.#postings.reserve(bytes * WORDS_PER_PACKED_BYTE)
    const target = {
      termOf: this.#takeFrom.bind(this),
      addPostings: this.#postings.addMany.bind(this.#postings),
    }
    for (;;) {
      const reading = this.#reading ?? this.#unread.shift()?.readPostings(target)
      if (reading === undefined) return
      this.#reading = undefined
      if (!reading.next().done) this.#reading = reading
      yield
    }
  }

  #readAll(): void {
    for (const _ of this.readSteps());
  }

  /** The k best documents for a text's words; those that have none of them are not listed. */
  search(text: string, k: number, { allow, labels, ...spelling }: LexicalSearchOptions = {}): LexicalHits {
    this.#score(text, spelling)
    const { totals, touched } = this.#scores
    const moments = orderlessMoments(totals, touched, Math.max(1, this.#statistics.liveCount))
    const least = this.#leastToLookAt(k, allow, labels)
    const top = new TopScores(k)
    let floor = top.floor
    for (let i = 0; i < touched.length; i++) {
      const offset = touched[i]!
      const total = totals[offset]!
      if (total < least) continue
      // Compared as it is returned, so that equal scores are in order of offset.
      const score = Math.fround(total + this.#gainOf(offset))
      if (score < floor) continue
      const label = labels === undefined ? offset : labels[offset]!
      if (allow !== undefined && ((allow[label >> 3]! >> (label & 7)) & 1) === 0) continue
      top.offer(label, score)
      floor = top.floor
    }
    return { ...top.sorted(), moments, covered: this.#covered }
  }

  /** What a document must have for its words alone, to be among the k best with what it may gain for pairs. */
  #leastToLookAt(k: number, allow: Uint8Array | undefined, labels: Uint32Array | undefined): number {
    const { most } = this.#asked
    if (most === 0) return Number.NEGATIVE_INFINITY
    const { totals, touched } = this.#scores
    const top = new TopScores(k)
    let floor = top.floor
    for (let i = 0; i < touched.length; i++) {
      const offset = touched[i]!
      const total = totals[offset]!
      if (total <= floor) continue
      const label = labels === undefined ? offset : labels[offset]!
      if (allow !== undefined && ((allow[label >> 3]! >> (label & 7)) & 1) === 0) continue
      top.offer(label, total)
      floor = top.floor
    }
    return floor - most - ROUNDING
  }

  /** What a document gets for words that stand together in it as in the query. */
  #gainOf(offset: number): number {
    const words = this.#statistics.lengths[offset]!
    const found = this.#scores.marks[offset]!
    const { pairs, all, most } = this.#asked
    let gained = 0
    for (const { pair, gain, marks } of pairs)
      if ((found & marks) === marks && this.#pairs.has(offset, words, pair)) gained += gain
    return gained === all ? most : gained
  }

  /** Live documents that have each of some words, as it is or by its closest forms; how it begins is not enough. In order. */
  having(words: readonly string[]): number[] {
    this.#readAll()
    let those: Set<number> | undefined
    for (const word of words) {
      const levels = this.#terms.levelsOf(word, {}, { known: new Set([word]) }, (term) => this.#isLive(term))
      const has = new Set<number>()
      for (const term of levels.flatMap(({ terms, share }) => (share === 1 ? terms : []))) {
        for (const offset of this.#postings.offsetsOf(term))
          if (this.#statistics.isLive(offset) && those?.has(offset) !== false) has.add(offset)
      }
      those = has
    }
    return [...(those ?? [])].sort((a, b) => a - b)
  }

  /**
   * Numbers the live documents anew from 0 on, in the same order, and lets go of what the deleted ones took.
   * @returns The old offset of each new one.
   */
  compact(): Uint32Array {
    this.#readAll()
    const old = this.#statistics.compact()
    const now = new Map<number, number>()
    const pairs = new PairSketches()
    old.forEach((offset, place) => {
      now.set(offset, place)
      pairs.addSketch(place, this.#pairs.of(offset, this.lengthOf(place)))
    })
    this.#pairs = pairs
    this.#rebuild((offset) => now.get(offset))
    this.#scored = undefined
    this.#scores.drop()
    return old
  }

  /** Scores of the documents asked for, in the same order; 0 where none of the words is. */
  scores(text: string, offsets: Uint32Array, spelling: Spelling = {}): Float32Array {
    this.#score(text, spelling)
    const { totals } = this.#scores
    return Float32Array.from(offsets, (offset) => {
      const total = totals[offset] ?? 0
      return total === 0 ? 0 : total + this.#gainOf(offset)
    })
  }

  get memoryBytes(): number {
    const unread = this.#unread.reduce((sum, { bytes }) => sum + bytes, 0)
    return (
      unread +
      this.#postings.memoryBytes +
      this.#statistics.memoryBytes +
      this.#terms.memoryBytes +
      this.#pairs.memoryBytes +
      this.#scores.memoryBytes
    )
  }

  #score(text: string, spelling: Spelling): void {
    const key = [text, ...(spelling.known ?? ['?']), '', ...(spelling.begun ?? [])].join('\n')
    if (this.#scored === key) return
    this.#readAll()
    this.#scored = undefined
    const query = wordsAsked(text, spelling, this.#terms, {
      isLive: (term) => this.#isLive(term),
      countNeighbours: (one, other) => this.#countNeighbours(one, other),
    })
    let postings = 0
    for (const { levels } of query.asked.values())
      for (const { terms } of levels) for (const term of terms) postings += this.#postings.lengthOf(term)
    this.#scores.clear(this.#statistics.capacity, postings)
    const found = new Map<string, FoundWord>()
    for (const [word, { levels, weight }] of query.asked) {
      const mark = found.size < MARKS ? 1 << found.size : 0
      const documents = this.#scores.add(levels, weight, mark, this.#postings, this.#statistics)
      if (documents > 0) found.set(word, { documents, idf: idfOf(documents, this.#statistics), mark })
    }
    this.#scores.end()
    this.#asked = pairsAsked(query, found, this.#statistics.liveCount)
    this.#covered = query.covered * languageFit(query, found, this.#statistics.liveCount)
    this.#scored = key
  }

  #countNeighbours(one: number, other: number): number {
    const rarer = this.#postings.lengthOf(one) < this.#postings.lengthOf(other) ? one : other
    const pair = pairOf(this.#terms.beginningOf(one), this.#terms.beginningOf(other))
    let count = 0
    let looked = 0
    for (const offset of this.#postings.offsetsOf(rarer)) {
      if (looked++ === MOST_LOOKED_AT) break
      if (this.#statistics.isLive(offset) && this.#pairs.has(offset, this.lengthOf(offset), pair)) count++
    }
    return count
  }

  #isLive(term: number): boolean {
    if (this.#statistics.deletedCount === 0) return true
    for (const offset of this.#postings.offsetsOf(term)) if (this.#statistics.isLive(offset)) return true
    return false
  }

  #takeFrom(spelled: Uint8Array, readForms: () => readonly Uint8Array[]): number {
    return this.#placed(this.#terms.takeBytes(spelled, readForms))
  }

  /** A term that has a place among postings and counts. */
  #placed(term: number): number {
    while (this.#postings.termCount <= term) this.#postings.addTerm()
    if (term >= this.#counts.length) {
      const counts = new Uint32Array(term * 2)
      counts.set(this.#counts)
      this.#counts = counts
    }
    return term
  }

  /** Rebuilds the postings without deleted documents, and without terms that only those had. */
  #dropDeleted(): void {
    this.#rebuild((offset) => (this.#statistics.isLive(offset) ? offset : undefined))
    const pairs = new PairSketches()
    for (let offset = 0; offset < this.#statistics.capacity; offset++)
      if (this.#statistics.isLive(offset)) pairs.addSketch(offset, this.#pairs.of(offset, this.lengthOf(offset)))
    this.#pairs = pairs
    this.#statistics.deletedCount = 0
  }

  /** Rebuilds the postings with the offsets that `offsetOf` gives, without those to which it gives none. */
  #rebuild(offsetOf: (offset: number) => number | undefined): void {
    const before = this.#postings
    const terms = this.#terms
    this.#postings = new Postings()
    this.#terms = new Dictionary()
    for (let term = 0; term < terms.size; term++) {
      const runs = before.runsOf(term)
      let kept: number | undefined
      for (let run = 0; run < runs.length; run += 2) {
        for (let at = runs[run]!; at < runs[run + 1]!; at += 2) {
          const offset = offsetOf(before.arena[at]!)
          if (offset === undefined) continue
          kept ??= this.#takeFrom(terms.bytesOf(term), () => terms.formsOf(term))
          this.#postings.add(kept, offset, before.arena[at + 1]!)
        }
      }
    }
  }
}

function enlarged(from: Uint32Array<ArrayBuffer>, needed: number): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(Math.max(needed, 2 * from.length))
  to.set(from)
  return to
}
