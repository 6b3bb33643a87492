import type { Bitmap } from '../points/bitmap.ts'
import { FieldColumn, type FieldTest, type Tally } from './field-column.ts'

/** What it asks of the state that it belongs to. */
export interface PayloadSource {
  /** The next offset to be given. */
  readonly nextOffset: number
  isLive(offset: number): boolean
  /** Undefined where it cannot be decoded. */
  payload(offset: number): object | undefined
  /** The declared fields of it alone. */
  fields(offset: number): object | undefined
}

/**
 * The declared fields that filters ask for, by columns. They are made when one of them is first asked for, all by one look at every
 * payload, and kept from then on: who never filters pays nothing, and opening costs nothing.
 */
export class FieldsPart {
  readonly #declared: ReadonlySet<string>
  readonly #columns = new Map<string, FieldColumn>()

  /** @param declared Paths. */
  constructor(declared: Iterable<string>) {
    this.#declared = new Set(declared)
  }

  get memoryBytes(): number {
    let bytes = 0
    for (const column of this.#columns.values()) bytes += column.memoryBytes
    return bytes
  }

  /** Paths of the columns there are. */
  get paths(): Iterable<string> {
    return this.#columns.keys()
  }

  /** Whether a new payload has to be shown to it. */
  get isUsed(): boolean {
    return this.#columns.size > 0
  }

  isDeclared(path: string): boolean {
    return this.#declared.has(path)
  }

  /** Takes in a point's payload in place of the one it had; undefined where it cannot be decoded. */
  set(offset: number, payload: object | undefined): void {
    for (const column of this.#columns.values()) column.set(offset, payload)
  }

  delete(offset: number): void {
    for (const column of this.#columns.values()) column.delete(offset)
  }

  /** Offsets were numbered anew. @param renumbered The new number of a live offset. */
  renumber(renumbered: (offset: number) => number): void {
    for (const column of this.#columns.values()) column.renumber(renumbered)
  }

  /** Adds the points that pass to a bitmap for all offsets. */
  select(path: string, asked: FieldTest, bits: Bitmap, source: PayloadSource): void {
    this.#column(path, source).select(asked, bits, (offset) => source.payload(offset))
  }

  /** Counts what the points in a bitmap have there. */
  tally(path: string, bits: Bitmap, each: Tally, source: PayloadSource): void {
    this.#column(path, source).tally(bits, each, (offset) => source.payload(offset))
  }

  /** Tells what the path leads to at an offset. */
  valuesOf(path: string, source: PayloadSource): (offset: number) => readonly unknown[] {
    const column = this.#column(path, source)
    return (offset) => column.valuesAt(offset, source.payload)
  }

  #column(path: string, source: PayloadSource): FieldColumn {
    if (this.#columns.size === 0) {
      for (const declared of this.#declared) this.#columns.set(declared, new FieldColumn(declared))
      for (let offset = 0; offset < source.nextOffset; offset++) {
        if (source.isLive(offset)) this.set(offset, source.fields(offset))
      }
    }
    return this.#columns.get(path)!
  }
}
