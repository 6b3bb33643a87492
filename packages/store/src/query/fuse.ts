import type { ScoreMoments } from '@voisin/lexical'
import type { DistanceMoments, Fusion, LegScore, Metric } from '@voisin/spec'

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
  /** Weight of the dense leg, 0 … 1; the lexical leg gets the rest. */
  readonly denseWeight: number
  /** How many hits to return at most. */
  readonly limit: number
}

/** A point as both legs see it. `score` is the sum of the legs' shares, and of what its group adds. */
export interface FusedHit {
  readonly offset: number
  readonly score: number
  readonly support?: number
  readonly dense?: LegScore
  readonly lexical?: LegScore
}

// The constant of the paper below; it flattens the difference between the first ranks.
const RRF_K = 60

/** How much less words say, the fewer of them are there: what is found of a question in another language is there by chance. */
const DOUBT = 4

/**
 * The weight of the dense leg, where the lexical leg says nothing of some words of the query because no text has them: what these words would
 * have had goes to the dense leg. So a question in another language than the texts is answered by its meaning.
 *
 * @param covered How many of the query's words some text has, 0 … 1.
 */
export function shareOfMeaning(fusion: Fusion = 'z-score', denseWeight: number | undefined, covered: number): number {
  if (fusion === 'rrf') return denseWeight ?? 0.5
  const weight = denseWeight ?? 0.3
  const said = (1 - weight) * covered ** DOUBT
  return weight + said === 0 ? weight : weight / (weight + said)
}

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
  const fusion = options.fusion ?? 'z-score'
  const { denseWeight } = options
  const offsets = union(dense.offsets, lexical.offsets)
  const denseView = viewOf(dense, offsets, fusion, denseWeight)
  const lexicalView = viewOf(lexical, offsets, fusion, 1 - denseWeight)

  const scores = denseView.shares.map((share, i) => share + lexicalView.shares[i]!)
  return placesOfBest(scores, options.limit).map((place) => {
    const denseScore = legScore(denseView, place)
    const lexicalScore = legScore(lexicalView, place)
    return {
      offset: offsets[place]!,
      score: scores[place]!,
      ...(denseScore && { dense: denseScore }),
      ...(lexicalScore && { lexical: lexicalScore }),
    }
  })
}

/** All offsets of both, each once, in order. */
function union(one: Uint32Array, other: Uint32Array): Uint32Array {
  const all = new Uint32Array(one.length + other.length)
  all.set(one)
  all.set(other, one.length)
  all.sort()
  let count = 0
  for (let i = 0; i < all.length; i++) if (i === 0 || all[i] !== all[i - 1]) all[count++] = all[i]!
  return all.subarray(0, count)
}

/** Where an offset stands among ordered ones, which have it. */
function placeOf(offset: number, offsets: Uint32Array): number {
  let low = 0
  let high = offsets.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (offsets[middle]! < offset) low = middle + 1
    else high = middle
  }
  return low
}

/** Best first, ties by place. */
function placesOfBest(scores: Float64Array, limit: number): number[] {
  const least = limit < scores.length ? scores.slice().sort()[scores.length - limit]! : Number.NEGATIVE_INFINITY
  const places: number[] = []
  for (let place = 0; place < scores.length; place++) if (scores[place]! >= least) places.push(place)
  // Sorting is stable.
  return places.sort((a, b) => scores[b]! - scores[a]!).slice(0, limit)
}

/** A leg's opinion of all candidates, by their place among them. */
interface LegView {
  /** 0 where the leg did not list the candidate. */
  readonly ranks: Uint32Array
  readonly scores: Float32Array
  readonly shares: Float64Array
}

function viewOf(leg: Leg, offsets: Uint32Array, fusion: Fusion, weight: number): LegView {
  const ranks = new Uint32Array(offsets.length)
  const scores = new Float32Array(offsets.length)
  for (let i = 0; i < leg.offsets.length; i++) {
    const place = placeOf(leg.offsets[i]!, offsets)
    ranks[place] = i + 1
    scores[place] = leg.scores[i]!
  }
  const unlisted: number[] = []
  for (let place = 0; place < ranks.length; place++) if (ranks[place] === 0) unlisted.push(place)
  if (unlisted.length > 0) {
    const found = leg.scoresOf(Uint32Array.from(unlisted, (place) => offsets[place]!))
    for (let i = 0; i < unlisted.length; i++) scores[unlisted[i]!] = found[i]!
  }
  const shares = new Float64Array(offsets.length)
  for (let place = 0; place < shares.length; place++) {
    const rank = ranks[place]!
    const opinion = fusion === 'rrf' ? (rank === 0 ? 0 : 2 / (RRF_K + rank)) : leg.standard(scores[place]!)
    shares[place] = Number.isNaN(opinion) ? 0 : weight * opinion
  }
  return { ranks, scores, shares }
}

function legScore({ ranks, scores, shares }: LegView, place: number): LegScore | undefined {
  const rank = ranks[place]!
  const score = scores[place]!
  if (Number.isNaN(score)) return undefined
  return { ...(rank > 0 && { rank }), score, share: shares[place]! }
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
