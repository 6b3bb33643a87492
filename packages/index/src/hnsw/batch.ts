import type { Candidates } from '@voisin/spec'
import { align } from '../layout.ts'
import type { Codes } from './codes.ts'
import { type Paths, writeQuery } from './paths.ts'
import type { Space } from './space.ts'

/** Queries that meet a block of codes together: their rows and lists stay in a second-level cache. */
const QUERIES_AT_ONCE = 512
/** Lowest bounds remembered for each query, beside k. */
const LISTED_BESIDE_K = 54
const GROUP_TERMS_BYTES = 96

/** Exact searches of codes, many queries at once (`assembly/scan-batch.ts`). */
export class BatchScan {
  readonly #space: Space
  readonly #codes: Codes
  readonly #paths: Paths

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
    for (let first = 0; first < norms.length; first += QUERIES_AT_ONCE) {
      this.#some(queries, norms, first, Math.min(norms.length, first + QUERIES_AT_ONCE), count, k, answers)
    }
    return answers
  }

  #some(
    queries: Float32Array,
    norms: Float64Array,
    first: number,
    end: number,
    count: number,
    k: number,
    answers: Candidates[],
  ): void {
    const space = this.#space
    const { fixed, dim, metric, vectorBytes, codeBytes } = space
    const { kernels } = space.memory
    const total = align(end - first, 4)
    const listed = Math.min(count, k + LISTED_BESIDE_K)
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
      const from = Math.min(first + i, end - 1)
      writeQuery(f32, fixed.query / 4, queries, from * dim, dim, metric === 'cosine' ? norms[from]! : 1, vectorBytes / 4)
      kernels.prepareQuery(this.#codes.clip, fixed.signed, headed + 64, terms + (i >> 2) * GROUP_TERMS_BYTES + (i & 3) * 4, 16)
      // Without their heads, so that four lie side by side.
      u8.copyWithin(rows + i * rowStep, headed + 64, headed + 64 + rowStep)
    }
    u32.fill(0, sizes / 4, sizes / 4 + total)
    f32.fill(Number.POSITIVE_INFINITY, worst / 4, worst / 4 + total)
    kernels.scanBatch(rows, total / 4, count, terms, listed, lists, sizes, worst, tame)
    const unproved: number[] = []
    for (let i = 0; i < end - first; i++) {
      const row = first + i
      writeQuery(f32, fixed.query / 4, queries, row * dim, dim, metric === 'cosine' ? norms[row]! : 1, vectorBytes / 4)
      const size = u32[sizes / 4 + i]!
      const found = kernels.answerBatch(lists + i * listed * 8, size, listed, k, start, (dim + 4) * 2 ** -23, fixed.room)
      if (found < 0) unproved.push(row)
      answers[row] = this.#paths.read({ size: Math.max(0, found), at: start, isSecondPass: false, wanted: 0 })
    }
    // Singly: those whose lists were too short. They overwrite the scratch, so they come last.
    for (const row of unproved) {
      this.#paths.setQuery(queries.subarray(row * dim, (row + 1) * dim), norms[row]!)
      answers[row] = this.#paths.read(this.#paths.int8(count, k))
    }
  }
}
