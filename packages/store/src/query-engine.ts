import { checkVector } from '@voisin/index'
import {
  EmptyTextError,
  type Filter,
  InvalidArgumentError,
  type Metric,
  type Payload,
  type Point,
  type Query,
  type ScoredPoint,
} from '@voisin/spec'
import type { CollectionState } from './collection-state.ts'
import { compileFilter } from './query/filter-plan.ts'
import { denseStandard, type FusedHit, fuse, type Leg, lexicalStandard } from './query/fuse.ts'
import { checkKeys } from './validate.ts'

const LARGEST_LIMIT = 10_000
const QUERY_KEYS: readonly (keyof Query<Payload>)[] = [
  'vector',
  'text',
  'filter',
  'limit',
  'offset',
  'denseWeight',
  'fusion',
  'scoreThreshold',
  'withPayload',
  'withVector',
]
/** Each leg of a hybrid query lists at least so many candidates, and this many times what is asked for. */
const LEAST_CANDIDATES = 200
const CANDIDATES_PER_HIT = 4

/** Answers a query from memory. */
export function runQuery(state: CollectionState, query: Query<Payload>): ScoredPoint[] {
  const { limit, offset } = checkQuery(state, query)
  const allow = query.filter && new Allowed(state, query.filter)
  const wanted = limit + offset
  const hits = findHits(state, query, allow, wanted)
  const { scoreThreshold = Number.NEGATIVE_INFINITY } = query
  return hits
    .filter(({ score }) => score >= scoreThreshold)
    .slice(offset, wanted)
    .map((hit) => scoredPoint(state, hit, query))
}

/** Offsets of every point that matches, in order of first upsert. */
export function matching(state: CollectionState, filter: Filter | undefined): number[] {
  if (filter === undefined) return Array.from(state.ids.entries(), ([, offset]) => offset)
  const predicate = compileFilter(filter)
  const offsets: number[] = []
  for (const [id, offset] of state.ids.entries()) if (predicate(id, state.payload(offset))) offsets.push(offset)
  return offsets
}

/** A live point as the caller sees it. */
export function pointAt(state: CollectionState, offset: number, withVector: boolean): Point {
  const vector = withVector ? state.vector(offset) : undefined
  return { id: state.ids.id(offset)!, payload: state.payload(offset), ...(vector && { vector }) }
}

function checkQuery(state: CollectionState, query: Query<Payload>): { limit: number; offset: number } {
  checkKeys(query, QUERY_KEYS, 'query')
  const { vector, text, limit = 10, offset = 0, denseWeight = 0.3, scoreThreshold = 0, fusion = 'z-score' } = query
  if (vector === undefined && text === undefined) {
    throw new InvalidArgumentError('This query asks for nothing.', { expected: 'a vector, a text, or both' })
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > LARGEST_LIMIT) {
    throw new InvalidArgumentError('No such limit.', {
      expected: `an integer from 1 to ${LARGEST_LIMIT}`,
      received: String(limit),
    })
  }
  if (!Number.isSafeInteger(offset) || offset < 0) {
    throw new InvalidArgumentError('No such offset.', { expected: 'an integer ≥ 0', received: String(offset) })
  }
  if (!(denseWeight >= 0 && denseWeight <= 1)) {
    throw new InvalidArgumentError('No such weight.', { expected: 'a number from 0 to 1', received: String(denseWeight) })
  }
  if (typeof scoreThreshold !== 'number' || Number.isNaN(scoreThreshold)) {
    throw new InvalidArgumentError('No such threshold.', { expected: 'a number', received: String(scoreThreshold) })
  }
  if (fusion !== 'z-score' && fusion !== 'rrf') {
    throw new InvalidArgumentError('No such fusion.', { expected: "'z-score' or 'rrf'", received: String(fusion) })
  }
  if (vector !== undefined) checkVector(vector, state.schema.dim, state.metric)
  if (text !== undefined) checkText(state, text)
  return { limit, offset }
}

