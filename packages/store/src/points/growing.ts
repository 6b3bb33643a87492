/** A list of u32 that grows, without an object for each. */
export class GrowingU32 {
  #values: Uint32Array
  #length = 0

  constructor(capacity = 64) {
    this.#values = new Uint32Array(Math.max(1, capacity))
  }

  get length(): number {
    return this.#length
  }

  get memoryBytes(): number {
    return this.#values.byteLength
  }

  /** What is in it, as a view that lasts until the next change of length. */
  get view(): Uint32Array {
    return this.#values.subarray(0, this.#length)
  }

  push(value: number): void {
    this.grow(this.#length + 1, 0)
    this.#values[this.#length - 1] = value
  }

  at(index: number): number {
    return this.#values[index]!
  }

  set(index: number, value: number): void {
    this.#values[index] = value
  }

  /** Makes it `length` long; new places hold `fill`. */
  grow(length: number, fill: number): void {
    if (length <= this.#length) return
    if (length > this.#values.length) {
      const larger = new Uint32Array(Math.max(length, this.#values.length * 2))
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values.fill(fill, this.#length, length)
    this.#length = length
  }
}

/** As GrowingU32, for whole numbers up to 2⁵³. */
export class GrowingF64 {
  #values: Float64Array
  #length = 0

  constructor(capacity = 64) {
    this.#values = new Float64Array(Math.max(1, capacity))
  }

  get memoryBytes(): number {
    return this.#values.byteLength
  }

  at(index: number): number {
    return this.#values[index]!
  }

  /** Places before it that were never set hold 0. */
  set(index: number, value: number): void {
    if (index >= this.#length) {
      if (index >= this.#values.length) {
        const larger = new Float64Array(Math.max(index + 1, this.#values.length * 2))
        larger.set(this.#values)
        this.#values = larger
      }
      this.#length = index + 1
    }
    this.#values[index] = value
  }
}
