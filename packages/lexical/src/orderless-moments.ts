/** Mean and standard deviation of one query's scores over every live document, those that match nothing included. */
export interface ScoreMoments {
  readonly mean: number
  /** Population standard deviation, ≥ 0. */
  readonly deviation: number
}

// Scores are summed in steps of this size.
const STEPS = 2 ** 16
// More would not fit into 31 bits; no query of a few hundred words comes near.
const MOST_SCORE = 2 ** 15 - 1
// Squares are summed in parts, none of which reaches 2⁵³ for a million scores of a thousand.
const LOW_BITS = 10
const LOW = 2 ** LOW_BITS - 1

/**
 * Mean and deviation that are the same to the last bit in whatever order the scores stand: sums of whole numbers do not round. Tabs
 * that indexed the same documents in another order then fuse to the same scores.
 *
 *     steps = high · 2¹⁰ + low      steps² = high² · 2²⁰ + 2 · high · low · 2¹⁰ + low²
 *
 * @param scores From 0 on, of which those at `places` are not 0.
 * @param count How many scores there are in all, the zeros included.
 */
export function orderlessMoments(scores: Float64Array, places: Uint32Array, count: number): ScoreMoments {
  let sum = 0
  let highs = 0
  let mixed = 0
  let lows = 0
  for (let i = 0; i < places.length; i++) {
    const score = scores[places[i]!]!
    const steps = (Math.min(score, MOST_SCORE) * STEPS + 0.5) | 0
    const high = steps >> LOW_BITS
    const low = steps & LOW
    sum += steps
    highs += high * high
    mixed += high * low
    lows += low * low
  }
  const squares = highs * 2 ** (2 * LOW_BITS) + mixed * 2 ** (LOW_BITS + 1) + lows
  const variance = Math.max(0, squares * count - sum * sum) / (count * count)
  return { mean: sum / count / STEPS, deviation: Math.sqrt(variance) / STEPS }
}
