import { GrowingU32 } from './growing.ts'

/** Payloads lie in pieces of so many bytes, in smaller ones while there are few. */
const PIECE_BYTES = 2 ** 20
const LEAST_PIECE_BYTES = 4_096
/** A longer payload is a piece of its own: it would leave too much of another one empty. */
const MOST_SHARED_BYTES = PIECE_BYTES / 16
/** Dead bytes below this are not worth moving what lives. */
const LEAST_DEAD_BYTES = 64 * 1024

const NO_PIECE = 0xffff_ffff

/**
 * Encoded payloads by offset, copied one behind the other into large pieces: an object for each would take more memory than what it holds, and the
 * collector time. Nothing is written over: what `get` has given stays as it was, whatever becomes of the offset.
 */
export class PayloadTable {
  #pieces: Uint8Array[] = []
  /** The piece that the next payload goes into, and where. */
  #open = NO_PIECE
  #end = 0
  #bytes = 0
  #dead = 0
  #held = 0
  // By offset.
  #pieceOf = new GrowingU32()
  #startOf = new GrowingU32()
  #lengthOf = new GrowingU32()

  /** One with these, at the offsets 0, 1, 2, … */
  static of(payloads: readonly (Uint8Array | undefined)[]): PayloadTable {
    const table = new PayloadTable()
    payloads.forEach((payload, offset) => {
      if (payload !== undefined) table.set(offset, payload)
    })
    return table
  }

  /** Of all payloads. */
  get bytes(): number {
    return this.#bytes
  }

  get memoryBytes(): number {
    return this.#held + 3 * this.#pieceOf.memoryBytes
  }

  /** A view of what is there; undefined where nothing is. */
  get(offset: number): Uint8Array | undefined {
    const piece = offset < this.#pieceOf.length ? this.#pieceOf.at(offset) : NO_PIECE
    if (piece === NO_PIECE) return undefined
    const start = this.#startOf.at(offset)
    return this.#pieces[piece]!.subarray(start, start + this.#lengthOf.at(offset))
  }

  /** Puts a payload there, in place of what was. */
  set(offset: number, payload: Uint8Array): void {
    this.delete(offset)
    if (this.#dead > this.#bytes + PIECE_BYTES) this.#compact()
    const { length } = payload
    const piece = this.#pieceFor(payload)
    const start = piece === this.#open ? this.#end : 0
    if (piece === this.#open) this.#end += length
    for (const list of [this.#pieceOf, this.#startOf, this.#lengthOf]) list.grow(offset + 1, NO_PIECE)
    this.#pieceOf.set(offset, piece)
    this.#startOf.set(offset, start)
    this.#lengthOf.set(offset, length)
    if (this.#pieces[piece] !== payload) this.#pieces[piece]!.set(payload, start)
    this.#bytes += length
  }

  delete(offset: number): void {
    if (offset >= this.#pieceOf.length || this.#pieceOf.at(offset) === NO_PIECE) return
    const length = this.#lengthOf.at(offset)
    this.#pieceOf.set(offset, NO_PIECE)
    this.#bytes -= length
    this.#dead += length
  }

  /** Lets go of what dead payloads take, where there is more than so much dead for each live byte. */
  compact(share: number): void {
    if (this.#dead > Math.max(LEAST_DEAD_BYTES, this.#bytes * share)) this.#compact()
  }

  /** Offsets were numbered anew. @param numbers Old and new number of each that lives on. */
  renumber(numbers: Iterable<readonly [before: number, now: number]>): void {
    const [pieceOf, startOf, lengthOf] = [this.#pieceOf, this.#startOf, this.#lengthOf]
    this.#pieceOf = new GrowingU32()
    this.#startOf = new GrowingU32()
    this.#lengthOf = new GrowingU32()
    for (const [before, now] of numbers) {
      for (const list of [this.#pieceOf, this.#startOf, this.#lengthOf]) list.grow(now + 1, NO_PIECE)
      this.#pieceOf.set(now, pieceOf.at(before))
      this.#startOf.set(now, startOf.at(before))
      this.#lengthOf.set(now, lengthOf.at(before))
    }
  }

  #compact(): void {
    const before = this.#pieces
    this.#pieces = []
    this.#open = NO_PIECE
    this.#bytes = 0
    this.#dead = 0
    this.#held = 0
    for (let offset = 0; offset < this.#pieceOf.length; offset++) {
      const piece = this.#pieceOf.at(offset)
      if (piece === NO_PIECE) continue
      const start = this.#startOf.at(offset)
      this.#pieceOf.set(offset, NO_PIECE)
      this.set(offset, before[piece]!.subarray(start, start + this.#lengthOf.at(offset)))
    }
  }

  /** A piece with room for a payload. Where there is no memory for one it is the payload itself: a write that was committed must not fail. */
  #pieceFor(payload: Uint8Array): number {
    const { length } = payload
    const isShared = length <= MOST_SHARED_BYTES
    if (isShared && this.#open !== NO_PIECE && this.#end + length <= this.#pieces[this.#open]!.length) return this.#open
    const piece = allocated(isShared ? Math.min(PIECE_BYTES, Math.max(LEAST_PIECE_BYTES, length, this.#bytes)) : length)
    const number = this.#pieces.push(piece ?? payload) - 1
    this.#held += piece?.length ?? length
    if (isShared && piece !== undefined) {
      this.#open = number
      this.#end = 0
    }
    return number
  }
}

function allocated(bytes: number): Uint8Array | undefined {
  try {
    return new Uint8Array(bytes)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
