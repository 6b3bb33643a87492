import type { DistanceMoments, Fusion, LegScore, Metric } from '@voisin/spec'

/** Mean and standard deviation of one query's scores over every live document, those that match nothing included. */
export interface ScoreMoments {
  readonly mean: number
  /** Population standard deviation, ≥ 0. */
  readonly deviation: number
}

/** One leg's answer to a query, ready to be fused. */
export interface Leg {
  /** The leg's own candidates, best first. */
  readonly offsets: Uint32Array
  /** Their scores, parallel to `offsets`; larger is better. */
  readonly scores: Float32Array
  /**
   * This leg's scores of points it did not list, in the order asked. NaN where it has none (a point without a vector): the leg
   * then has no opinion, which counts as average.
   */
  scoresOf(offsets: Uint32Array): Float32Array
  /** How many standard deviations above the collection's mean a score is; see {@link lexicalStandard}, {@link denseStandard}. */
  standard(score: number): number
}

export interface FuseOptions {
  /** @default 'z-score' */
  readonly fusion?: Fusion
  /** Weight of the dense leg, 0 … 1; the lexical leg gets the rest. @default 0.3 for 'z-score', 0.5 for 'rrf' */
  readonly denseWeight?: number
  /** How many hits to return at most. */
  readonly limit: number
}

/** A point as both legs see it. `score` is the sum of the legs' shares. */
export interface FusedHit {
  readonly offset: number
  readonly score: number
  readonly dense?: LegScore
  readonly lexical?: LegScore
}

// The constant of the paper below; it flattens the difference between the first ranks.
const RRF_K = 60

/**
 * Makes one ranking of two legs' candidates, best first, ties by offset.
 *
 * `z-score`: score = d·z(dense) + (1 − d)·z(lexical), where z is taken over the whole collection and not over the list retrieved,
 * so that a leg which is sure outweighs one that knows nothing. A convex combination as in Bruch, Gai, Ingber, "An Analysis of
 * Fusion Functions for Hybrid Retrieval" (TOIS 2023), with the normalisation that needs no bounds.
 *
 * `rrf`: Cormack, Clarke, Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning Methods"
 * (SIGIR 2009), k = 60, each leg weighted by twice its weight: equal weights are the paper's formula.
 */
export function fuse(dense: Leg, lexical: Leg, options: FuseOptions): FusedHit[] {
  const isRrf = options.fusion === 'rrf'
  const denseWeight = options.denseWeight ?? (isRrf ? 0.5 : 0.3)
  const weights = [denseWeight, 1 - denseWeight] as const
  const views = [readLeg(dense, lexical), readLeg(lexical, dense)] as const

  const hits: FusedHit[] = []
  for (const offset of union(dense.offsets, lexical.offsets)) {
    let score = 0
    const [denseScore, lexicalScore] = views.map((view, i) => {
      const legScore = view.get(offset)!
      const rank = legScore.rank
      const opinion = isRrf ? (rank === undefined ? 0 : 2 / (RRF_K + rank)) : view.standard(legScore.score)
      const share = Number.isNaN(opinion) ? 0 : weights[i]! * opinion
      score += share
      if (Number.isNaN(legScore.score)) return undefined
      return { ...(rank !== undefined && { rank }), score: legScore.score, share }
    })
    hits.push({ offset, score, ...(denseScore && { dense: denseScore }), ...(lexicalScore && { lexical: lexicalScore }) })
  }
  hits.sort((a, b) => b.score - a.score || a.offset - b.offset)
  return hits.slice(0, options.limit)
}

interface LegView {
  get(offset: number): { readonly rank?: number; readonly score: number } | undefined
  standard(score: number): number
}

/** The leg's rank and score of every offset that either leg lists. */
function readLeg(leg: Leg, other: Leg): LegView {
  const seen = new Map<number, { rank?: number; score: number }>()
  for (let i = 0; i < leg.offsets.length; i++) seen.set(leg.offsets[i]!, { rank: i + 1, score: leg.scores[i]! })
  const missing = other.offsets.filter((offset) => !seen.has(offset))
  if (missing.length > 0) {
    const scores = leg.scoresOf(missing)
    for (let i = 0; i < missing.length; i++) seen.set(missing[i]!, { score: scores[i]! })
  }
  return { get: (offset) => seen.get(offset), standard: (score) => leg.standard(score) }
}

function union(a: Uint32Array, b: Uint32Array): Set<number> {
  const offsets = new Set(a)
  for (const offset of b) offsets.add(offset)
  return offsets
}

// Where all scores agree up to rounding, their order says nothing: f32 scores carry about 7 digits.
const LEAST_RELATIVE_DEVIATION = 1e-6

function standardOf({ mean, deviation }: ScoreMoments): (value: number) => number {
  if (!(deviation > LEAST_RELATIVE_DEVIATION * Math.abs(mean))) return () => 0
  return (value) => (value - mean) / deviation
}

/** Standard scores of the lexical leg, from the moments a search of `LexicalIndex` returns. All 0 where no word was found. */
export function lexicalStandard(moments: ScoreMoments): (score: number) => number {
  return standardOf(moments)
}

/** Standard scores of the dense leg, from the moments of its *distances*. Takes what the metric shows at the door as score. */
export function denseStandard(metric: Metric, { mean, deviation }: DistanceMoments): (score: number) => number {
  if (metric === 'cosine') return standardOf({ mean: 1 - mean, deviation })
  const standard = standardOf({ mean: -mean, deviation })
  return metric === 'l2' ? (score) => standard(-score * score) : standard
}
