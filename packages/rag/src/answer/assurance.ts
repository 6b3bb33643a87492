/** What a statement's coverage counts beside the logarithm of the odds (chosen, as the threshold is, on bench/ask's development sets). */
const COVERAGE_WEIGHT = 4
const EVEN = 3.1
// Beyond these nothing was seen.
const LEAST = 0.01
const MOST = 0.997

/**
 * How surely a question is answered, 0 … 1; from .5 on it is taken to be. How far the best hit stands out in its library, and how much of the question
 * the best statement covers, make up for each other.
 *
 * @param confidence Of the best hit, 0 … 1.
 * @param coverage Of the best statement, 0 … 1.
 */
export function assuranceOf(confidence: number, coverage: number): number {
  const within = Math.min(MOST, Math.max(LEAST, confidence))
  return 1 / (1 + Math.exp(EVEN - Math.log(within / (1 - within)) - COVERAGE_WEIGHT * coverage))
}
