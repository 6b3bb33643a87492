import { COSINE, rowFloats } from './distance'
import {
  bitBytes,
  bits,
  codeBytes,
  codeNorms,
  codeOf,
  errors,
  lengths,
  means,
  metric,
  nodeOf,
  norms,
  squares,
  vectorBytes,
  vectors,
} from './space'

/**
 * Makes the codes of the vectors at the offsets from `first` to `end`, and what goes with a code.
 *
 * @param clip The component that becomes 63; larger ones are cut off.
 * @returns The largest |c|².
 */
export function quantize(first: u32, end: u32, clip: f32): u32 {
  let largest: u32 = 0
  for (let offset = first; offset < end; offset++) {
    const node = load<u32>(nodeOf + ((<usize>offset) << 2))
    const vector = vectors + vectorBytes * offset
    const unit: f32 = metric == COSINE ? <f32>1 / load<f32>(norms + ((<usize>offset) << 2)) : 1
    largest = max(largest, quantizeOne(vector, node, unit, clip))
    binarize(vector, bits + bitBytes * node, unit)
  }
  return largest
}

function quantizeOne(vector: usize, node: u32, unit: f32, clip: f32): u32 {
  const code = codeOf(node)
  const scale = f32x4.splat((<f32>63 / clip) * unit)
  let squaredErrors = f32x4.splat(0)
  let squaredCodes = i32x4.splat(0)
  let floats: usize = 0
  for (let i: usize = 0; i < codeBytes; i += 16) {
    const a = f32x4.mul(rowFloats(vector, floats, vectorBytes), scale)
    const b = f32x4.mul(rowFloats(vector, floats + 16, vectorBytes), scale)
    const c = f32x4.mul(rowFloats(vector, floats + 32, vectorBytes), scale)
    const d = f32x4.mul(rowFloats(vector, floats + 48, vectorBytes), scale)
    floats += 64
    const ra = step(a)
    const rb = step(b)
    const rc = step(c)
    const rd = step(d)
    squaredErrors = f32x4.add(squaredErrors, f32x4.add(squaredError(a, ra), squaredError(b, rb)))
    squaredErrors = f32x4.add(squaredErrors, f32x4.add(squaredError(c, rc), squaredError(d, rd)))
    const low = i16x8.narrow_i32x4_s(ra, rb)
    const high = i16x8.narrow_i32x4_s(rc, rd)
    squaredCodes = i32x4.add(squaredCodes, i32x4.add(i32x4.dot_i16x8_s(low, low), i32x4.dot_i16x8_s(high, high)))
    v128.store(code + i, i8x16.add(i8x16.narrow_i16x8_s(low, high), i8x16.splat(64)))
  }
  const pairs = i32x4.add(squaredCodes, v128.shuffle<i32>(squaredCodes, squaredCodes, 2, 3, 0, 1))
  const length = <u32>(i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1))
  const error =
    f32x4.extract_lane(squaredErrors, 0) +
    f32x4.extract_lane(squaredErrors, 1) +
    (f32x4.extract_lane(squaredErrors, 2) + f32x4.extract_lane(squaredErrors, 3))
  // Rounded up: the sums above may be short by some ε.
  const slack: f32 = (clip / 63) * (1 + 1e-4)
  const place = (<usize>node) << 2
  // Never infinite: a query of zeros would make it NaN.
  store<f32>(errors + place, min((sqrt(error) + 1e-4) * slack, f32.MAX_VALUE))
  if (codeNorms != 0) {
    store<u32>(codeNorms + place, length)
    store<f32>(lengths + place, sqrt(<f32>length) * slack)
  }
  if (squares != 0) store<f32>(squares + place, squaredNorm(vector))
  return length
}

/** Rounded to a step of the code, and cut off. */
function step(v: v128): v128 {
  return i32x4.max_s(i32x4.min_s(i32x4.trunc_sat_f32x4_s(f32x4.nearest(v)), i32x4.splat(63)), i32x4.splat(-64))
}

function squaredError(v: v128, code: v128): v128 {
  const difference = f32x4.sub(v, f32x4.convert_i32x4_s(code))
  return f32x4.mul(difference, difference)
}

function squaredNorm(vector: usize): f32 {
  let sum: f64 = 0
  for (let i: usize = 0; i < vectorBytes; i += 4) {
    const element = <f64>load<f32>(vector + i)
    sum += element * element
  }
  return <f32>sum
}

/** One bit an element: whether it is above the mean. Bits after the last element are 0, as both sides are. */
export function binarize(vector: usize, target: usize, unit: f32): void {
  const scale = f32x4.splat(unit)
  for (let byte: usize = 0; byte < bitBytes; byte++) {
    const at = byte << 5
    const low = f32x4.gt(f32x4.mul(rowFloats(vector, at, vectorBytes), scale), rowFloats(means, at, vectorBytes))
    const high = f32x4.gt(f32x4.mul(rowFloats(vector, at + 16, vectorBytes), scale), rowFloats(means, at + 16, vectorBytes))
    store<u8>(target + byte, <u8>(i32x4.bitmask(low) | (i32x4.bitmask(high) << 4)))
  }
}

/** Sets the added dimension of dot for the nodes from `first` to `end`, so that each |c|² with its square is `largest`, or more where it was. */
export function fillGaps(gaps: usize, first: u32, end: u32, largest: u32): void {
  for (let node = first; node < end; node++) {
    const place = (<usize>node) << 2
    const norm = load<u32>(codeNorms + place)
    store<i32>(gaps + place, norm >= largest ? 0 : <i32>nearest(sqrt(<f64>(largest - norm))))
  }
}
