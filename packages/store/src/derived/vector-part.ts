import { type Explanation, HnswIndex, type LinksPiece, type SearchOptions } from '@voisin/index'
import { isVoisinError, LimitError, type Progress } from '@voisin/spec'
import type { VectorSchema } from '../database/collection-record.ts'
import { emptyBitmap, hasBit, setBit } from '../points/bitmap.ts'
import { GrowingU32 } from '../points/growing.ts'
import { KeptLinks } from './kept-links.ts'

const NO_SLOT = 0xffff_ffff
/** Below this many dead vectors a rebuild is not worth its while. */
const LEAST_DEAD = 1024
/** So many dead vectors for each live one end a build that writes overtake: memory must follow what lives. */
const MOST_DEAD = 2

export interface VectorHits {
  /** Of points, nearest first; ties by offset. */
  readonly offsets: Uint32Array
  readonly distances: Float32Array
}

/** Links of some vectors. */
export interface PackedLinksPiece extends LinksPiece {
  /** Of each row. */
  readonly offsets: readonly number[]
}

/** What a search may ask for, as of the index. */
export type VectorSearch = Pick<SearchOptions, 'recall' | 'ef'>

/**
 * The vectors of one name: an index with slots of its own, so that it can let go of dead ones unheard. Slots are given in the
 * order of offsets, so equal distances come in that order too. What is added is found at once; whoever has time links it
 * (`linkSteps`), which makes finding faster.
 *
 * Where there is no memory for a committed vector the index is given up, not the collection: vectors then lie loose, can be read
 * back and stored anew, and a search says why it cannot be done.
 */
export class VectorPart {
  readonly schema: VectorSchema
  readonly links: KeptLinks = new KeptLinks()
  #index: HnswIndex | undefined
  /** Whether its first graph is being built: compacting would begin that again. */
  #isBuilding = false
  /** Whether each slot has the number of its offset. */
  #isIdentity = true
  #slotOf = new GrowingU32()
  #offsetOf = new GrowingU32()
  /** By offset, once the index was given up. */
  readonly #loose = new Map<number, Float32Array>()
  #whyLoose: LimitError | undefined

  private constructor(schema: VectorSchema, index: HnswIndex | undefined, whyLoose?: LimitError) {
    this.schema = schema
    this.#index = index
    this.#whyLoose = whyLoose
  }

  /** @param maxBytes How much memory the index may take. */
  static async create(schema: VectorSchema, maxBytes?: number): Promise<VectorPart> {
    const { dim, metric } = schema
    const limit = maxBytes !== undefined && { maxBytes }
    try {
      return new VectorPart(schema, await HnswIndex.create({ dim, metric, graph: 'background', ...limit }))
    } catch (error) {
      if (!isVoisinError(error) || error.code !== 'limit-exceeded') throw error
      return new VectorPart(schema, undefined, error)
    }
  }

  /** Live vectors. */
  get size(): number {
    return this.#index?.liveCount ?? this.#loose.size
  }

  get deadCount(): number {
    return this.#index === undefined ? 0 : this.#index.count - this.#index.liveCount
  }

  get memoryBytes(): number {
    const rows = this.#index?.memoryBytes ?? this.#loose.size * this.schema.dim * 4
    return rows + this.links.memoryBytes + this.#slotOf.memoryBytes + this.#offsetOf.memoryBytes
  }

  /**
   * Takes the memory that so many more vectors need; lets go of what half as many dead ones as live ones take first.
   * @throws {LimitError} There is not so much; nothing is lost.
   */
  reserve(count: number): void {
    if (count === 0) return
    if (this.isWorthCompacting(0.5)) this.compact()
    this.#index?.reserve(count)
  }

  /** Takes the memory for so many at once, where there is as much: taken bit by bit, what is there is moved each time. */
  expect(count: number): void {
    try {
      this.#index?.reserve(count)
    } catch (error) {
      if (!isVoisinError(error) || error.code !== 'limit-exceeded') throw error
    }
  }

  /** Adds vectors at ascending offsets beyond all before. @param data One row an offset. */
  add(offsets: ArrayLike<number>, data: Float32Array): void {
    if (offsets.length === 0) return
    try {
      if (this.#index !== undefined) {
        this.#appendAll(this.#index, offsets, data)
        return
      }
    } catch (error) {
      if (!isVoisinError(error) || error.code !== 'limit-exceeded') throw error
      this.#giveUp(error)
    }
    const { dim } = this.schema
    for (let i = 0; i < offsets.length; i++) this.#loose.set(offsets[i]!, data.slice(i * dim, (i + 1) * dim))
  }

  delete(offset: number): void {
    this.#loose.delete(offset)
    const slot = this.#slot(offset)
    if (slot === undefined) return
    this.#slotOf.set(offset, NO_SLOT)
    this.#index?.delete(slot)
    this.links.lost()
  }

