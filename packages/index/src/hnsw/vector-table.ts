import type { Space } from './space.ts'

/** The vectors of one index by offset, and which of them are live. */
export class VectorTable {
  readonly #space: Space
  #count = 0
  #liveCount = 0

  constructor(space: Space) {
    this.#space = space
  }

  /** Vectors there are, deleted ones included; the next offset. */
  get count(): number {
    return this.#count
  }

  get liveCount(): number {
    return this.#liveCount
  }

  /**
   * Makes room for so many more vectors.
   * @throws {LimitError} There is no memory for them; nothing has changed.
   */
  reserve(added: number): void {
    this.#space.reserve(this.#count + added)
  }

  /**
   * Writes checked vectors beyond the count, where room was reserved; they are there once `take` has counted them.
   * @param skipped How many places beyond the count to leave.
   */
  write(vectors: Float32Array, norms: Float32Array, skipped = 0): void {
    const { dim, metric, f32, u32, u8, regions, vectorBytes } = this.#space
    const first = this.#count + skipped
    const added = norms.length
    const rowLength = vectorBytes / 4
    const start = regions.at.vectors / 4 + first * rowLength
    if (rowLength === dim) f32.set(vectors, start)
    else {
      f32.fill(0, start, start + added * rowLength)
      for (let i = 0; i < added; i++) f32.set(vectors.subarray(i * dim, (i + 1) * dim), start + i * rowLength)
    }
    if (metric === 'cosine') f32.set(norms, regions.at.norms / 4 + first)
    for (let offset = first; offset < first + added; offset++) {
      u32[regions.at.nodeOf / 4 + offset] = offset
      u32[regions.at.offsetOf / 4 + offset] = offset
    }
    // Others may have stood here: they were dropped, or an addition was cancelled.
    for (const at of [regions.at.linkCounts, regions.at.visited]) u8.fill(0, at + first, at + first + added)
  }

  /** Counts the next vectors that `write` wrote. */
  take(added: number): void {
    const { u8, regions } = this.#space
    for (let offset = this.#count; offset < this.#count + added; offset++) {
      u8[regions.at.live + (offset >> 3)]! |= 1 << (offset & 7)
    }
    this.#count += added
    this.#liveCount += added
  }

  isLive(offset: number): boolean {
    const { u8, regions } = this.#space
    return ((u8[regions.at.live + (offset >> 3)]! >> (offset & 7)) & 1) === 1
  }

  isLiveNode(node: number): boolean {
    const { u32, regions } = this.#space
    return this.isLive(u32[regions.at.offsetOf / 4 + node]!)
  }

  /** Marks a live vector as deleted. */
  mark(offset: number): void {
    const { u8, regions } = this.#space
    u8[regions.at.live + (offset >> 3)]! &= ~(1 << (offset & 7))
    this.#liveCount--
  }

  nodeOf(offset: number): number {
    const { u32, regions } = this.#space
    return u32[regions.at.nodeOf / 4 + offset]!
  }

  /** The vector at an offset: a view that lasts until the memory grows. */
  view(offset: number): Float32Array {
    const { f32, regions, vectorBytes, dim } = this.#space
    const at = (regions.at.vectors + offset * vectorBytes) / 4
    return f32.subarray(at, at + dim)
  }

  /** The length of a vector, for cosine; else 1. */
  norm(offset: number): number {
    const { f32, regions, metric } = this.#space
    return metric === 'cosine' ? f32[regions.at.norms / 4 + offset]! : 1
  }

  /** Offsets below `count` that are live, or not counted yet; rising. */
  liveOffsets(count: number): Uint32Array {
    const offsets = new Uint32Array(this.#liveCount + count - this.#count)
    let size = 0
    for (let offset = 0; offset < count; offset++) {
      if (offset >= this.#count || this.isLive(offset)) offsets[size++] = offset
    }
    return offsets
  }

  /** Moves the vectors at some rising offsets to the front. They are to be counted anew; all others are gone. */
  compact(offsets: Uint32Array): void {
    const { u8, f32, regions, vectorBytes, metric } = this.#space
    for (const [to, from] of offsets.entries()) {
      if (to === from) continue
      const at = regions.at.vectors + from * vectorBytes
      u8.copyWithin(regions.at.vectors + to * vectorBytes, at, at + vectorBytes)
      if (metric === 'cosine') f32[regions.at.norms / 4 + to] = f32[regions.at.norms / 4 + from]!
    }
    u8.fill(0, regions.at.live, regions.at.live + Math.ceil(this.#count / 8))
    this.#count = 0
    this.#liveCount = 0
  }
}
