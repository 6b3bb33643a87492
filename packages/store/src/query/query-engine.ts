import {
  type Filter,
  InvalidArgumentError,
  type Payload,
  type Query,
  type QueryExplanation,
  type RecallOptions,
  type ScoredPoint,
} from '@voisin/spec'
import { type Bitmap, countBits } from '../points/bitmap.ts'
import type { CollectionState } from '../state/collection-state.ts'
import { checkQuery, partOf } from './check-query.ts'
import { type FusedHit, fuse, type Leg } from './fuse.ts'
import { denseLeg, lexicalLeg, type Trace } from './legs.ts'
import { vectorsAt } from './matching.ts'
import { parseFilter } from './parse-filter.ts'
import { selectPoints } from './select-points.ts'

/** In the first round each leg of a hybrid query lists so many candidates; in every further one twice as many. */
const FIRST_CANDIDATES = 200
/** A round gives places to one in so many of what each leg lists. */
const CANDIDATES_PER_PLACE = 4
const MOST_K = 1_000
const MOST_ASKING = 10_000

/** Answers a query from memory. */
export function runQuery(state: CollectionState, query: Query<Payload>): ScoredPoint[] {
  return answer(state, query, {})
}

/** Answers a query and tells how. */
export function explainQuery(state: CollectionState, query: Query<Payload>): QueryExplanation {
  const trace: Trace = { isAsked: true }
  const before = performance.now()
  const hits = answer(state, query, trace).length
  const { filter, dense, lexical } = trace
  const ms = performance.now() - before
  return { ms, hits, ...(filter && { filter }), ...(dense && { dense }), ...(lexical && { lexical }) }
}

/** The share of the true nearest that searches find, in slices; see `Collection`. */
export function recallSteps(state: CollectionState, options: RecallOptions): Generator<void, number> {
  const { k = 10, size = 128, recall, using } = options
  checkRange('k', k, MOST_K)
  checkRange('size', size, MOST_ASKING)
  if (recall !== undefined && !(recall >= 0 && recall <= 1)) {
    throw new InvalidArgumentError('No such recall.', { expected: 'a number from 0 to 1', received: String(recall) })
  }
  return partOf(state, using === undefined ? {} : { using }).recallSteps(k, size, recall)
}

function checkRange(name: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return
  throw new InvalidArgumentError(`No such ${name}.`, { expected: `an integer from 1 to ${most}`, received: String(value) })
}

function answer(state: CollectionState, query: Query<Payload>, trace: Trace): ScoredPoint[] {
  const { limit, offset } = checkQuery(state, query)
  const allow = query.filter && selected(state, query.filter, trace)
  const wanted = limit + offset
  const hits = findHits(state, query, allow, wanted, trace)
  const { scoreThreshold = Number.NEGATIVE_INFINITY } = query
  return (
    hits
      // Cut first: at the border of two rounds scores may rise, and pages must not depend on how many are asked for.
      .slice(offset, wanted)
      .filter(({ score }) => score >= scoreThreshold)
      .flatMap((hit) => scoredPoint(state, hit, query) ?? [])
  )
}

function selected(state: CollectionState, filter: Filter, trace: Trace): Bitmap {
  const before = performance.now()
  const bits = selectPoints(state, parseFilter(filter))
  if (trace.isAsked) trace.filter = { points: countBits(bits), ms: performance.now() - before }
  return bits
}

function findHits(
  state: CollectionState,
  query: Query<Payload>,
  allow: Bitmap | undefined,
  wanted: number,
  trace: Trace,
): FusedHit[] {
  const { vector, text } = query
  if (vector !== undefined && text !== undefined) return fusedHits(state, query, allow, wanted, trace)
  if (vector !== undefined) return alone('dense', denseLeg(state, query, wanted, allow, trace))
  return alone('lexical', lexicalLeg(state, text!, wanted, allow, trace))
}

/**
 * Candidates in rounds, so that a place depends on nothing but what is before it: with a larger limit, or on a later page, the same
 * points stand in the same places.
 *
 *     each leg lists   200          400           800
 *     places           0 … 49   ┼   50 … 99   ┼   100 … 199   ┼ …
 */
function fusedHits(
  state: CollectionState,
  query: Query<Payload>,
  allow: Bitmap | undefined,
  wanted: number,
  trace: Trace,
): FusedHit[] {
  const { text, fusion, denseWeight } = query
  const placed = new Map<number, FusedHit>()
  for (let depth = FIRST_CANDIDATES; ; depth *= 2) {
    const dense = denseLeg(state, query, depth, allow, trace)
    const lexical = lexicalLeg(state, text!, depth, allow, trace)
    const isLast = dense.offsets.length < depth && lexical.offsets.length < depth
    const places = isLast ? wanted : Math.min(wanted, depth / CANDIDATES_PER_PLACE)
    const limit = places + placed.size
    const ranked = fuse(dense, lexical, { limit, ...(fusion && { fusion }), ...(denseWeight !== undefined && { denseWeight }) })
    for (const hit of ranked) {
      if (placed.size === places) break
      if (!placed.has(hit.offset)) placed.set(hit.offset, hit)
    }
    if (isLast || placed.size === wanted) return [...placed.values()]
  }
}

function alone(name: 'dense' | 'lexical', { offsets, scores }: Leg): FusedHit[] {
  return Array.from(offsets, (offset, i) => {
    const score = scores[i]!
    return { offset, score, [name]: { rank: i + 1, score, share: score } }
  })
}

/** Undefined where the payload is asked for and cannot be decoded. */
function scoredPoint(state: CollectionState, hit: FusedHit, query: Query<Payload>): ScoredPoint | undefined {
  const { dense, lexical, offset, score } = hit
  const payload = query.withPayload === false ? {} : state.payload(offset)
  if (payload === undefined) return undefined
  const vectors = query.withVector ? vectorsAt(state, offset) : {}
  return { id: state.ids.id(offset)!, score, payload, ...vectors, legs: { ...(dense && { dense }), ...(lexical && { lexical }) } }
}
