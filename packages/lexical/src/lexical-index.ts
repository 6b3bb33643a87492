import { InvalidArgumentError } from '@voisin/spec'
import { findWords, formsOf, isBeginning, isStopWord } from '@voisin/words'
import { FormTable } from './form-table.ts'
import { orderlessMoments, type ScoreMoments } from './orderless-moments.ts'
import { PackReader, PackWriter } from './pack.ts'
import { Postings } from './postings.ts'
import { type Level, QueryScores } from './query-scores.ts'
import { TermTable } from './term-table.ts'
import { TextStatistics } from './text-statistics.ts'
import { TopScores } from './top-scores.ts'

// Of a word of the query, beside 1 for the others. (0 finds less where documents are questions themselves, 1 less everywhere else.)
const STOP_WORD_WEIGHT = 0.25
// What words that only begin like a word of the query count beside it (measured: packages/words/README.md).
const BEGINNING_SHARE = 0.85
// Below this many, the postings of deleted documents are not worth a rebuild.
const LEAST_DELETED = 1000
// A slice of packing looks at about so many postings.
const POSTINGS_PER_SLICE = 50_000
// A posting takes two bytes of a pack or less, and two words of memory or more.
const WORDS_PER_PACKED_BYTE = 1
const MOST_KNOWN_TERMS = 131_072

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
  #terms = new TermTable()
  #postings = new Postings()
  #forms = new FormTable()
  // The words that are met again: spelling each would cost more.
  readonly #knownTerms = new Map<string, number>()
  // Scratch of one document: how often each term occurs, and which do.
  #counts = new Uint32Array(1 << 10)
  readonly #counted: number[] = []
  readonly #scores = new QueryScores()
  // The query whose scores they are, until the next change.
  #scored: string | undefined
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
    for (const text of texts) {
      for (const word of findWords(text)) {
        length++
        const term = this.#termOf(word.text)
        if (this.#counts[term]!++ === 0) this.#counted.push(term)
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
    const packOf = new Uint32Array(this.#statistics.capacity)
    const rowOf = new Uint32Array(this.#statistics.capacity)
    const writers = packs.map((offsets, pack) => {
      offsets.forEach((offset, row) => {
        packOf[offset] = pack + 1
        rowOf[offset] = row
      })
      return new PackWriter(Array.from(offsets, (offset) => this.lengthOf(offset)))
    })
    this.#packings++
    try {
      let looked = 0
      for (let term = 0; term < this.#terms.size; term++) {
        this.#packTerm(term, packOf, rowOf, writers)
        looked += this.#postings.lengthOf(term)
        if (looked < POSTINGS_PER_SLICE) continue
        looked = 0
        yield
      }
    } finally {
      this.#packings--
    }
    return writers.map((writer) => writer.finish())
  }

  /**
   * Takes in packed documents: what `add` would do with their texts. What stands in them is read by `readSteps`, or by whoever first needs it.
   * @param offsets By row, where it goes, never added before; `NOWHERE` where it is not taken.
   * @throws {CorruptDataError} It is no pack of so many rows. Some of them may have been added.
   */
  addPack(pack: Uint8Array, offsets: Uint32Array): void {
    this.#scored = undefined
    const reader = new PackReader(pack, offsets)
    reader.readDocuments((offset, words) => this.#statistics.add(offset, words))
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
  search(text: string, k: number, { allow, labels }: LexicalSearchOptions = {}): LexicalHits {
    this.#score(text)
    const { totals, touched } = this.#scores
    const top = new TopScores(k)
    let floor = top.floor
    for (let i = 0; i < touched.length; i++) {
      const offset = touched[i]!
      // Compared as it is returned, so that equal scores are in order of offset.
      const score = Math.fround(totals[offset]!)
      if (score < floor) continue
      const label = labels === undefined ? offset : labels[offset]!
      if (allow !== undefined && ((allow[label >> 3]! >> (label & 7)) & 1) === 0) continue
      top.offer(label, score)
      floor = top.floor
    }
    return { ...top.sorted(), moments: orderlessMoments(totals, touched, Math.max(1, this.#statistics.liveCount)) }
  }

  /**
   * Numbers the live documents anew from 0 on, in the same order, and lets go of what the deleted ones took.
   * @returns The old offset of each new one.
   */
  compact(): Uint32Array {
    this.#readAll()
    const old = this.#statistics.compact()
    const now = new Map<number, number>()
    old.forEach((offset, place) => void now.set(offset, place))
    this.#rebuild((offset) => now.get(offset))
    this.#scored = undefined
    this.#scores.drop()
    return old
  }

  /** Scores of the documents asked for, in the same order; 0 where none of the words is. */
  scores(text: string, offsets: Uint32Array): Float32Array {
    this.#score(text)
    const { totals } = this.#scores
    return Float32Array.from(offsets, (offset) => totals[offset] ?? 0)
  }

  get memoryBytes(): number {
    const unread = this.#unread.reduce((sum, { bytes }) => sum + bytes, 0)
    return (
      unread +
      this.#postings.memoryBytes +
      this.#statistics.memoryBytes +
      this.#terms.memoryBytes +
      this.#forms.memoryBytes +
      this.#scores.memoryBytes
    )
  }

  #score(text: string): void {
    if (this.#scored === text) return
    this.#readAll()
    this.#scored = undefined
    const words = new Map<string, { levels: readonly Level[]; weight: number }>()
    let postings = 0
    for (const { text: word } of findWords(text)) {
      const weight = isStopWord(word) ? STOP_WORD_WEIGHT : 1
      const known = words.get(word)
      if (known) {
        known.weight += weight
        continue
      }
      // A function word is as it is: others that begin like it say something else.
      const levels = this.#levelsOf(word, isStopWord(word) ? [] : [word, ...formsOf(word)])
      words.set(word, { levels, weight })
      for (const term of levels.flatMap(({ terms }) => terms)) postings += this.#postings.lengthOf(term)
    }
    this.#scores.clear(this.#statistics.capacity, postings)
    for (const { levels, weight } of words.values()) this.#scores.add(levels, weight, this.#postings, this.#statistics)
    this.#scores.end()
    this.#scored = text
  }

  /** The terms that stand for a query's word: itself, then those that its forms bring, the closest first, each once. */
  #levelsOf(word: string, forms: readonly string[]): Level[] {
    const own = this.#terms.find(word)
    const levels: Level[] = own === undefined ? [] : [{ terms: [own], share: 1 }]
    const known = new Set(own === undefined ? [] : [own])
    for (const form of forms) {
      const itself = this.#terms.find(form)
      const terms = this.#forms.termsOf(form)
      if (itself !== undefined) terms.push(itself)
      const others = [...new Set(terms)].filter((term) => !known.has(term))
      if (others.length === 0) continue
      levels.push({ terms: others, share: isBeginning(form) ? BEGINNING_SHARE : 1 })
      for (const term of others) known.add(term)
    }
    return levels
  }

  #packTerm(term: number, packOf: Uint32Array, rowOf: Uint32Array, writers: readonly PackWriter[]): void {
    const { arena } = this.#postings
    const runs = this.#postings.runsOf(term)
    const spelled = this.#terms.bytesOf(term)
    const formsOfTerm = (each: number) => this.#forms.formsOf(each)
    for (let run = 0; run < runs.length; run += 2) {
      for (let at = runs[run]!; at < runs[run + 1]!; at += 2) {
        const offset = arena[at]!
        const pack = packOf[offset]
        if (pack) writers[pack - 1]!.add(term, spelled, formsOfTerm, rowOf[offset]!, arena[at + 1]!)
      }
    }
  }

  #termOf(word: string): number {
    const known = this.#knownTerms.get(word)
    if (known !== undefined) return known
    const term = this.#terms.take(word)
    if (term === this.#forms.size) this.#forms.add(formsOf(word))
    if (this.#knownTerms.size >= MOST_KNOWN_TERMS) this.#knownTerms.clear()
    this.#knownTerms.set(word, term)
    return this.#placed(term)
  }

  #takeFrom(spelled: Uint8Array, readForms: () => readonly Uint8Array[]): number {
    const term = this.#terms.takeBytes(spelled, 0, spelled.length)
    if (term === this.#forms.size) this.#forms.addBytes(readForms())
    return this.#placed(term)
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
    this.#statistics.deletedCount = 0
  }

  /** Rebuilds the postings with the offsets that `offsetOf` gives, without those to which it gives none. */
  #rebuild(offsetOf: (offset: number) => number | undefined): void {
    const before = this.#postings
    const terms = this.#terms
    const forms = this.#forms
    this.#postings = new Postings()
    this.#terms = new TermTable()
    this.#forms = new FormTable()
    this.#knownTerms.clear()
    for (let term = 0; term < terms.size; term++) {
      const runs = before.runsOf(term)
      let kept: number | undefined
      for (let run = 0; run < runs.length; run += 2) {
        for (let at = runs[run]!; at < runs[run + 1]!; at += 2) {
          const offset = offsetOf(before.arena[at]!)
          if (offset === undefined) continue
          kept ??= this.#takeFrom(terms.bytesOf(term), () => forms.formsOf(term))
          this.#postings.add(kept, offset, before.arena[at + 1]!)
        }
      }
    }
  }
}
