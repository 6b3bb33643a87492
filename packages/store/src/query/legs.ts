import type { AskedText } from '@voisin/lexical'
import type { Metric, Payload, Query, QueryExplanation } from '@voisin/spec'
import type { VectorHits, VectorPart, VectorSearch } from '../derived/vector-part.ts'
import type { Bitmap } from '../points/bitmap.ts'
import type { CollectionState } from '../state/collection-state.ts'
import { partOf } from './check-query.ts'
import { denseStandard, type Leg, lexicalStandard } from './fuse.ts'

/** What is noted of how a query is answered. */
export interface Trace extends Writable<Pick<QueryExplanation, 'filter' | 'dense' | 'lexical'>> {
  /** How many of the query's words some text has, 0 … 1; undefined without words. */
  covered?: number
  /** Whether anybody asks. @default false */
  readonly isAsked?: boolean
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** The leg of the query's vector. */
export function denseLeg(state: CollectionState, query: Query<Payload>, k: number, allow: Bitmap | undefined, trace: Trace): Leg {
  const part = partOf(state, query)
  const vector = query.vector!
  const { metric } = part.schema
  const { offsets, distances } = trace.isAsked
    ? explained(part, query, k, allow, trace)
    : part.search(vector, k, allow, searchOf(query))
  const scores = (list: Float32Array) => list.map((distance) => scoreOf(metric, distance))
  return {
    offsets,
    scores: scores(distances),
    scoresOf: (asked) => scores(part.distances(vector, asked)),
    standard: lazily(() => denseStandard(metric, state.momentsOf(vector, part))),
  }
}

function explained(part: VectorPart, query: Query<Payload>, k: number, allow: Bitmap | undefined, trace: Trace): VectorHits {
  const { answer, path, reason, effort, wanted, unlinked, distances, ms, expectedMs } = part.explain(
    query.vector!,
    k,
    allow,
    searchOf(query),
  )
  const isExact = path === 'int8' || path === 'f32'
  const { ms: msBefore = 0, expectedMs: expectedBefore = 0, distances: distancesBefore = 0 } = trace.dense ?? {}
  trace.dense = {
    path,
    reason,
    isExact,
    k,
    effort,
    wanted,
    unlinked,
    distances: distancesBefore + distances,
    ms: msBefore + ms,
    expectedMs: expectedBefore + expectedMs,
  }
  return answer
}

/** A function that is made when it is first called. */
function lazily(make: () => (score: number) => number): (score: number) => number {
  let made: ((score: number) => number) | undefined
  return (score) => {
    made ??= make()
    return made(score)
  }
}

/** What a query asks of the index. */
function searchOf({ params = {} }: Query<Payload>): VectorSearch {
  const { recall, ef, exact = false } = params
  if (exact) return { recall: 1 }
  return { ...(recall !== undefined && { recall }), ...(ef !== undefined && { ef }) }
}

/** The leg of the query's text. */
export function lexicalLeg(
  state: CollectionState,
  { text, spelling }: AskedText,
  k: number,
  allow: Bitmap | undefined,
  trace: Trace,
): Leg & { readonly covered: number } {
  const words = state.words!
  const before = performance.now()
  const { offsets, scores, moments, covered } = words.search(text, k, allow, spelling)
  if (trace.isAsked) trace.lexical = { points: offsets.length, ms: (trace.lexical?.ms ?? 0) + performance.now() - before }
  trace.covered = covered
  const scoresOf = (asked: Uint32Array) => words.scores(text, asked, spelling)
  return { offsets, scores, scoresOf, standard: lexicalStandard(moments), covered }
}

/** A distance of the index as the score at the door; see `Metric`. */
function scoreOf(metric: Metric, distance: number): number {
  if (metric === 'cosine') return 1 - distance
  return metric === 'dot' ? 0 - distance : 0 - Math.sqrt(distance)
}
