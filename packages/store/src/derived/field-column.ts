import { type Bitmap, bitsOf, hasBit, setBit } from '../points/bitmap.ts'
import { compilePath, type SomeValue, type ValueTest, valuesAt } from '../points/field-path.ts'
import { GrowingU32 } from '../points/growing.ts'
import { encodeDecoded } from '../points/payload-codec.ts'

/** What is asked of a field: that some value its path leads to passes, or that none does. */
export interface FieldTest {
  readonly test: ValueTest
  readonly isNegated: boolean
}

/** Is given all values that one path leads to, and how many points have just these. */
export type Tally = (values: readonly unknown[], points: number) => void

/** Nobody lives at the offset, or its payload cannot be decoded: it passes no test. */
const NOTHING = 0
/** The content is too long to be kept here: the payload is asked. */
const LONG = 1
const FIRST_CONTENT = 2
/** In UTF-16 code units, or bytes. */
const LONGEST_UNITS = 1_024
const ENTRY_BYTES = 64

/** Several values that one path leads to, or none. */
class Several {
  readonly values: readonly unknown[]

  constructor(values: readonly unknown[]) {
    this.values = values
  }
}

/**
 * What one path leads to, for every point. Points with the same content share a number, so a condition is asked once of each
 * content and then read off, point by point; whatever it asks, the answer is that of the payload itself.
 */
export class FieldColumn {
  readonly #someValue: SomeValue
  /** By offset, the number of its content. */
  #numbers = new GrowingU32()
  /** By number: the one value, or `Several`. A number that nobody has any more is given again. */
  readonly #contents: unknown[] = [undefined, undefined]
  #counts = new GrowingU32()
  readonly #free: number[] = []
  /** Numbers by what cannot be confused with another: a primitive by itself, all else by its bytes. */
  readonly #byValue = new Map<unknown, number>()
  readonly #byBytes = new Map<string, number>()
  readonly #long = new Set<number>()
  #contentBytes = 0

  constructor(path: string) {
    this.#someValue = compilePath(path)
    this.#counts.grow(FIRST_CONTENT, 0)
  }

  get memoryBytes(): number {
    return this.#numbers.memoryBytes + this.#counts.memoryBytes + this.#contentBytes
  }

  /** Takes in a point's payload in place of what it had; undefined where it cannot be decoded. */
  set(offset: number, payload: object | undefined): void {
    this.delete(offset)
    this.#numbers.grow(offset + 1, NOTHING)
    if (payload === undefined) return
    const number = this.#numberOf(valuesAt(this.#someValue, payload))
    this.#numbers.set(offset, number)
    if (number === LONG) this.#long.add(offset)
    else this.#counts.set(number, this.#counts.at(number) + 1)
  }

  delete(offset: number): void {
    const number = offset < this.#numbers.length ? this.#numbers.at(offset) : NOTHING
    if (number === NOTHING) return
    this.#numbers.set(offset, NOTHING)
    if (number === LONG) this.#long.delete(offset)
    else this.#release(number)
  }

  /** Offsets were numbered anew. @param renumbered The new number of a live offset. */
  renumber(renumbered: (offset: number) => number): void {
    const before = this.#numbers
    this.#numbers = new GrowingU32()
    this.#long.clear()
    for (let offset = 0; offset < before.length; offset++) {
      const number = before.at(offset)
      if (number === NOTHING) continue
      const now = renumbered(offset)
      this.#numbers.grow(now + 1, NOTHING)
      this.#numbers.set(now, number)
      if (number === LONG) this.#long.add(now)
    }
  }

