import { uniforms } from '../data/gaussian.ts'

/** What a judge said of each relevant document of a query: id → grade > 0. */
export type Grades = ReadonlyMap<string, number>

/**
 * Normalised discounted cumulative gain of the first k (Järvelin, Kekäläinen, "Cumulated gain-based evaluation of IR techniques",
 * TOIS 2002): gain is the grade, the discount of rank r is log₂(r + 1), and 1 is the best possible order.
 */
export function ndcg(ranking: readonly string[], grades: Grades, k: number): number {
  const ideal = [...grades.values()].sort((a, b) => b - a)
  const best = discounted(ideal.slice(0, k))
  return best === 0 ? 0 : discounted(ranking.slice(0, k).map((id) => grades.get(id) ?? 0)) / best
}

function discounted(gains: readonly number[]): number {
  return gains.reduce((sum, gain, i) => sum + gain / Math.log2(i + 2), 0)
}

/** Spearman's rank correlation, −1 … 1; equal values share their mean rank. NaN where one side has a single value. */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return correlation(meanRanks(a), meanRanks(b))
}

function meanRanks(values: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i).sort((i, j) => values[i]! - values[j]!)
  const ranks = new Float64Array(values.length)
  for (let start = 0; start < order.length; ) {
    let end = start + 1
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++
    for (let i = start; i < end; i++) ranks[order[i]!] = (start + end - 1) / 2
    start = end
  }
  return ranks
}

function correlation(a: Float64Array, b: Float64Array): number {
  const meanA = mean(a)
  const meanB = mean(b)
  let product = 0
  let squaresA = 0
  let squaresB = 0
  for (let i = 0; i < a.length; i++) {
    const x = a[i]! - meanA
    const y = b[i]! - meanB
    product += x * y
    squaresA += x * x
    squaresB += y * y
  }
  return product / Math.sqrt(squaresA * squaresB)
}

export function mean(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum / values.length
}

/** A 95 % interval. */
export interface Interval {
  readonly low: number
  readonly high: number
}

/**
 * 95 % percentile interval of a statistic over `count` cases, by resampling cases with replacement (Efron, Tibshirani, "An
 * Introduction to the Bootstrap", 1993, §13.3). Seeded: the same cases give the same interval.
 *
 * @param statistic Gets the numbers of the cases drawn, `count` of them.
 */
export function bootstrapInterval(count: number, statistic: (cases: Uint32Array) => number, samples = 1000): Interval {
  const random = uniforms(20_261_123)
  const drawn = new Uint32Array(count)
  const values = new Float64Array(samples)
  for (let i = 0; i < samples; i++) {
    for (let j = 0; j < count; j++) drawn[j] = Math.floor(random() * count)
    values[i] = statistic(drawn)
  }
  values.sort()
  return { low: values[Math.floor(samples * 0.025)]!, high: values[Math.ceil(samples * 0.975) - 1]! }
}
