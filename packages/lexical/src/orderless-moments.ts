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
 * Mean and deviation that are the same to the last bit in whatever order the scores stand: sums of whole numbers do not round. Tabs
 * that indexed the same documents in another order then fuse to the same scores.
 *
 * @param scores From 0 on, of which those at `places` are not 0.
 * @param count How many scores there are in all, the zeros included.
 */
export function orderlessMoments(scores: Float64Array, places: Uint32Array, count: number): ScoreMoments {
  let sum = 0
  let highs = 0
  let lows = 0
  for (let i = 0; i < places.length; i++) {
    const steps = Math.round(scores[places[i]!]! * STEPS)
    const square = steps * steps
    const high = Math.floor(square / HALF)
    sum += steps
    highs += high
    lows += square - high * HALF
  }
  const squares = highs * HALF + lows
  const variance = Math.max(0, squares * count - sum * sum) / (count * count)
  return { mean: sum / count / STEPS, deviation: Math.sqrt(variance) / STEPS }
}
