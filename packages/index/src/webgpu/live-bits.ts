/** A bit for each offset ever added: whether it is live. Kept by the CPU; a search takes a copy with it. */
export class LiveBits {
  #bits = new Uint8Array(64)
  #count = 0
  #liveCount = 0

  get count(): number {
    return this.#count
  }

  get liveCount(): number {
    return this.#liveCount
  }

  append(added: number): void {
    const first = this.#count
    this.#count += added
    this.#liveCount += added
    const needed = Math.ceil(this.#count / 8)
    if (needed > this.#bits.length) {
      const longer = new Uint8Array(Math.max(needed, this.#bits.length * 2))
      longer.set(this.#bits)
      this.#bits = longer
    }
    for (let offset = first; offset < this.#count; offset++) this.#bits[offset >> 3]! |= 1 << (offset & 7)
  }

  /** Whether the offset was live until now. */
  delete(offset: number): boolean {
    const bit = 1 << (offset & 7)
    if ((this.#bits[offset >> 3]! & bit) === 0) return false
    this.#bits[offset >> 3]! &= ~bit
    this.#liveCount--
    return true
  }

  /** Which offsets are live and allowed, a bit each, and how many. Bits beyond the last offset are 0. */
  allowed(allow: Uint8Array | undefined): { mask: Uint32Array<ArrayBuffer>; size: number } {
    const mask = new Uint32Array(Math.ceil(this.#count / 32))
    // Bytes as words: WebGPU runs on little-endian machines only.
    const bytes = new Uint8Array(mask.buffer)
    const used = Math.ceil(this.#count / 8)
    for (let i = 0; i < used; i++) bytes[i] = this.#bits[i]! & (allow === undefined ? 255 : allow[i]!)
    let size = 0
    for (const word of mask) size += bitCount(word)
    return { mask, size }
  }
}

function bitCount(word: number): number {
  let pairs = word - ((word >>> 1) & 0x5555_5555)
  pairs = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333)
  return Math.imul((pairs + (pairs >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24
}
