import { LexicalIndex, type ScoreMoments } from '@voisin/lexical'
import { LimitError } from '@voisin/spec'
import { GrowingU32 } from '../points/growing.ts'

const NO_SLOT = 0xffff_ffff
const LEAST_DEAD = 1024

export interface WordHits {
  /** Of points that have at least one of the words, best first; ties by offset. */
  readonly offsets: Uint32Array
  readonly scores: Float32Array
  /** Of the scores of all live points that have a text, zeros included. */
  readonly moments: ScoreMoments
}

/** The words of text fields, with slots of its own: a point whose text changed stays at its offset and gets another slot. */
export class WordsPart {
  #index = new LexicalIndex()
  #slotOf = new GrowingU32()
  #offsetOf = new GrowingU32()
  #live = 0
  #whyGone: unknown

  get memoryBytes(): number {
    return this.#index.memoryBytes + this.#slotOf.memoryBytes + this.#offsetOf.memoryBytes
  }

  get deadCount(): number {
    return this.#offsetOf.length - this.#live
  }

  /** Takes in a point's texts, in place of those it had. */
  set(offset: number, texts: readonly string[]): void {
    this.delete(offset)
    if (texts.length === 0 || this.#whyGone !== undefined) return
    this.#compactIfWorthwhile(1)
    const slot = this.#offsetOf.length
    try {
      this.#index.add(slot, texts)
    } catch (error) {
      // There is no memory for the words of a committed write: they are given up, not the collection.
      this.#whyGone = error
      this.#index = new LexicalIndex()
      return
    }
    this.#offsetOf.push(offset)
    this.#slotOf.grow(offset + 1, NO_SLOT)
    this.#slotOf.set(offset, slot)
    this.#live++
  }

  delete(offset: number): void {
    const slot = offset < this.#slotOf.length ? this.#slotOf.at(offset) : NO_SLOT
    if (slot === NO_SLOT) return
    this.#slotOf.set(offset, NO_SLOT)
    this.#index.delete(slot)
    this.#live--
  }

  /** @param allow Offsets that may be listed, as a bitmap. @default all */
  search(text: string, k: number, allow?: Uint8Array): WordHits {
    this.#checkThere()
    return this.#index.search(text, k, { allow, labels: this.#offsetOf.view })
  }

  /** Scores of points, in their order; 0 where none of the words is. */
  scores(text: string, offsets: Uint32Array): Float32Array {
    this.#checkThere()
    const slots = offsets.map((offset) => (offset < this.#slotOf.length ? this.#slotOf.at(offset) : NO_SLOT))
    return this.#index.scores(text, slots)
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
    const before = this.#offsetOf
    this.#offsetOf = new GrowingU32(this.#live)
    for (const slot of this.#index.compact()) {
      const offset = before.at(slot)
      this.#slotOf.set(offset, this.#offsetOf.length)
      this.#offsetOf.push(offset)
    }
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
