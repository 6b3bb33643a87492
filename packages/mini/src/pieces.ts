import type { CodePoints } from './code-points.ts'
import type { ModelFile } from './model-file.ts'
import { LONGEST_WORD, type StringList } from './string-list.ts'
import { extendHash, HASH_START, slotOf, WordTable } from './word-table.ts'

/** What a code point costs that no piece covers: more than any piece. */
const UNCOVERED_COST = 510
const UNCOVERED = -1

// What the filter says at a hash, rightly or not: that a piece is so, or goes on from there. Where it says nothing there is none.
const IS_PIECE = 1
const BEGINS_PIECE = 2
const FILTER_MASK = 2 ** 16 - 1

/** Cuts a word that is not in the list into pieces, so that their costs are lowest in sum (Viterbi). */
export class Pieces {
  /** The rows of the last word's pieces, in order. */
  readonly rows: Uint32Array = new Uint32Array(LONGEST_WORD)

  readonly #table: WordTable
  readonly #filter: Uint8Array
  readonly #costs: Uint8Array
  readonly #rowOf: Uint32Array
  // For the first i code points: their lowest cost, the piece they end with, and where that begins.
  readonly #totals: Int32Array = new Int32Array(LONGEST_WORD + 1)
  readonly #last: Int32Array = new Int32Array(LONGEST_WORD + 1)
  readonly #begins: Uint8Array = new Uint8Array(LONGEST_WORD + 1)

  constructor({ pieces, costs, pieceRows }: ModelFile) {
    this.#table = new WordTable(pieces)
    this.#filter = filterOf(pieces)
    this.#costs = costs
    this.#rowOf = pieceRows
  }

  get memoryBytes(): number {
    return this.#table.memoryBytes + this.#filter.byteLength + this.#costs.byteLength + this.#rowOf.byteLength
  }

  /** Fills `rows` for a word, given as UTF-8 and as code points. Returns how many there are. */
  cut(bytes: Uint8Array, { count, starts }: CodePoints): number {
    const table = this.#table
    const filter = this.#filter
    const costs = this.#costs
    const totals = this.#totals
    totals.fill(2 ** 31 - 1, 1, count + 1)
    totals[0] = 0
    // Starts go up and only a lower total replaces another: at each end the longer piece is preferred, as the format asks. A code point that is
    // left uncovered is preferred to every piece.
    for (let start = 0; start < count; start++) {
      if (totals[start]! + UNCOVERED_COST <= totals[start + 1]!) this.#take(start, start + 1, UNCOVERED, UNCOVERED_COST)
      const from = starts[start]!
      let to = from
      let hash = HASH_START
      let seen = BEGINS_PIECE
      for (let end = start + 1; end <= count && (seen & BEGINS_PIECE) !== 0; end++) {
        while (to < starts[end]!) hash = extendHash(hash, bytes[to++]!)
        seen = filter[slotOf(hash, FILTER_MASK)]!
        const piece = (seen & IS_PIECE) === 0 ? -1 : table.find(bytes, from, to, hash)
        if (piece >= 0 && totals[start]! + costs[piece]! < totals[end]!) this.#take(start, end, piece, costs[piece]!)
      }
    }
    return this.#collect(count)
  }

  #take(start: number, end: number, piece: number, cost: number): void {
    this.#totals[end] = this.#totals[start]! + cost
    this.#last[end] = piece
    this.#begins[end] = start
  }

  // Twice from the end to the start: to count the pieces, and to write them in order.
  #collect(length: number): number {
    const last = this.#last
    const begins = this.#begins
    let count = 0
    for (let end = length; end > 0; end = begins[end]!) if (last[end] !== UNCOVERED) count++
    let at = count
    for (let end = length; end > 0; end = begins[end]!) if (last[end] !== UNCOVERED) this.rows[--at] = this.#rowOf[last[end]!]!
    return count
  }
}

function filterOf({ count, bytes, starts }: StringList): Uint8Array {
  const filter = new Uint8Array(FILTER_MASK + 1)
  for (let i = 0; i < count; i++) {
    const end = starts[i + 1]!
    let hash = HASH_START
    for (let at = starts[i]!; at < end; ) {
      hash = extendHash(hash, bytes[at++]!)
      filter[slotOf(hash, FILTER_MASK)]! |= at < end ? BEGINS_PIECE : IS_PIECE
    }
  }
  return filter
}
