import { checkVector } from '@voisin/index'
import { EmptyTextError, InvalidArgumentError, type Metric, type Payload, type Query, type ScoredPoint } from '@voisin/spec'
import type { VectorPart } from '../derived/vector-part.ts'
import { checkFlag, checkKeys } from '../points/check-keys.ts'
import type { CollectionState } from '../state/collection-state.ts'
import { denseStandard, type FusedHit, fuse, type Leg, lexicalStandard } from './fuse.ts'
import { vectorsAt } from './matching.ts'
import { parseFilter } from './parse-filter.ts'
import { selectPoints } from './select-points.ts'

const LARGEST_LIMIT = 10_000
export const QUERY_KEYS: readonly (keyof Query<Payload>)[] = [
  'vector',
  'using',
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
  const allow = query.filter && selectPoints(state, parseFilter(query.filter))
  const wanted = limit + offset
  const hits = findHits(state, query, allow, wanted)
  const { scoreThreshold = Number.NEGATIVE_INFINITY } = query
  return hits
    .filter(({ score }) => score >= scoreThreshold)
    .slice(offset, wanted)
    .flatMap((hit) => scoredPoint(state, hit, query) ?? [])
}

function checkQuery(state: CollectionState, query: Query<Payload>): { limit: number; offset: number } {
  checkKeys(query, QUERY_KEYS, 'query')
  const { vector, text, limit = 10, offset = 0, denseWeight = 0.3, scoreThreshold = 0, fusion = 'z-score' } = query
  if (vector === undefined && text === undefined) {
    throw new InvalidArgumentError('This query asks for nothing.', { expected: 'a vector, a text, or both', received: 'neither' })
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
  if (typeof denseWeight !== 'number' || !(denseWeight >= 0 && denseWeight <= 1)) {
    throw new InvalidArgumentError('No such weight.', { expected: 'a number from 0 to 1', received: String(denseWeight) })
  }
  if (typeof scoreThreshold !== 'number' || Number.isNaN(scoreThreshold)) {
    throw new InvalidArgumentError('No such threshold.', { expected: 'a number', received: String(scoreThreshold) })
  }
  if (fusion !== 'z-score' && fusion !== 'rrf') {
    throw new InvalidArgumentError('No such fusion.', { expected: "'z-score' or 'rrf'", received: String(fusion) })
  }
  checkFlag('withVector', query.withVector)
  checkFlag('withPayload', query.withPayload)
  if (vector !== undefined) checkQueryVector(state, query)
  if (text !== undefined) checkText(state, text)
  return { limit, offset }
}

function checkText(state: CollectionState, text: unknown): void {
  if (typeof text !== 'string') {
    throw new InvalidArgumentError('This is no text to look for.', { expected: 'a string', received: typeof text })
  }
  if (text.trim() === '')
    throw new EmptyTextError('There is no word to look for.', {
      expected: 'a text with a visible character',
      received: JSON.stringify(text),
    })
  if (state.words === undefined) {
    throw new InvalidArgumentError('This collection has no text to search.', {
      expected: "a field of the kind 'text'",
      received: 'none',
      remedy: "Create the collection with fields: { body: 'text' }, or query by vector.",
    })
  }
}

/** Which vector a query is compared with: the one it names, or the only one. */
function partOf(state: CollectionState, { using }: Query<Payload>): VectorPart {
  const names = [...state.vectors.keys()]
  const name = using ?? (names.length === 1 ? names[0]! : '')
  const part = state.vectors.get(name)
  if (part !== undefined) return part
  throw new InvalidArgumentError(using === undefined ? 'This query does not say which vector it means.' : 'No such vector.', {
    expected: `using: ${names.map((known) => JSON.stringify(known)).join(' or ')}`,
    received: String(using),
  })
}

function checkQueryVector(state: CollectionState, query: Query<Payload>): void {
  const { dim, metric } = partOf(state, query).schema
  if (ArrayBuffer.isView(query.vector)) return void checkVector(query.vector, dim, metric)
  throw new InvalidArgumentError('The vector of this query is none.', {
    expected: 'a Float32Array',
    received: query.vector === null ? 'null' : typeof query.vector,
  })
}

function findHits(state: CollectionState, query: Query<Payload>, allow: Uint8Array | undefined, wanted: number): FusedHit[] {
  const { vector, text, fusion, denseWeight } = query
  if (vector !== undefined && text !== undefined) {
    const depth = Math.max(LEAST_CANDIDATES, wanted * CANDIDATES_PER_HIT)
    const options = { limit: wanted, ...(fusion && { fusion }), ...(denseWeight !== undefined && { denseWeight }) }
    return fuse(denseLeg(partOf(state, query), vector, depth, allow), lexicalLeg(state, text, depth, allow), options)
  }
  if (vector !== undefined) return alone('dense', denseLeg(partOf(state, query), vector, wanted, allow))
  return alone('lexical', lexicalLeg(state, text!, wanted, allow))
}

function alone(name: 'dense' | 'lexical', { offsets, scores }: Leg): FusedHit[] {
  return Array.from(offsets, (offset, i) => {
    const score = scores[i]!
    return { offset, score, [name]: { rank: i + 1, score, share: score } }
  })
}

function denseLeg(part: VectorPart, vector: Float32Array, k: number, allow: Uint8Array | undefined): Leg {
  const { metric } = part.schema
  const { offsets, distances, moments } = part.search(vector, k, allow)
  const scores = (list: Float32Array) => list.map((distance) => scoreOf(metric, distance))
  return {
    offsets,
    scores: scores(distances),
    scoresOf: (asked) => scores(part.distances(vector, asked)),
    standard: denseStandard(metric, moments),
  }
}

function lexicalLeg(state: CollectionState, text: string, k: number, allow: Uint8Array | undefined): Leg {
  const words = state.words!
  const { offsets, scores, moments } = words.search(text, k, allow)
  return { offsets, scores, scoresOf: (asked) => words.scores(text, asked), standard: lexicalStandard(moments) }
}

/** A distance of the index as the score at the door; see `Metric`. */
function scoreOf(metric: Metric, distance: number): number {
  if (metric === 'cosine') return 1 - distance
  return metric === 'dot' ? 0 - distance : 0 - Math.sqrt(distance)
}

/** Undefined where the payload is asked for and cannot be decoded. */
function scoredPoint(state: CollectionState, hit: FusedHit, query: Query<Payload>): ScoredPoint | undefined {
  const { dense, lexical, offset, score } = hit
  const payload = query.withPayload === false ? {} : state.payload(offset)
  if (payload === undefined) return undefined
  const vectors = query.withVector ? vectorsAt(state, offset) : {}
  return { id: state.ids.id(offset)!, score, payload, ...vectors, legs: { ...(dense && { dense }), ...(lexical && { lexical }) } }
}
