import type { VectorPart } from '../derived/vector-part.ts'
import type { FusedHit } from './fuse.ts'

/** So many places are given among `CANDIDATES_PER_PLACE` as many hits; then twice as many among twice as many. */
const FIRST_PLACES = 16
const CANDIDATES_PER_PLACE = 4

/** How like a point's vector is to those of others, at most 1; NaN or less than 0 where it is like nothing. */
export type Likeness = (offset: number, others: Uint32Array) => Float32Array

/** How many of the best hits so many places are given among. */
export function candidatesFor(wanted: number): number {
  let places = FIRST_PLACES
  while (places < wanted) places *= 2
  return places * CANDIDATES_PER_PLACE
}

/**
 * Chooses hits that are relevant and unlike those chosen before (see `Mmr`). In rounds, so that a place does not depend on how many are wanted.
 *
 * Both sides of the balance go from 0 to 1: relevance is a score's place between the worst and the best of the round's candidates,
 * likeness a cosine, and what points the other way is no more unlike than what has nothing in common.
 *
 * @param hits The best `candidatesFor(wanted)`, best first.
 */
export function diverse<Hit extends FusedHit>(
  hits: readonly Hit[],
  wanted: number,
  diversity: number,
  likenessTo: Likeness,
): Hit[] {
  const offsets = Uint32Array.from(hits, ({ offset }) => offset)
  const likeness = new Float64Array(hits.length)
  const left = new Set(hits.keys())
  const chosen: Hit[] = []
  for (let places = FIRST_PLACES; ; places *= 2) {
    const count = Math.min(hits.length, places * CANDIDATES_PER_PLACE)
    const relevance = relevanceOf(hits.slice(0, count))
    while (chosen.length < Math.min(places, count)) {
      if (chosen.length === wanted) return chosen
      let best: number | undefined
      let most = Number.NEGATIVE_INFINITY
      for (const place of left) {
        if (place >= count) break
        const worth = (1 - diversity) * relevance[place]! - diversity * likeness[place]!
        if (best !== undefined && !(worth > most)) continue
        best = place
        most = worth
      }
      chosen.push(hits[best!]!)
      left.delete(best!)
      const found = likenessTo(offsets[best!]!, offsets)
      // What points the other way, or has no vector, is like nothing: 0.
      for (const place of left) if (found[place]! > likeness[place]!) likeness[place] = found[place]!
    }
    if (chosen.length === hits.length) return chosen
  }
}

/** Scores as shares of the way from the worst to the best; 1 where all are the same. */
function relevanceOf(hits: readonly FusedHit[]): Float64Array {
  const scores = Float64Array.from(hits, ({ score }) => score)
  const least = scores.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const range = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY) - least
  return scores.map((score) => (range > 0 ? (score - least) / range : 1))
}

/** Cosines of stored vectors, by whatever metric they are searched. */
export function likenessIn(part: VectorPart): Likeness {
  const { metric } = part.schema
  const lengths = new Map<number, number>()
  const lengthAt = (offset: number): number => {
    let length = lengths.get(offset)
    if (length === undefined) {
      length = Math.hypot(...(part.vector(offset) ?? []))
      lengths.set(offset, length)
    }
    return length
  }
  return (offset, others) => {
    const vector = part.vector(offset)
    if (vector === undefined) return new Float32Array(others.length)
    return part.distances(vector, others).map((distance, i) => {
      if (metric === 'cosine') return 1 - distance
      const [a, b] = [lengthAt(offset), lengthAt(others[i]!)]
      // A vector without a direction is like nothing; a rounded one no more than the same as another.
      return a * b > 0 ? Math.min(1, (metric === 'dot' ? -distance : (a * a + b * b - distance) / 2) / (a * b)) : 0
    })
  }
}
