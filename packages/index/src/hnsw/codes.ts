import { align } from '../layout.ts'
import { finish } from './slices.ts'
import type { Space } from './space.ts'

/** The clip is this share of all |components|: larger ones, one in two thousand, are cut off. */
const CLIP_SHARE = 0.9995
const SAMPLE_VECTORS = 500
/** A clip is learned anew when what codes leave out has grown by so much. */
const DRIFT = 1.5
/** How many vectors are added between two looks at the drift. */
const DRIFT_EVERY = 256
/** Vectors quantized in one step: about 2 ms with 384 elements. */
const STEP_ELEMENTS = 2 ** 20
/** Beyond these, of vectors or of a query, the products of two steps leave the range of f32, and only the f32 path is right. */
export const CODE_RANGE: readonly [number, number] = [1e-15, 1e15]

/** What codes were learned from the vectors. */
export interface LearnedCodes {
  readonly clip: number
  readonly at: number
  readonly error: number
  readonly largest: number
  readonly means: Float32Array
}

/**
 * The codes of one index: int8 and 1-bit, one scale for all. Learned from a sample of the vectors, and again when the data drift away from it.
 */
export class Codes {
  readonly #space: Space
  #clip = 0
  /** Vectors that the clip was learned from. */
  #learnedAt = 0
  /** Mean share of a vector's length that its code left out, when the clip was learned. */
  #learnedError = 0
  #coded = 0
  /** For dot: what |c|² and the square of the gap add up to. */
  #largest = 0
  #generation = 0
  /** While all codes are written anew they are of two kinds. */
  #isMixed = false

  constructor(space: Space) {
    this.#space = space
  }

  /** The component that becomes 63; 0 while there are no codes. */
  get clip(): number {
    return this.#clip
  }