  /**
   * Adds the points that pass.
   * @param payloadAt For those whose content is too long to be kept.
   */
  select(asked: FieldTest, bits: Bitmap, payloadAt: (offset: number) => object | undefined): void {
    const passes = this.#passing(asked)
    const numbers = this.#numbers.view
    const eights = numbers.length & ~7
    // A byte of the bitmap at a time, without a branch: this looks at every point.
    for (let at = 0; at < eights; at += 8) {
      bits[at >> 3]! |=
        passes[numbers[at]!]! |
        (passes[numbers[at + 1]!]! << 1) |
        (passes[numbers[at + 2]!]! << 2) |
        (passes[numbers[at + 3]!]! << 3) |
        (passes[numbers[at + 4]!]! << 4) |
        (passes[numbers[at + 5]!]! << 5) |
        (passes[numbers[at + 6]!]! << 6) |
        (passes[numbers[at + 7]!]! << 7)
    }
    for (let offset = eights; offset < numbers.length; offset++) if (passes[numbers[offset]!] === 1) setBit(bits, offset)
    for (const offset of this.#long) {
      const payload = payloadAt(offset)
      if (payload !== undefined && this.#someValue(payload, asked.test) !== asked.isNegated) setBit(bits, offset)
    }
  }

  /**
   * Counts contents of the points in a bitmap.
   * @param payloadAt For those whose content is too long to be kept.
   */
  tally(bits: Bitmap, each: Tally, payloadAt: (offset: number) => object | undefined): void {
    const counts = new Uint32Array(this.#contents.length)
    const numbers = this.#numbers.view
    for (const offset of bitsOf(bits)) counts[numbers[offset]!]!++
    for (const offset of this.#long) {
      const payload = hasBit(bits, offset) ? payloadAt(offset) : undefined
      if (payload !== undefined) each(valuesAt(this.#someValue, payload), 1)
    }
    for (let number = FIRST_CONTENT; number < counts.length; number++) {
      const content = this.#contents[number]
      if (counts[number]! > 0) each(content instanceof Several ? content.values : [content], counts[number]!)
    }
  }

  /**
   * What the path leads to at an offset; nothing where nobody lives.
   * @param payloadAt Where the content is too long to be kept.
   */
  valuesAt(offset: number, payloadAt: (offset: number) => object | undefined): readonly unknown[] {
    const number = offset < this.#numbers.length ? this.#numbers.at(offset) : NOTHING
    if (number < FIRST_CONTENT) {
      const payload = number === LONG ? payloadAt(offset) : undefined
      return payload === undefined ? [] : valuesAt(this.#someValue, payload)
    }
    const content = this.#contents[number]
    return content instanceof Several ? content.values : [content]
  }

  /** By number: 1 where the content passes. */
  #passing({ test, isNegated }: FieldTest): Uint8Array {
    const passes = new Uint8Array(this.#contents.length)
    for (let number = FIRST_CONTENT; number < passes.length; number++) {
      if (this.#counts.at(number) === 0) continue
      const content = this.#contents[number]
      const holds = content instanceof Several ? content.values.some(test) : test(content)
      passes[number] = holds === isNegated ? 0 : 1
    }
    return passes
  }

  #numberOf(values: readonly unknown[]): number {
    const [value] = values
    if (values.length === 1 && isPrimitive(value)) {
      const known = this.#byValue.get(value)
      if (known !== undefined) return known
      if (typeof value === 'string' && value.length > LONGEST_UNITS) return LONG
      const number = this.#take(value)
      this.#byValue.set(value, number)
      return number
    }
    const spelled = isLong(values) ? undefined : spell(values)
    if (spelled === undefined || spelled.length > LONGEST_UNITS) return LONG
    const known = this.#byBytes.get(spelled)
    if (known !== undefined) return known
    const number = this.#take(values.length === 1 ? value : new Several(values))
    this.#byBytes.set(spelled, number)
    return number
  }

  #take(content: unknown): number {
    const number = this.#free.pop() ?? this.#contents.length
    this.#contents[number] = content
    this.#counts.grow(number + 1, 0)
    this.#contentBytes += bytesOf(content)
    return number
  }

  #release(number: number): void {
    const left = this.#counts.at(number) - 1
    this.#counts.set(number, left)
    if (left > 0) return
    const content = this.#contents[number]
    if (isPrimitive(content)) this.#byValue.delete(content)
    else this.#byBytes.delete(spell(content instanceof Several ? content.values : [content]))
    this.#contentBytes -= bytesOf(content)
    this.#contents[number] = undefined
    this.#free.push(number)
  }
}

function isPrimitive(value: unknown): boolean {
  return typeof value !== 'object' || value === null
}

/** The same for the same values, another for others. */
export function spell(values: readonly unknown[]): string {
  const bytes = encodeDecoded(values.filter((value) => value !== undefined))
  let spelled = values.includes(undefined) ? '?' : ''
  for (const byte of bytes) spelled += String.fromCharCode(byte)
  return spelled
}

/** Whether values surely take more than is kept here: what is long is not spelled first to be found so. */
function isLong(values: readonly unknown[]): boolean {
  return spend(LONGEST_UNITS, values) < 0
}

/** What a value leaves of so many bytes, if each of its parts takes the least that it may. Below 0 it has stopped looking. */
function spend(bytes: number, value: unknown): number {
  if (typeof value === 'string' || value instanceof Uint8Array) return bytes - value.length
  if (isPrimitive(value) || value instanceof Date) return bytes - 1
  let left = bytes - 1
  for (const part of Array.isArray(value) ? value : Object.values(value as object)) {
    if (left < 0) break
    left = spend(left, part)
  }
  return left
}

/** About what a content takes: itself, its number, and its place in a map. */
function bytesOf(content: unknown): number {
  if (typeof content === 'string') return ENTRY_BYTES + 2 * content.length
  return isPrimitive(content) ? ENTRY_BYTES : 4 * ENTRY_BYTES
}
