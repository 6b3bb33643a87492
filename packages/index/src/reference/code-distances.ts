import type { Metric } from '@voisin/spec'
import { roundToEven, signedDot, squaredNorm } from './codes.ts'

// Scalar twins of assembly/row.ts, query.ts and scan-codes.ts, rounding where they round: they must be equal.

/** A vector as the graph sees it. */
export interface CodedNode {
  /** u7 with bias 64. */
  readonly code: Uint8Array
  /** The added dimension of dot; else 0. */
  readonly gap: number
}

/** Distance between two nodes. `one`: |c|² of a unit vector, for cosine. */
export function nodeDistance(metric: Metric, one: number, a: CodedNode, b: CodedNode): number {
  const dot = signedDot(a.code, b.code)
  if (metric === 'cosine') return Math.max(0, one - dot)
  const gap = metric === 'dot' ? (a.gap - b.gap) ** 2 : 0
  return Math.max(0, squaredNorm(a.code) + squaredNorm(b.code) - 2 * dot + gap)
}

/** A query as the kernels see it. */
export interface PreparedQuery {
  /** Codes of −63 … 63, in a scale of their own. */
  readonly signed: Int8Array
  /** What a distance begins with, without the bias of the codes. */
  readonly base: number
  readonly normScale: number
  /** What the bias of the codes adds to a dot. */
  readonly bias: number
  /** c0, a, e, h, w of a bound, f32. */
  readonly terms: readonly [number, number, number, number, number]
}

const EPSILON = 2 ** -23
const HIGHEST_BASE = 0x20000000

/** Prepares a query (for cosine of length one). `clip`: the component of a vector that becomes 63. */
export function prepareQuery(metric: Metric, query: Float32Array, clip: number): PreparedQuery {
  const step = clip / 63
  const largest = query.reduce((most, element) => Math.max(most, Math.abs(element)), 0)
  let queryStep = largest / 63
  if (metric === 'l2') queryStep = Math.max(queryStep, step / 16)
  if (queryStep === 0) queryStep = step
  const scale = Math.fround(1 / queryStep)
  const unscale = Math.fround(queryStep)
  const signed = new Int8Array(Math.ceil(query.length / 64) * 64)
  const squares = [0, 0, 0, 0]
  const errors = [0, 0, 0, 0]
  for (const [i, element] of query.entries()) {
    const code = roundToEven(Math.fround(element * scale))
    signed[i] = code
    const error = Math.fround(element - Math.fround(code * unscale))
    squares[i % 4] = Math.fround(squares[i % 4]! + Math.fround(element * element))
    errors[i % 4] = Math.fround(errors[i % 4]! + Math.fround(error * error))
  }
  const squaredLength = squares[0]! + squares[1]! + squares[2]! + squares[3]!
  const norm = Math.sqrt(squaredLength)
  const error = Math.sqrt(errors[0]! + errors[1]! + errors[2]! + errors[3]!) * (1 + 1e-4) + norm * 16 * EPSILON
  const rounding = (Math.ceil(query.length / 4) * 4 + 16) * EPSILON
  const terms = { c0: 0, a: step * queryStep, e: norm * (1 + 2 * rounding), h: error + 2 * rounding * norm, w: 0 }
  if (metric === 'cosine') {
    terms.c0 = 1 - error - 2 * rounding
    terms.e += error
  } else if (metric === 'l2') {
    terms.c0 = squaredLength * (1 - 2 * rounding)
    terms.a *= 2
    terms.e *= 2
    terms.h *= 2
    terms.w = 1 - 4 * rounding
  }
  return {
    signed,
    base: metric === 'l2' ? Math.min(roundToEven(squaredLength / (step * queryStep)), HIGHEST_BASE) : HIGHEST_BASE,
    normScale: metric === 'l2' ? Math.fround(step / queryStep) : 0,
    bias: 64 * signed.reduce((sum, element) => sum + element, 0),
    terms: [terms.c0, terms.a, terms.e, terms.h, terms.w].map(Math.fround) as [number, number, number, number, number],
  }
}

function queryDot({ signed }: PreparedQuery, code: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < code.length; i++) sum += signed[i]! * (code[i]! - 64)
  return sum
}

/** Distance of a query to a node. */
export function queryDistance(metric: Metric, query: PreparedQuery, code: Uint8Array): number {
  const dot = queryDot(query, code)
  if (metric !== 'l2') return Math.max(0, query.base - dot)
  return Math.max(0, query.base + Math.trunc(Math.fround(squaredNorm(code) * query.normScale)) - 2 * dot)
}

/** What a bound takes from a node besides its code; f32. */
export interface BoundParts {
  readonly error: number
  /** Of dot and l2. */
  readonly length: number
  /** Of l2. */
  readonly square: number
}

/** Below this the distance of a query to a vector cannot lie; f32. */
export function lowerBound(metric: Metric, query: PreparedQuery, code: Uint8Array, parts: BoundParts): number {
  const { fround } = Math
  const [c0, a, e, h, w] = query.terms
  let bound = fround(c0 - fround(a * fround(queryDot(query, code))))
  bound = fround(bound - fround(e * parts.error))
  if (metric !== 'cosine') bound = fround(bound - fround(h * parts.length))
  if (metric === 'l2') bound = fround(bound + fround(w * parts.square))
  return bound
}
