/** Mean and standard deviation of one query's scores over every live document, those that match nothing included. */
export interface ScoreMoments {
  readonly mean: number
  /** Population standard deviation, ≥ 0. */
  readonly deviation: number
}

// Scores are summed in steps of this size: a millionth, about.
const STEPS = 2 ** 20
// Squares of whole numbers of steps are summed in two halves, each below 2⁵³ for a million documents.
const HALF = 2 ** 26

/**
 * Mean and deviation that are the same to the last bit in whatever order the scores came: sums of whole numbers do not round. Tabs
 * that indexed the same documents in another order then fuse to the same scores.
 */
export class OrderlessMoments {
  #sum = 0
  #high = 0
  #low = 0

  /** @param score From 0 on. */
  add(score: number): void {
    const steps = Math.round(score * STEPS)
    const square = steps * steps
    const high = Math.floor(square / HALF)
    this.#sum += steps
    this.#high += high
    this.#low += square - high * HALF
  }

  /** Of `count` scores, those that were not added being 0. */
  of(count: number): ScoreMoments {
    const squares = this.#high * HALF + this.#low
    const variance = Math.max(0, squares * count - this.#sum * this.#sum) / (count * count)
    return { mean: this.#sum / count / STEPS, deviation: Math.sqrt(variance) / STEPS }
  }
}
