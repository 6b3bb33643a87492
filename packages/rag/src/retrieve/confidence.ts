import { contentWords, readQuery } from '@voisin/words'

/** What a search goes by: words (BM25), meaning (nearest neighbours), or both. */
export type Using = 'both' | 'words' | 'meaning'

/**
 * Best scores that a library gives to questions none of its documents answers, in rising order, evenly spaced among all that were seen. By how many words the question had that
 * carry meaning: 1, 2, 3, and 4 or more. An empty list where nothing was learned.
 */
export type UnansweredScores = { readonly [way in Way]: readonly (readonly number[])[] }

/** How a question is asked; `unsaid`: by both, but the library has none of its words. */
export type Way = Using | 'unsaid'

/** From so many words on a question is as any longer one. */
export const MOST_WORDS = 4

/** How many of a question's words carry meaning, 1 … 4; 4 for more. */
export function lengthOf(question: string): number {
  return Math.max(1, Math.min(MOST_WORDS, contentWords(readQuery(question).text).length))
}

/**
 * How surely hits of a question answer, by their scores.
 *
 * @returns What is said of one; undefined where nothing was learned.
 */
export function confidenceFor(
  question: string,
  using: Using,
  unanswered: UnansweredScores | undefined,
): (hit: { readonly score: number; readonly covered?: number }) => number | undefined {
  const scoresOf = (way: Way) => unanswered?.[way]?.[lengthOf(question) - 1] ?? []
  const said = scoresOf(using)
  if (using !== 'both') return ({ score }) => confidenceOf(score, said)
  const unsaid = scoresOf('unsaid')
  return ({ score, covered = 1 }) => {
    const asSaid = confidenceOf(score, said)
    const asUnsaid = confidenceOf(score, unsaid) ?? asSaid
    return asSaid === undefined || asUnsaid === undefined ? undefined : covered * asSaid + (1 - covered) * asUnsaid
  }
}

/**
 * How surely a hit with such a score answers: the share of questions without an answer whose best hit scores less, 0 … 1. Beyond the best of
 * these, where none was seen, the rest falls as fast as it did before.
 *
 * @param scores In rising order.
 * @returns Undefined where there are none to compare with.
 */
export function confidenceOf(score: number, scores: readonly number[]): number | undefined {
  const count = scores.length
  if (count < 2) return undefined
  const worst = scores[0]!
  const best = scores[count - 1]!
  const step = 1 / (count + 1)
  if (score > best) {
    const fall = best - scores[Math.floor(0.8 * (count - 1))]!
    return 1 - step * Math.exp(fall > 0 ? (best - score) / fall : Number.NEGATIVE_INFINITY)
  }
  if (score < worst) return 0
  const above = scores.findIndex((other) => other >= score)
  if (above === 0) return step
  const [before, behind] = [scores[above - 1]!, scores[above]!]
  return step * (above + (score - before) / (behind - before))
}