  has(offset: number): boolean {
    return this.#slot(offset) !== undefined || this.#loose.has(offset)
  }

  /** A copy of a point's vector. */
  vector(offset: number): Float32Array | undefined {
    const slot = this.#slot(offset)
    if (slot === undefined || this.#index === undefined) return this.#loose.get(offset)?.slice()
    return this.#index.vector(slot)
  }

  /**
   * @param allow Offsets that may be answered, as a bitmap: bit i is bit i & 7 of byte i >> 3. @default all
   * @throws {LimitError} The index was given up.
   */
  search(query: Float32Array, k: number, allow?: Uint8Array, asked: VectorSearch = {}): VectorHits {
    const index = this.#searchable()
    const { offsets, distances } = index.search(query, k, this.#options(index, allow, asked))
    return { offsets: this.#offsets(offsets), distances }
  }

  /** The same search, with how it was done and why. */
  explain(query: Float32Array, k: number, allow?: Uint8Array, asked: VectorSearch = {}): Explanation {
    const index = this.#searchable()
    const { answer, ...plan } = index.explain(query, k, this.#options(index, allow, asked))
    return { ...plan, answer: { ...answer, offsets: this.#offsets(answer.offsets) } }
  }

  /** The share of the true k nearest that searches find, on some of the vectors, in slices. @throws {LimitError} The index was given up. */
  recallSteps(k: number, size: number, recall: number | undefined): Generator<void, number> {
    return this.#searchable().recallSteps(k, { size, ...(recall !== undefined && { recall }) })
  }

  /** Whether linking would make searches faster. */
  get isLinkingDue(): boolean {
    return this.#index !== undefined && (this.links.areWaiting || this.#index.isLinkingDue)
  }

  /**
   * Takes links that were stored, which `linkSteps` puts in their place.
   * @param blocks Ids of where they lay.
   * @param offsets By row; any that no vector has where nobody lives.
   */
  restoreLinks(blocks: readonly number[], pieces: readonly Uint8Array[], offsets: Uint32Array): void {
    // Without an index there is no place for them.
    if (this.#index === undefined) return
    const slots = offsets.map((offset) => this.#slot(offset) ?? NO_SLOT)
    this.links.wait(blocks, pieces, slots)
    this.links.areStored({ rows: slots.length, live: slots.reduce((live, slot) => live + (slot === NO_SLOT ? 0 : 1), 0) })
  }

  /** Whether all that is there is linked. */
  get canPackLinks(): boolean {
    return this.size > 0 && (this.#index?.isLinked ?? false) && !this.isLinkingDue
  }

  /** Whether it would be worth storing links. */
  get areLinksDue(): boolean {
    return this.canPackLinks && !this.links.areFresh(this.size)
  }

  /** Packs all links, in slices; between them all else may go on. @returns Undefined where there is no graph, or the index gave way to another one meanwhile. */
  *packLinks(): Generator<void, readonly PackedLinksPiece[] | undefined> {
    const index = this.#index
    const steps = index?.packLinks()
    for (let step = steps?.next(); step !== undefined && index === this.#index; step = steps!.next()) {
      if (!step.done) {
        yield
        continue
      }
      let first = 0
      return step.value?.pieces.map((piece) => {
        const slots = step.value!.offsets.subarray(first, first + piece.rows)
        first += piece.rows
        return { ...piece, offsets: Array.from(slots, (slot) => this.#offsetOf.at(slot)) }
      })
    }
    return undefined
  }

  /**
   * Links vectors, in slices of a few milliseconds, some of a few dozen; all else may go on between them. Ends by itself where the index is another one.
   * @throws {LimitError} There is no memory for it; all that was found is found.
   */
  *linkSteps(): Generator<Progress, void> {
    const index = this.#index
    if (index === undefined) return
    this.#isBuilding = !index.hasGraph
    try {
      yield* this.#stepsOf(index, this.links.steps(index))
      yield* this.#stepsOf(index, index.linkSteps())
    } finally {
      this.#isBuilding = false
    }
  }

  /** As long as the index is this one. */
  *#stepsOf(index: HnswIndex, steps: Generator<Progress, void>): Generator<Progress, void> {
    try {
      while (this.#index === index) {
        const step = steps.next()
        if (step.done) return
        yield step.value
      }
    } finally {
      steps.return()
    }
  }

  /** Distances to points, in their order; NaN for one without a vector. */
  distances(query: Float32Array, offsets: Uint32Array): Float32Array {
    const index = this.#searchable()
    const result = new Float32Array(offsets.length).fill(Number.NaN)
    const places: number[] = []
    const slots: number[] = []
    offsets.forEach((offset, i) => {
      const slot = this.#slot(offset)
      if (slot === undefined) return
      places.push(i)
      slots.push(slot)
    })
    const found = index.distances(query, Uint32Array.from(slots))
    for (let i = 0; i < places.length; i++) result[places[i]!] = found[i]!
    return result
  }

  /** Whether enough is dead to be worth a rebuild. @param share Dead vectors for each live one. */
  isWorthCompacting(share: number): boolean {
    return this.deadCount > Math.max(LEAST_DEAD, this.size * (this.#isBuilding ? Math.max(share, MOST_DEAD) : share))
  }

  /** Lets go of dead vectors' memory. Where there is no memory to do so, all stays as it is. */
  compact(): void {
    const before = this.#index
    if (before === undefined || this.deadCount === 0) return
    // Kept links know vectors by their slots.
    for (const _ of this.links.steps(before));
    let after: HnswIndex
    try {
      after = before.compacted()
    } catch (error) {
      if (isVoisinError(error) && error.code === 'limit-exceeded') return
      throw error
    }
    this.#replace(after, (offset) => offset)
    before.close()
  }

  /** Offsets were numbered anew. @param renumbered The new number of a live offset. */
  renumber(renumbered: (offset: number) => number): void {
    if (this.#index !== undefined) this.#replace(this.#index, renumbered)
    const loose = [...this.#loose]
    this.#loose.clear()
    for (const [offset, vector] of loose) this.#loose.set(renumbered(offset), vector)
  }

  close(): void {
    const index = this.#index
    this.#index = undefined
    index?.close()
  }

  /** Takes an index that holds the same live vectors in the same order. */
  #replace(index: HnswIndex, renumbered: (offset: number) => number): void {
    const isSame = index === this.#index
    const offsetOf = new GrowingU32(index.count)
    const slots: [number, number][] = []
    for (let slot = 0; slot < this.#offsetOf.length; slot++) {
      const offset = this.#offsetOf.at(slot)
      const isLive = this.#slot(offset) === slot
      if (!isLive && !isSame) continue
      const now = isLive ? renumbered(offset) : NO_SLOT
      if (isLive) slots.push([now, offsetOf.length])
      offsetOf.push(now)
    }
    this.#slotOf = new GrowingU32()
    this.#isIdentity = slots.length === index.count
    for (const [offset, slot] of slots) {
      this.#slotOf.grow(offset + 1, NO_SLOT)
      this.#slotOf.set(offset, slot)
      this.#isIdentity &&= offset === slot
    }
    this.#offsetOf = offsetOf
    this.#index = index
  }

  #appendAll(index: HnswIndex, offsets: ArrayLike<number>, data: Float32Array): void {
    const first = index.addMany(data)
    for (let i = 0; i < offsets.length; i++) {
      this.#slotOf.grow(offsets[i]! + 1, NO_SLOT)
      this.#slotOf.set(offsets[i]!, first + i)
      this.#isIdentity &&= offsets[i] === first + i
      this.#offsetOf.push(offsets[i]!)
    }
  }

  #slot(offset: number): number | undefined {
    if (offset >= this.#slotOf.length) return undefined
    const slot = this.#slotOf.at(offset)
    return slot === NO_SLOT ? undefined : slot
  }

  #options(index: HnswIndex, allow: Uint8Array | undefined, asked: VectorSearch): SearchOptions {
    return allow === undefined ? asked : { ...asked, allow: this.#slotBitmap(index, allow) }
  }

  #offsets(slots: Uint32Array): Uint32Array {
    return this.#isIdentity ? slots : slots.map((slot) => this.#offsetOf.at(slot))
  }

  #slotBitmap(index: HnswIndex, allow: Uint8Array): Uint8Array {
    if (this.#isIdentity && allow.length * 8 >= index.count) return allow
    const bitmap = emptyBitmap(index.count)
    const offsetOf = this.#offsetOf.view
    for (let slot = 0; slot < offsetOf.length; slot++) {
      if (hasBit(allow, offsetOf[slot]!)) setBit(bitmap, slot)
    }
    return bitmap
  }

  #searchable(): HnswIndex {
    if (this.#index !== undefined) return this.#index
    throw new LimitError('There was no memory for all vectors, so they cannot be searched.', {
      remedy: 'Close other tabs, or delete points and open the collection again. All points can be read.',
      dataState: 'intact',
      cause: this.#whyLoose,
    })
  }

  #giveUp(why: LimitError): void {
    const index = this.#index!
    for (let offset = 0; offset < this.#slotOf.length; offset++) {
      const slot = this.#slot(offset)
      if (slot !== undefined) this.#loose.set(offset, index.vector(slot))
    }
    this.#slotOf.view.fill(NO_SLOT)
    this.links.drop()
    this.#index = undefined
    this.#whyLoose = why
    index.close()
  }
}
