import { type LexicalHits, LexicalIndex, MAKER, NOWHERE, type Spelling } from '@voisin/lexical'
import { isVoisinError, LimitError } from '@voisin/spec'
import { GrowingF64, GrowingU32 } from '../points/growing.ts'

const NO_SLOT = 0xffff_ffff
const LEAST_DEAD = 1024
// Of a pack: a word's postings under each of its stems, and a row's share of the terms.
const WORD_BYTES = 3
const ROW_BYTES = 32

/** Points' words for one block, in order of row. */
export interface PackedWords {
  readonly offsets: readonly number[]
  readonly pack: Uint8Array
}

/** The words of text fields, with slots of its own: a point whose text changed stays at its offset and gets another slot. */
export class WordsPart {
  /** What made its words: those of blocks that name another are no use. */
  readonly maker: string
  /** Blocks of words that are damaged or gone: what they held was made again, and is in no block. */
  readonly damaged: Set<number> = new Set()
  #index = new LexicalIndex()
  #slotOf = new GrowingU32()
  #offsetOf = new GrowingU32()
  /** By slot, the write that gave a point its words. */
  #lsnOf = new GrowingF64()
  #live = 0
  #packings = 0
  /** Blocks that words were restored from. */
  readonly #restored = new Set<number>()
  readonly #textsOf: (offset: number) => readonly string[]
  #whyGone: unknown

  /**
   * @param fields Paths of the texts.
   * @param textsOf A live point's texts, for words that turn out to be none.
   */
  constructor(fields: readonly string[], textsOf: (offset: number) => readonly string[]) {
    this.#textsOf = textsOf
    this.maker = `${MAKER} ${JSON.stringify([...fields].sort())}`
  }

  get memoryBytes(): number {
    return this.#index.memoryBytes + this.#slotOf.memoryBytes + this.#offsetOf.memoryBytes + this.#lsnOf.memoryBytes
  }

  get deadCount(): number {
    return this.#offsetOf.length - this.#live
  }

  has(offset: number): boolean {
    return offset < this.#slotOf.length && this.#slotOf.at(offset) !== NO_SLOT
  }

  /** The write that gave a point its words. */
  lsn(offset: number): number {
    return this.#lsnOf.at(this.#slotOf.at(offset))
  }

  /** About how many bytes a point's words take in a block. */
  storedBytes(offset: number): number {
    return ROW_BYTES + WORD_BYTES * this.#index.lengthOf(this.#slotOf.at(offset))
  }

