const NEVER_ADDED = 0
export const LIVE = 1
const DELETED = 2

/** What BM25 must know of the documents themselves: which are live, how long each is, how long they are on average. */
export class TextStatistics {
  /** Words of each document, by offset. */
  lengths: Uint32Array = new Uint32Array(64)
  liveCount = 0
  deletedCount = 0
  /** By offset: whether a document is live. */
  states: Uint8Array = new Uint8Array(64)
  #wordCount = 0

  /** Words per live document. */
  get averageLength(): number {
    return this.liveCount === 0 ? 0 : this.#wordCount / this.liveCount
  }

  /** One more than the largest offset there is room for. */
  get capacity(): number {
    return this.states.length
  }

  get memoryBytes(): number {
    return this.lengths.byteLength + this.states.byteLength
  }

  isLive(offset: number): boolean {
    return this.states[offset] === LIVE
  }

  wasAdded(offset: number): boolean {
    return (this.states[offset] ?? NEVER_ADDED) !== NEVER_ADDED
  }

  add(offset: number, words: number): void {
    if (offset >= this.states.length) this.#grow(offset + 1)
    this.states[offset] = LIVE
    this.lengths[offset] = words
    this.liveCount++
    this.#wordCount += words
  }

  delete(offset: number): void {
    this.states[offset] = DELETED
    this.liveCount--
    this.deletedCount++
    this.#wordCount -= this.lengths[offset]!
  }

  /** Numbers the live documents anew, in order; returns the old offset of each. */
  compact(): Uint32Array {
    const old = new Uint32Array(this.liveCount)
    let next = 0
    for (let offset = 0; offset < this.states.length; offset++) if (this.isLive(offset)) old[next++] = offset
    this.lengths = Uint32Array.from({ length: Math.max(64, next) }, (_, place) => this.lengths[old[place]!] ?? 0)
    this.states = new Uint8Array(this.lengths.length)
    this.states.fill(LIVE, 0, next)
    this.deletedCount = 0
    return old
  }

  #grow(needed: number): void {
    const capacity = Math.max(needed, this.states.length * 2)
    const states = new Uint8Array(capacity)
    states.set(this.states)
    this.states = states
    const lengths = new Uint32Array(capacity)
    lengths.set(this.lengths)
    this.lengths = lengths
  }
}
