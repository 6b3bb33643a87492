import type { KernelMemory } from '../kernels.ts'
import { align, checkBytes, MAX_BYTES } from '../layout.ts'

/** A run of memory with the same room for every vector. */
export interface RegionSpec<Name extends string> {
  readonly name: Name
  /** May be a fraction: ⅛ for a bit. */
  readonly bytesPerVector: number
  /** Whether new room must be zeros. @default false */
  readonly isZeroed?: boolean
}

/**
 * Regions side by side in one memory, each 64-byte aligned, all for the same number of vectors; behind the last one there is scratch. They
 * grow together, by half each time, so that adding one by one moves every byte but a few times.
 */
export class Regions<Name extends string> {
  readonly #memory: KernelMemory
  readonly #specs: readonly RegionSpec<Name>[]
  readonly #start: number
  readonly #maxBytes: number
  #capacity: number
  #at: Record<Name, number>
  #end: number

  /**
   * @param start Where the first region begins.
   * @param maxBytes Where memory ends.
   * @throws {LimitError} It would pass that.
   */
  constructor(
    memory: KernelMemory,
    start: number,
    specs: readonly RegionSpec<Name>[],
    capacity: number,
    maxBytes: number = MAX_BYTES,
  ) {
    this.#memory = memory
    this.#maxBytes = maxBytes
    this.#specs = specs
    this.#start = align(start, 64)
    this.#capacity = Math.max(64, align(capacity, 64))
    const { at, end } = this.#placed(this.#capacity)
    this.#at = at
    this.#end = end
    memory.growTo(end)
  }

  /** In vectors; a multiple of 64. */
  get capacity(): number {
    return this.#capacity
  }

  /** The address of each region. */
  get at(): Readonly<Record<Name, number>> {
    return this.#at
  }

  /** The address behind the last region. */
  get end(): number {
    return this.#end
  }

  /** Bytes of one region for one vector; 0 where there is no such region. */
  bytesOf(name: Name): number {
    return this.#specs.find((spec) => spec.name === name)?.bytesPerVector ?? 0
  }

  /** Bytes of all regions for one vector. */
  get bytesPerVector(): number {
    return this.#specs.reduce((sum, { bytesPerVector }) => sum + bytesPerVector, 0)
  }

  /**
   * Makes room for so many vectors. Returns whether anything moved.
   * @throws {LimitError} It would pass its limit, or the browser has no more; nothing has changed.
   */
  reserve(needed: number): boolean {
    if (needed <= this.#capacity) return false
    const capacity = this.#grown(needed)
    const { at, end } = this.#placed(capacity)
    this.#memory.growTo(end)
    const bytes = new Uint8Array(this.#memory.buffer)
    // Up, so the last goes first.
    for (const { name, bytesPerVector, isZeroed } of this.#specs.toReversed()) {
      const length = Math.ceil(this.#capacity * bytesPerVector)
      bytes.copyWithin(at[name], this.#at[name], this.#at[name] + length)
      if (isZeroed) bytes.fill(0, at[name] + length, at[name] + Math.ceil(capacity * bytesPerVector))
    }
    this.#capacity = capacity
    this.#at = at
    this.#end = end
    return true
  }

  #grown(needed: number): number {
    const generous = Math.max(needed, this.#capacity + (this.#capacity >> 1))
    const perVector = this.bytesPerVector
    // Near the limit every byte counts: half of what is left, not half as much again.
    const spare = Math.min(2 ** 22, this.#maxBytes / 8)
    const most = Math.floor((this.#maxBytes - this.#start - spare) / perVector)
    const wanted = generous * perVector > this.#maxBytes / 2 ? Math.min(generous, (this.#capacity + most) >> 1) : generous
    return align(Math.max(needed, wanted), 64)
  }

  #placed(capacity: number): { at: Record<Name, number>; end: number } {
    const at = {} as Record<Name, number>
    let end = this.#start
    for (const { name, bytesPerVector } of this.#specs) {
      at[name] = end
      end = align(end + Math.ceil(capacity * bytesPerVector), 64)
    }
    checkBytes(end, this.#maxBytes)
    return { at, end }
  }
}
