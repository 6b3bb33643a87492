import type { Row } from '../suite.ts'
import type { Score } from './score.ts'

/** A score and its interval as columns. */
export function figuresOf(name: 'ndcg10' | 'hit1' | 'spearman', { value, interval }: Score): Row {
  return { [name]: rounded(value), low: rounded(interval.low), high: rounded(interval.high) }
}

export function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000
}
