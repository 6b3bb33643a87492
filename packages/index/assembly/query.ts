import { prepareSigned, sum4 } from './code-dot'
import { COSINE, L2, rowFloats } from './distance'
import { markTame } from './row'
import { codeBytes, metric, query, vectorBytes } from './space'

/** Base of a query whose metric has no norms: above every dot, so that no distance is negative. */
const QUERY_BASE: i32 = 0x20000000

/** What rounding may do to a sum of so many f32 products, as a share of the sum of their sizes. */
const EPSILON: f64 = 2 ** -23

/**
 * Makes a row of the query at `query`, and the terms of its bounds (`scan-codes.ts`).
 *
 * Its codes have a scale of their own: the largest element becomes 63.
 *
 * @param clip The component of a vector that becomes 63.
 * @param signed Room for codeBytes i8.
 * @param target A row with its head.
 * @param terms Where c0 goes; the other terms follow `fieldStep` bytes apart.
 */
export function prepareQuery(clip: f64, signed: usize, target: usize, terms: usize, fieldStep: usize): void {
  const step = clip / 63
  let sizes = f32x4.splat(0)
  for (let i: usize = 0; i < vectorBytes; i += 16) sizes = f32x4.max(sizes, f32x4.abs(v128.load(query + i)))
  const largest = max(
    max(f32x4.extract_lane(sizes, 0), f32x4.extract_lane(sizes, 1)),
    max(f32x4.extract_lane(sizes, 2), f32x4.extract_lane(sizes, 3)),
  )
  let queryStep = <f64>largest / 63
  // For l2 a far smaller query would make the norms overflow; and a query of zeros needs some step.
  if (metric == L2) queryStep = max(queryStep, step / 16)
  if (queryStep == 0) queryStep = step
  const scale = f32x4.splat(<f32>(1 / queryStep))
  const unscale = f32x4.splat(<f32>queryStep)
  let squares = f32x4.splat(0)
  let errors = f32x4.splat(0)
  let sums = i32x4.splat(0)
  for (let i: usize = 0; i < codeBytes; i += 4) {
    const elements = rowFloats(query, i << 2, vectorBytes)
    const codes = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(elements, scale)))
    const error = f32x4.sub(elements, f32x4.mul(f32x4.convert_i32x4_s(codes), unscale))
    squares = f32x4.add(squares, f32x4.mul(elements, elements))
    errors = f32x4.add(errors, f32x4.mul(error, error))
    sums = i32x4.add(sums, codes)
    // Codes are within ±63, so that halving them twice loses nothing.
    const halves = i16x8.narrow_i32x4_s(codes, codes)
    store<i32>(signed + i, i32x4.extract_lane(i8x16.narrow_i16x8_s(halves, halves), 0))
  }
  const squaredNorm = sumFloats(squares)
  const squaredError = sumFloats(errors)
  const sum = sum4(sums)
  prepareSigned(signed, codeBytes, target)
  const bias = sum << 6
  // A smaller base than |q|² moves all distances alike; it is still above every dot.
  const base = metric == L2 ? <i32>min(nearest(squaredNorm / (step * queryStep)), <f64>QUERY_BASE) : QUERY_BASE
  store<i32>(target - 16, base + (metric == L2 ? bias << 1 : bias))
  store<f32>(target - 12, metric == L2 ? <f32>(step / queryStep) : 0)
  store<i32>(target - 4, 0)
  markTame(target)

  const norm = sqrt(squaredNorm)
  // Rounded up: the sums, and each code's own step, may be short by some ε.
  const error = sqrt(squaredError) * (1 + 1e-4) + norm * 16 * EPSILON
  const rounding = <f64>((vectorBytes >> 2) + 16) * EPSILON
  const dot = step * queryStep
  let c0: f64 = 0
  let a = dot
  let e = norm * (1 + 2 * rounding)
  let h = error + 2 * rounding * norm
  let w: f64 = 0
  if (metric == COSINE) {
    c0 = 1 - error - 2 * rounding
    e += error
  } else if (metric == L2) {
    c0 = squaredNorm * (1 - 2 * rounding)
    a *= 2
    e *= 2
    h *= 2
    w = 1 - 4 * rounding
  }
  store<f32>(terms, <f32>c0)
  store<f32>(terms + fieldStep, <f32>a)
  store<f32>(terms + fieldStep * 2, <f32>e)
  store<f32>(terms + fieldStep * 3, <f32>h)
  store<f32>(terms + fieldStep * 4, <f32>w)
  store<i32>(terms + fieldStep * 5, bias)
}

function sumFloats(v: v128): f64 {
  return (
    <f64>f32x4.extract_lane(v, 0) + <f64>f32x4.extract_lane(v, 1) + <f64>f32x4.extract_lane(v, 2) + <f64>f32x4.extract_lane(v, 3)
  )
}
