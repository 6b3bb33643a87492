import type { AskedText } from '@voisin/lexical'
import type { Payload, Query } from '@voisin/spec'
import type { Bitmap } from '../points/bitmap.ts'
import type { CollectionState } from '../state/collection-state.ts'
import { type FusedHit, fuse, type Leg, shareOfMeaning } from './fuse.ts'
import { groupsBy } from './group-of.ts'
import { denseLeg, lexicalLeg, type Trace } from './legs.ts'
import { supported } from './support.ts'

/** In the first round each leg lists so many candidates; in every further one twice as many. */
const FIRST_CANDIDATES = 200
/** A round gives places to one in so many of what each of two legs lists. */
const CANDIDATES_PER_PLACE = 4

/** What is looked through for a query. */
export interface Search {
  readonly state: CollectionState
  readonly query: Query<Payload>
  readonly asked: AskedText | undefined
  readonly allow: Bitmap | undefined
  readonly trace: Trace
}

/** What was found by looking so far down. */
export interface Round {
  /** Best first; those that have a place already are among them. */
  readonly ranked: readonly FusedHit[]
  /** How many have a place after it. */
  readonly places: number
}

/** The best, as many as are wanted. */
export function bestOf(search: Search, wanted: number): FusedHit[] {
  const { query } = search
  if (query.vector === undefined || query.text === undefined) return aloneAt(search, wanted)
  const placed = new Map<number, FusedHit>()
  for (const { ranked, places } of rounds(search, wanted)) {
    for (const hit of ranked) {
      if (placed.size === places) break
      if (!placed.has(hit.offset)) placed.set(hit.offset, hit)
    }
  }
  return [...placed.values()]
}

/**
 * Candidates in rounds, so that a place depends on nothing but what is before it: with a larger limit, or on a later page, the same
 * points stand in the same places.
 *
 *     each leg lists   200          400           800
 *     places           0 … 49   ┼   50 … 99   ┼   100 … 199   ┼ …
 *
 * One leg alone is in order already: it gives a place to each that it lists.
 *
 * @param wanted How many places to give; where it is left out, all are ranked and the caller says when it has enough.
 */
export function* rounds(search: Search, wanted?: number): Generator<Round, void> {
  const { vector, text, fusion, denseWeight, support } = search.query
  const groupOf = support && groupsBy(search.state.valuesOf(support.by))
  for (let depth = FIRST_CANDIDATES, before = 0; ; depth *= 2) {
    if (vector === undefined || text === undefined) {
      const ranked = aloneAt(search, depth)
      yield { ranked, places: Number.POSITIVE_INFINITY }
      if (ranked.length < depth) return
      continue
    }
    const dense = denseAt(search, depth)
    const lexical = lexicalAt(search, depth)
    const isLast = dense.offsets.length < depth && lexical.offsets.length < depth
    const places = Math.min(wanted ?? Number.POSITIVE_INFINITY, isLast ? Number.POSITIVE_INFINITY : depth / CANDIDATES_PER_PLACE)
    const limit = wanted === undefined || support ? Number.POSITIVE_INFINITY : before + places
    const fused = fuse(dense, lexical, {
      limit,
      ...(fusion && { fusion }),
      denseWeight: shareOfMeaning(fusion, denseWeight, lexical.covered),
    })
    yield { ranked: support && groupOf ? supported(fused, groupOf, support.share) : fused, places }
    if (isLast || places === wanted) return
    before = places
  }
}

function aloneAt(search: Search, depth: number): FusedHit[] {
  const name = search.query.vector === undefined ? 'lexical' : 'dense'
  const { offsets, scores } = name === 'dense' ? denseAt(search, depth) : lexicalAt(search, depth)
  return Array.from(offsets, (offset, i) => {
    const score = scores[i]!
    return { offset, score, [name]: { rank: i + 1, score, share: score } }
  })
}

function denseAt({ state, query, allow, trace }: Search, depth: number): Leg {
  return denseLeg(state, query, depth, allow, trace)
}

function lexicalAt({ state, asked, allow, trace }: Search, depth: number): ReturnType<typeof lexicalLeg> {
  return lexicalLeg(state, asked!, depth, allow, trace)
}
