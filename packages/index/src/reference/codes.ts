// Scalar twins of the integer kernels in assembly/code-dot.ts, quantize.ts and scan-bits.ts. Integers, so they must be equal.

/** The u7 code with bias 64 of a vector, padded with 64s to a multiple of 64. `unit`: what a component is multiplied with first. */
export function quantize(vector: Float32Array, clip: number, unit: number): Uint8Array {
  const code = new Uint8Array(Math.ceil(vector.length / 64) * 64).fill(64)
  const scale = Math.fround(Math.fround(63 / Math.fround(clip)) * Math.fround(unit))
  for (const [i, element] of vector.entries()) {
    code[i] = 64 + Math.max(-64, Math.min(63, roundToEven(Math.fround(element * scale))))
  }
  return code
}

/** Dot product of two signed codes: both biases taken away. */
export function signedDot(a: Uint8Array, b: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i]! - 64) * (b[i]! - 64)
  return sum
}

/** Squared length of a signed code. */
export function squaredNorm(code: Uint8Array): number {
  return signedDot(code, code)
}

/** The added dimension of dot: with its square each |c|² is `largest`, or what it was if that is more. */
export function gapOf(norm: number, largest: number): number {
  return norm >= largest ? 0 : roundToEven(Math.sqrt(largest - norm))
}

/** One bit an element, the lowest of a byte first: whether it is above the mean. Padded to a multiple of 16 bytes. */
export function binarize(vector: Float32Array, means: Float32Array, unit: number): Uint8Array {
  const bits = new Uint8Array(Math.ceil(vector.length / 128) * 16)
  for (const [i, element] of vector.entries()) {
    if (Math.fround(element * Math.fround(unit)) > means[i]!) bits[i >> 3]! |= 1 << (i & 7)
  }
  return bits
}

/** How many bits differ. */
export function bitDifference(a: Uint8Array, b: Uint8Array): number {
  let count = 0
  for (let i = 0; i < a.length; i++) for (let rest = a[i]! ^ b[i]!; rest !== 0; rest &= rest - 1) count++
  return count
}

/** The nearest integer, the even one of two. */
export function roundToEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  if (rest !== 0.5) return Math.round(value)
  return floor % 2 === 0 ? floor : floor + 1
}