function checkText(state: CollectionState, text: unknown): void {
  if (typeof text !== 'string') {
    throw new InvalidArgumentError('This is no text to look for.', { expected: 'a string', received: typeof text })
  }
  if (text.trim() === '')
    throw new EmptyTextError('There is no word to look for.', { expected: 'a text with a visible character' })
  if (!state.hasTextFields) {
    throw new InvalidArgumentError('This collection has no text to search.', {
      expected: "a field of the kind 'text'",
      remedy: "Create the collection with fields: { body: 'text' }, or query by vector.",
    })
  }
}

/** Which points a filter lets through, as the bitmaps both legs understand: bit i is bit i & 7 of byte i >> 3. */
class Allowed {
  readonly points: Uint8Array
  readonly vectors: Uint8Array

  constructor(state: CollectionState, filter: Filter) {
    this.points = new Uint8Array(Math.ceil(state.ids.nextOffset / 8))
    this.vectors = new Uint8Array(Math.ceil(state.index.count / 8))
    for (const offset of matching(state, filter)) {
      this.points[offset >> 3]! |= 1 << (offset & 7)
      const vector = state.vectorOffset(offset)
      if (vector !== undefined) this.vectors[vector >> 3]! |= 1 << (vector & 7)
    }
  }
}

function findHits(state: CollectionState, query: Query<Payload>, allow: Allowed | undefined, wanted: number): FusedHit[] {
  const { vector, text, fusion, denseWeight } = query
  if (vector !== undefined && text !== undefined) {
    const depth = Math.max(LEAST_CANDIDATES, wanted * CANDIDATES_PER_HIT)
    const options = { limit: wanted, ...(fusion && { fusion }), ...(denseWeight !== undefined && { denseWeight }) }
    return fuse(denseLeg(state, vector, depth, allow), lexicalLeg(state, text, depth, allow), options)
  }
  if (vector !== undefined) return alone('dense', denseLeg(state, vector, wanted, allow))
  return alone('lexical', lexicalLeg(state, text!, wanted, allow))
}

function alone(name: 'dense' | 'lexical', { offsets, scores }: Leg): FusedHit[] {
  return Array.from(offsets, (offset, i) => {
    const score = scores[i]!
    return { offset, score, [name]: { rank: i + 1, score, share: score } }
  })
}

function denseLeg(state: CollectionState, vector: Float32Array, k: number, allow: Allowed | undefined): Leg {
  const found = state.index.search(vector, k, { moments: true, ...(allow && { allow: allow.vectors }) })
  return {
    offsets: found.offsets.map((at) => state.pointOffset(at)),
    scores: found.distances.map((distance) => scoreOf(state.metric, distance)),
    scoresOf: (offsets) => {
      const scores = new Float32Array(offsets.length).fill(Number.NaN)
      const places: number[] = []
      const vectors: number[] = []
      offsets.forEach((offset, i) => {
        const at = state.vectorOffset(offset)
        if (at !== undefined) {
          places.push(i)
          vectors.push(at)
        }
      })
      const distances = state.index.distances(vector, Uint32Array.from(vectors))
      for (let i = 0; i < places.length; i++) scores[places[i]!] = scoreOf(state.metric, distances[i]!)
      return scores
    },
    standard: denseStandard(state.metric, found.moments!),
  }
}

function lexicalLeg(state: CollectionState, text: string, k: number, allow: Allowed | undefined): Leg {
  const { offsets, scores, moments } = state.lexical.search(text, k, allow?.points)
  return { offsets, scores, scoresOf: (asked) => state.lexical.scores(text, asked), standard: lexicalStandard(moments) }
}

/** A distance of the index as the score at the door; see `Metric`. */
function scoreOf(metric: Metric, distance: number): number {
  if (metric === 'cosine') return 1 - distance
  return metric === 'dot' ? 0 - distance : 0 - Math.sqrt(distance)
}

function scoredPoint(state: CollectionState, hit: FusedHit, query: Query<Payload>): ScoredPoint {
  const { dense, lexical } = hit
  const vector = query.withVector ? state.vector(hit.offset) : undefined
  return {
    id: state.ids.id(hit.offset)!,
    score: hit.score,
    payload: query.withPayload === false ? {} : state.payload(hit.offset),
    ...(vector && { vector }),
    legs: { ...(dense && { dense }), ...(lexical && { lexical }) },
  }
}