  /** |c|² of a unit vector, about: where a cosine distance between two codes begins. */
  get one(): number {
    return Math.min(Math.round((63 / this.#clip) ** 2), 64 * 64 * this.#space.codeBytes)
  }

  /** How often all codes were written anew. */
  get generation(): number {
    return this.#generation
  }

  /** Whether codes say anything about the vectors. If not, only the f32 path is right. */
  get areUsable(): boolean {
    return !this.#isMixed && this.#clip >= CODE_RANGE[0] && this.#clip <= CODE_RANGE[1]
  }

  /** Takes over what was learned, without looking at any vector: the codes of `count` vectors must be written by `writeAll`. */
  restore(clip: number, learnedAt: number, learnedError: number): void {
    this.#clip = clip
    this.#learnedAt = learnedAt
    this.#learnedError = learnedError
  }

  /** Takes over what another has learned of vectors whose codes were copied. */
  adopt(other: Codes, count: number): void {
    const { f32, fixed } = this.#space
    const { clip, at, error, largest, means } = other.snapshot()
    this.#clip = clip
    this.#learnedAt = at
    this.#learnedError = error
    this.#largest = largest
    this.#coded = count
    f32.set(means, fixed.means / 4)
    if (clip > 0) this.#applyClip()
  }

  get learned(): { readonly clip: number; readonly at: number; readonly error: number } {
    return { clip: this.#clip, at: this.#learnedAt, error: this.#learnedError }
  }

  /** Codes the vectors up to `count`, in steps of about 2 ms. */
  *extend(count: number): Generator<number, void> {
    const isMuchMore = count >= 4 * this.#learnedAt && this.#learnedAt < SAMPLE_VECTORS
    if (isMuchMore || this.#clip === 0) {
      yield* this.learn(count)
      return
    }
    yield* this.#write(this.#coded, count)
    const looks = Math.floor(count / DRIFT_EVERY) > Math.floor(this.#coded / DRIFT_EVERY)
    const first = this.#coded
    this.#coded = count
    if (looks && this.#meanError(first, count) > DRIFT * this.#learnedError) yield* this.learn(count)
  }

  /** Learns the clip and the mean from the vectors up to `count` and codes all of them. */
  *learn(count: number): Generator<number, void> {
    const sample = this.#sample(count)
    this.#isMixed = true
    this.#learnClip(sample)
    yield 0
    this.#learnMeans(sample)
    yield 0
    this.#learnedAt = count
    yield* this.writeAll(count)
    this.#learnedError = this.#meanError(0, count)
  }

  /** Codes the vectors up to `count` with the clip as it is. */
  *writeAll(count: number): Generator<number, void> {
    this.#isMixed = true
    this.#generation++
    this.#largest = 0
    this.#applyClip()
    yield* this.#write(0, count)
    this.#coded = count
    this.#isMixed = false
  }

  /** What was learned, to go back to. */
  snapshot(): LearnedCodes {
    const { f32, fixed, dim } = this.#space
    return {
      clip: this.#clip,
      at: this.#learnedAt,
      error: this.#learnedError,
      largest: this.#largest,
      means: f32.slice(fixed.means / 4, fixed.means / 4 + dim),
    }
  }

  /** Goes back to what was learned before, and to the codes of `count` vectors. */
  rollBack(before: LearnedCodes, count: number): void {
    const isChanged = this.#isMixed || this.#clip !== before.clip || this.#largest !== before.largest
    this.#clip = before.clip
    this.#learnedAt = before.at
    this.#learnedError = before.error
    this.#isMixed = false
    this.#coded = count
    this.#space.f32.set(before.means, this.#space.fixed.means / 4)
    if (isChanged && count > 0) finish(this.writeAll(count))
  }

  /** Forgets all codes. */
  clear(): void {
    this.#coded = 0
  }

  /** Yields how many are done. */
  *#write(first: number, end: number): Generator<number, void> {
    const { memory, dim, regions, metric } = this.#space
    const step = Math.max(1, Math.floor(STEP_ELEMENTS / align(dim, 64)))
    let largest = 0
    for (let from = first; from < end; from += step) {
      const to = Math.min(end, from + step)
      largest = Math.max(largest, memory.kernels.quantize(from, to, this.#clip))
      yield to
    }
    if (metric !== 'dot') return
    // Some room above the largest, so that it is not raised, and all gaps written again, by every other vector.
    const isRaised = largest > this.#largest
    if (isRaised) this.#largest = Math.ceil(largest * 1.25)
    // By node; nodes and offsets fill the same range.
    memory.kernels.fillGaps(regions.at.codeGaps, isRaised ? 0 : first, end, this.#largest)
  }

  #applyClip(): void {
    this.#space.memory.kernels.setOne(this.one)
  }

  #learnClip(sample: readonly number[]): void {
    const { dim, f32, regions, vectorBytes, metric } = this.#space
    const every = dim >= 256 ? 4 : 1
    const sizes = new Float32Array(sample.length * Math.ceil(dim / every))
    let size = 0
    for (const offset of sample) {
      const start = (regions.at.vectors + offset * vectorBytes) / 4
      const unit = metric === 'cosine' ? 1 / f32[regions.at.norms / 4 + offset]! : 1
      for (let i = 0; i < dim; i += every) sizes[size++] = Math.abs(f32[start + i]!) * unit
    }
    sizes.sort()
    const clip = sizes[Math.min(size - 1, Math.floor(size * CLIP_SHARE))]!
    this.#clip = clip > 0 ? clip : sizes[size - 1]! || 1
  }

  #learnMeans(sample: readonly number[]): void {
    const { dim, f32, regions, vectorBytes, metric, fixed } = this.#space
    const means = new Float64Array(dim)
    for (const offset of sample) {
      const start = (regions.at.vectors + offset * vectorBytes) / 4
      const unit = (metric === 'cosine' ? 1 / f32[regions.at.norms / 4 + offset]! : 1) / sample.length
      for (let i = 0; i < dim; i++) means[i]! += f32[start + i]! * unit
    }
    f32.fill(0, fixed.means / 4, (fixed.means + vectorBytes) / 4)
    f32.set(means, fixed.means / 4)
  }

  #sample(count: number): number[] {
    const step = Math.max(1, count / SAMPLE_VECTORS)
    return Array.from({ length: Math.min(count, SAMPLE_VECTORS) }, (_, i) => Math.floor(i * step))
  }

  #meanError(first: number, end: number): number {
    const { f32, u32, regions, metric } = this.#space
    const step = Math.max(1, Math.floor((end - first) / SAMPLE_VECTORS))
    let errors = 0
    let lengths = 0
    for (let offset = first; offset < end; offset += step) {
      const node = u32[regions.at.nodeOf / 4 + offset]!
      errors += f32[regions.at.errors / 4 + node]!
      lengths += metric === 'cosine' ? 1 : f32[regions.at.lengths / 4 + node]!
    }
    return errors / (lengths || 1)
  }
}
