import { readText } from '@voisin/lexical'
import {
  type Filter,
  InvalidArgumentError,
  type Mmr,
  type Payload,
  type Query,
  type QueryExplanation,
  type RecallOptions,
  type ScoredPoint,
} from '@voisin/spec'
import { type Bitmap, countBits } from '../points/bitmap.ts'
import type { CollectionState } from '../state/collection-state.ts'
import { checkQuery, partOf } from './check-query.ts'
import { candidatesFor, diverse, likenessIn } from './diversity.ts'
import { grouped, type ListedHit, mostGrouped } from './groups.ts'
import type { Trace } from './legs.ts'
import { vectorsAt } from './matching.ts'
import { parseFilter } from './parse-filter.ts'
import { bestOf, rounds, type Search } from './ranking.ts'
import { selectPoints } from './select-points.ts'
import { allowedBy } from './signs.ts'

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
  const wanted = limit + offset
  const asked = query.text === undefined ? undefined : readText(query.text, query)
  const filtered = query.filter && selected(state, query.filter, trace)
  const search: Search = { state, query, asked, allow: asked ? allowedBy(state, asked, filtered) : filtered, trace }
  const hits = query.mmr ? chosen(search, wanted, query.mmr) : listed(search, wanted)
  const { scoreThreshold = Number.NEGATIVE_INFINITY } = query
  return (
    hits
      // Cut first: at the border of two rounds scores may rise, and pages must not depend on how many are asked for.
      .slice(offset, wanted)
      .filter(({ score }) => score >= scoreThreshold)
      .flatMap((hit) => scoredPoint(state, hit, query, trace) ?? [])
  )
}

function selected(state: CollectionState, filter: Filter, trace: Trace): Bitmap {
  const before = performance.now()
  const bits = selectPoints(state, parseFilter(filter))
  if (trace.isAsked) trace.filter = { points: countBits(bits), ms: performance.now() - before }
  return bits
}

/** Hits in their places, as many as are wanted. */
function listed(search: Search, wanted: number): ListedHit[] {
  const { groupBy, groupSize = 1, scoreThreshold = Number.NEGATIVE_INFINITY } = search.query
  if (groupBy === undefined) return bestOf(search, wanted)
  const valuesAt = search.state.valuesOf(groupBy)
  const most = () => mostGrouped(search, groupBy, groupSize)
  return grouped(rounds(search), { valuesAt, groupSize, wanted, scoreThreshold, most })
}

/** The same, where they are to be unlike each other. */
function chosen(search: Search, wanted: number, { diversity }: Mmr): ListedHit[] {
  const { state, query } = search
  const { scoreThreshold = Number.NEGATIVE_INFINITY } = query
  const candidates = listed(search, candidatesFor(wanted)).filter(({ score }) => score >= scoreThreshold)
  return diverse(candidates, wanted, diversity, likenessIn(partOf(state, query)))
}

/** Undefined where the payload is asked for and cannot be decoded. */
function scoredPoint(state: CollectionState, hit: ListedHit, query: Query<Payload>, { covered }: Trace): ScoredPoint | undefined {
  const { dense, lexical, offset, score, support, others } = hit
  const payload = query.withPayload === false ? {} : state.payload(offset)
  if (payload === undefined) return undefined
  const vectors = query.withVector ? vectorsAt(state, offset) : {}
  const legs = { ...(dense && { dense }), ...(lexical && { lexical }) }
  const added = { ...(support !== undefined && { support }), ...(covered !== undefined && { covered }) }
  return { id: state.ids.id(offset)!, score, payload, ...vectors, legs, ...added, ...(others !== undefined && { others }) }
}