  /** Takes in a point's texts, in place of those it had. @param lsn The write that gave it them. */
  set(offset: number, texts: readonly string[], lsn: number): void {
    this.delete(offset)
    if (texts.length === 0 || this.#whyGone !== undefined) return
    this.#compactIfWorthwhile(1)
    const slot = this.#offsetOf.length
    try {
      this.#index.add(slot, texts)
    } catch (error) {
      // There is no memory for the words of a committed write.
      this.#giveUp(error)
      return
    }
    this.#place(offset, lsn)
  }

  /**
   * Takes in a block's words, to be read by `linkSteps` or when they are first needed.
   * @param block Its id.
   * @param offsets By row; `NOWHERE` where nobody lives who has these words.
   * @param lsns By row, the write that gave the point its words.
   */
  restore(block: number, pack: Uint8Array, offsets: Uint32Array, lsns: readonly number[]): void {
    if (this.#whyGone !== undefined) return
    let next = this.#offsetOf.length
    const slots = offsets.map((offset) => (offset === NOWHERE ? NOWHERE : next++))
    offsets.forEach((offset, row) => {
      if (offset !== NOWHERE) this.#place(offset, lsns[row]!)
    })
    this.#restored.add(block)
    try {
      this.#index.addPack(pack, slots)
    } catch (error) {
      this.#recover(error)
    }
  }

  /** Whether words are still to be read: searches would be faster for it. */
  get isLinkingDue(): boolean {
    return this.#index.isUnread
  }

  /** Live points that have words. */
  get size(): number {
    return this.#live
  }

  /** Reads what was restored, in slices. Ends by itself where all words are made again meanwhile. */
  *linkSteps(): Generator<void, void> {
    const index = this.#index
    try {
      for (const _ of index.readSteps()) {
        yield
        if (this.#index !== index) return
      }
    } catch (error) {
      if (this.#index === index) this.#recover(error)
    }
  }

  /**
   * Packs words for blocks, in slices; between them all else may go on.
   * @param blocks By offset, the write that gave a point its words when the block was planned: where they have changed since, or were given
   * up, they are left out.
   * @returns Of the blocks that then hold any.
   */
  *packSteps(blocks: readonly ReadonlyMap<number, number>[]): Generator<void, PackedWords[]> {
    yield* this.linkSteps()
    const packed = blocks
      .map((lsns) => [...lsns.keys()].filter((offset) => this.has(offset) && this.lsn(offset) === lsns.get(offset)))
      .filter((offsets) => offsets.length > 0)
    const slots = packed.map((offsets) => Uint32Array.from(offsets, (offset) => this.#slotOf.at(offset)))
    this.#packings++
    try {
      const packs = yield* this.#index.packSteps(slots)
      return packs.map((pack, i) => ({ offsets: packed[i]!, pack }))
    } finally {
      this.#packings--
    }
  }

  #place(offset: number, lsn: number): void {
    const slot = this.#offsetOf.length
    this.#offsetOf.push(offset)
    this.#lsnOf.set(slot, lsn)
    this.#slotOf.grow(offset + 1, NO_SLOT)
    this.#slotOf.set(offset, slot)
    this.#live++
  }

  delete(offset: number): void {
    if (!this.has(offset)) return
    const slot = this.#slotOf.at(offset)
    this.#slotOf.set(offset, NO_SLOT)
    this.#index.delete(slot)
    this.#live--
  }

  /** @param allow Offsets that may be listed, as a bitmap. @default all */
  search(text: string, k: number, allow?: Uint8Array, spelling: Spelling = {}): LexicalHits {
    this.#readAll()
    this.#checkThere()
    return this.#index.search(text, k, { ...spelling, allow, labels: this.#offsetOf.view })
  }

  /** Live points that have each of some folded words, as it is or by its closest forms. */
  having(words: readonly string[]): number[] {
    this.#readAll()
    this.#checkThere()
    return this.#index.having(words).map((slot) => this.#offsetOf.at(slot))
  }

  /** A live point's texts. */
  textsOf(offset: number): readonly string[] {
    return this.#textsOf(offset)
  }

  /** Scores of points, in their order; 0 where none of the words is. */
  scores(text: string, offsets: Uint32Array, spelling: Spelling = {}): Float32Array {
    this.#readAll()
    this.#checkThere()
    const slots = offsets.map((offset) => (this.has(offset) ? this.#slotOf.at(offset) : NO_SLOT))
    return this.#index.scores(text, slots, spelling)
  }

  /** Lets go of dead texts, where there are more than so many for each live one. */
  compact(share: number): void {
    if (share === 0) this.#compact()
    else this.#compactIfWorthwhile(share)
  }

  /** Offsets were numbered anew. @param renumbered The new number of a live offset. */
  renumber(renumbered: (offset: number) => number): void {
    const live = [...this.#slotOf.view.entries()].filter(([, slot]) => slot !== NO_SLOT)
    this.#slotOf = new GrowingU32()
    for (const [offset, slot] of live) {
      const now = renumbered(offset)
      this.#slotOf.grow(now + 1, NO_SLOT)
      this.#slotOf.set(now, slot)
      this.#offsetOf.set(slot, now)
    }
  }

  #compactIfWorthwhile(share: number): void {
    if (this.deadCount > Math.max(LEAST_DEAD, this.#live * share)) this.#compact()
  }

  #compact(): void {
    // What is being packed is known by its slot.
    if (this.#packings > 0) return
    this.#readAll()
    const before = this.#offsetOf
    const lsnBefore = this.#lsnOf
    this.#offsetOf = new GrowingU32(this.#live)
    this.#lsnOf = new GrowingF64(this.#live)
    for (const slot of this.#index.compact()) {
      const offset = before.at(slot)
      this.#lsnOf.set(this.#offsetOf.length, lsnBefore.at(slot))
      this.#slotOf.set(offset, this.#offsetOf.length)
      this.#offsetOf.push(offset)
    }
  }

  #readAll(): void {
    for (const _ of this.linkSteps());
  }

  /** Where a block was not what it was taken for, although it is whole, nothing can be relied on of what was restored. */
  #recover(why: unknown): void {
    if (!isVoisinError(why) || why.code !== 'corrupt-data') {
      this.#giveUp(why)
      return
    }
    for (const block of this.#restored) this.damaged.add(block)
    this.#restored.clear()
    this.#index = new LexicalIndex()
    try {
      for (let slot = 0; slot < this.#offsetOf.length; slot++) {
        const offset = this.#offsetOf.at(slot)
        if (offset < this.#slotOf.length && this.#slotOf.at(offset) === slot) this.#index.add(slot, this.#textsOf(offset))
      }
    } catch (error) {
      this.#giveUp(error)
    }
  }

  /** Words are given up, not the collection. */
  #giveUp(why: unknown): void {
    this.#whyGone = why
    this.#index = new LexicalIndex()
    this.#slotOf = new GrowingU32()
    this.#offsetOf = new GrowingU32()
    this.#live = 0
  }

  #checkThere(): void {
    if (this.#whyGone === undefined) return
    throw new LimitError('There was no memory for the words of all texts, so they cannot be searched.', {
      remedy: 'Close other tabs, or delete points and open the collection again. All points can be read.',
      dataState: 'intact',
      cause: this.#whyGone,
    })
  }
}
