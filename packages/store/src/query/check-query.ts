import { checkVector } from '@voisin/index'
import { classOf, EmptyTextError, InvalidArgumentError, type Payload, type Query } from '@voisin/spec'
import type { VectorPart } from '../derived/vector-part.ts'
import { checkFlag, checkKeys } from '../points/check-keys.ts'
import type { CollectionState } from '../state/collection-state.ts'

const LARGEST_LIMIT = 10_000
const LARGEST_EF = 4_096
const MOST_DIVERSE = 1_000
export const QUERY_KEYS: readonly (keyof Query<Payload>)[] = [
  'vector',
  'using',
  'text',
  'knownWords',
  'asYouType',
  'filter',
  'limit',
  'offset',
  'denseWeight',
  'fusion',
  'scoreThreshold',
  'params',
  'groupBy',
  'groupSize',
  'support',
  'mmr',
  'withPayload',
  'withVector',
]

/** @throws {VoisinError} The query cannot be asked of this collection. */
export function checkQuery(state: CollectionState, query: Query<Payload>): { limit: number; offset: number } {
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
  checkParams(query.params)
  checkGroups(query)
  if (query.support !== undefined) checkSupport(query.support)
  if (query.mmr !== undefined) checkMmr(state, query, limit + offset)
  checkFlag('withVector', query.withVector)
  checkFlag('withPayload', query.withPayload)
  checkFlag('asYouType', query.asYouType)
  checkKnownWords(query.knownWords)
  if (vector !== undefined) checkQueryVector(state, query)
  if (text !== undefined) checkText(state, text)
  return { limit, offset }
}

function checkParams(params: Query<Payload>['params']): void {
  if (params === undefined) return
  checkKeys(params, ['recall', 'ef', 'exact'], 'set of params')
  const { recall, ef, exact } = params
  checkFlag('exact', exact)
  if (recall !== undefined && !(typeof recall === 'number' && recall >= 0 && recall <= 1)) {
    throw new InvalidArgumentError('No such recall.', { expected: 'a number from 0 to 1', received: String(recall) })
  }
  if (ef !== undefined && !(Number.isInteger(ef) && ef >= 1 && ef <= LARGEST_EF)) {
    throw new InvalidArgumentError('No such ef.', { expected: `an integer from 1 to ${LARGEST_EF}`, received: String(ef) })
  }
  if (exact && (ef !== undefined || (recall !== undefined && recall < 1))) {
    throw new InvalidArgumentError('An exact search takes no other params.', {
      expected: 'exact alone',
      received: 'ef or recall too',
    })
  }
}

function checkGroups({ groupBy, groupSize }: Query<Payload>): void {
  if (groupBy !== undefined) checkPath(groupBy)
  if (groupSize === undefined) return
  if (!Number.isInteger(groupSize) || groupSize < 1 || groupSize > LARGEST_LIMIT) {
    throw new InvalidArgumentError('No such groupSize.', {
      expected: `an integer from 1 to ${LARGEST_LIMIT}`,
      received: String(groupSize),
    })
  }
  if (groupBy === undefined) {
    throw new InvalidArgumentError('There are no groups to have a groupSize.', { expected: 'groupBy, too', received: 'none' })
  }
}

function checkSupport(support: NonNullable<Query<Payload>['support']>): void {
  checkKeys(support, ['by', 'share'], 'support')
  const { by, share } = support
  checkPath(by)
  if (typeof share === 'number' && share >= 0 && share <= 1) return
  throw new InvalidArgumentError('No such share.', { expected: 'a number from 0 to 1', received: String(share) })
}

function checkPath(path: unknown): void {
  if (typeof path === 'string' && path !== '') return
  throw new InvalidArgumentError('No field to group by.', {
    expected: 'a path, as "year" or "author.name"',
    received: path === '' ? 'an empty string' : classOf(path),
  })
}

function checkMmr(state: CollectionState, query: Query<Payload>, wanted: number): void {
  checkKeys(query.mmr, ['diversity'], 'mmr')
  const { diversity } = query.mmr!
  if (typeof diversity !== 'number' || !(diversity >= 0 && diversity <= 1)) {
    throw new InvalidArgumentError('No such diversity.', { expected: 'a number from 0 to 1', received: String(diversity) })
  }
  if (wanted > MOST_DIVERSE) {
    throw new InvalidArgumentError('Too many hits to be chosen by mmr.', {
      expected: `limit + offset of at most ${MOST_DIVERSE}`,
      received: String(wanted),
    })
  }
  partOf(state, query)
}

function checkKnownWords(words: unknown): void {
  if (words === undefined || (Array.isArray(words) && words.every((word) => typeof word === 'string'))) return
  throw new InvalidArgumentError('These are no known words.', {
    expected: 'a list of strings',
    received: Array.isArray(words) ? 'a list of others' : classOf(words),
  })
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
export function partOf(state: CollectionState, { using }: Pick<Query<Payload>, 'using'>): VectorPart {
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
