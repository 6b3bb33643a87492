import type { Candidates } from '@voisin/spec'
import { align } from '../layout.ts'
import type { Codes } from './codes.ts'
import { type Paths, writeQuery } from './paths.ts'
import type { Space } from './space.ts'

/** Queries that meet a block of codes together, at most: their rows and lists stay in a second-level cache. */
const QUERIES_AT_ONCE = 1024
/** Bytes of lists at most, where k is large. */
const LIST_BYTES = 2 ** 24
/** Lowest bounds remembered for each query at first, beside k; and at most. */
const LISTED_AT_FIRST = 54
const LISTED_MOST = 1500
/** Fewer queries than this whose lists proved too short are asked singly. */
const FEW = 8
const GROUP_TERMS_BYTES = 96

/** Exact searches of codes, many queries at once (`assembly/scan-batch.ts`). */
export class BatchScan {
  readonly #space: Space
  readonly #codes: Codes
  readonly #paths: Paths
  #listed = LISTED_AT_FIRST

  constructor(space: Space, codes: Codes, paths: Paths) {
    this.#space = space
    this.#codes = codes
    this.#paths = paths
  }

  /**
   * The k nearest to each query.
   * @param queries Checked, rows of dim.
   * @param norms Their lengths.
   * @param count Vectors there are, at least 1, deleted ones included.
   */
  search(queries: Float32Array, norms: Float64Array, count: number, k: number): Candidates[] {
    const answers: Candidates[] = []
    let pending: readonly number[] = Array.from(norms.keys())
    while (pending.length >= FEW || (answers.length === 0 && pending.length > 0)) {
      const listed = Math.min(count, k + this.#listed)
      const atOnce = Math.max(4, Math.min(QUERIES_AT_ONCE, Math.floor(LIST_BYTES / (listed * 8))))
      const unproved: number[] = []
      for (let first = 0; first < pending.length; first += atOnce) {
        unproved.push(...this.#some(queries, norms, pending.slice(first, first + atOnce), count, k, listed, answers))
      }
      const isTooShort = unproved.length * 50 > pending.length
      pending = unproved
      if (!isTooShort) break
      if (this.#listed === LISTED_MOST) break
      // Such data need longer lists; the next batch begins with them.
      this.#listed = Math.min(LISTED_MOST, this.#listed * 3)
    }
    for (const row of pending) {
      const { dim } = this.#space
      this.#paths.setQuery(queries.subarray(row * dim, (row + 1) * dim), norms[row]!)
      answers[row] = this.#paths.read(this.#paths.int8(count, k))
    }
    return answers
  }

  /** Answers the queries of some rows; returns those whose lists were too short to prove an answer. */
  #some(
    queries: Float32Array,
    norms: Float64Array,
    some: readonly number[],
    count: number,
    k: number,
    listed: number,
    answers: Candidates[],
  ): number[] {
    const space = this.#space
    const { fixed, dim, metric, vectorBytes, codeBytes } = space
    const { kernels } = space.memory
    const total = align(some.length, 4)
    // A row is half as long where the relaxed instructions take bytes.
    const rowStep = kernels.fullRowBytes() - 16
    const parts = [
      total * rowStep,
      (total / 4) * GROUP_TERMS_BYTES,
      total * listed * 8,
      total * 4,
      total * 4,
      total,
      64 + 2 * codeBytes,
    ]
    const start = space.scratch(parts.reduce((sum, bytes) => sum + align(bytes, 64), align(k * 8, 64)))
    const places: number[] = []
    let at = start + align(k * 8, 64)
    for (const bytes of parts) {
      places.push(at)
      at += align(bytes, 64)
    }
    const [rows, terms, lists, sizes, worst, tame, headed] = places as [number, number, number, number, number, number, number]
    const { f32, u32, u8 } = space
    for (let i = 0; i < total; i++) {
      // The last query fills up the last group.
      const from = some[Math.min(i, some.length - 1)]!
      writeQuery(f32, fixed.query / 4, queries, from * dim, dim, metric === 'cosine' ? norms[from]! : 1, vectorBytes / 4)
      kernels.prepareQuery(this.#codes.clip, fixed.signed, headed + 64, terms + (i >> 2) * GROUP_TERMS_BYTES + (i & 3) * 4, 16)
      // Without their heads, so that four lie side by side.
      u8.copyWithin(rows + i * rowStep, headed + 64, headed + 64 + rowStep)
    }
    u32.fill(0, sizes / 4, sizes / 4 + total)
    f32.fill(Number.POSITIVE_INFINITY, worst / 4, worst / 4 + total)
    kernels.scanBatch(rows, total / 4, count, terms, listed, lists, sizes, worst, tame)
    const unproved: number[] = []
    for (const [i, row] of some.entries()) {
      writeQuery(f32, fixed.query / 4, queries, row * dim, dim, metric === 'cosine' ? norms[row]! : 1, vectorBytes / 4)
      const size = u32[sizes / 4 + i]!
      const found = kernels.answerBatch(lists + i * listed * 8, size, listed, k, start, (dim + 4) * 2 ** -23, fixed.room)
      if (found < 0) unproved.push(row)
      else answers[row] = this.#paths.read({ size: found, at: start, isSecondPass: false, wanted: 0, unlinked: 0 })
    }
    return unproved
  }
}
