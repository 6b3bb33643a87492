import { DimensionMismatchError, InvalidArgumentError, InvalidVectorError, type Metric } from '@voisin/spec'

// Beyond these an f32 distance would overflow or lose its digits. For dot and l2, norms up to 1e18 keep every product, square and
// sum finite; a cosine divides by the norm and bears more.
const LARGEST_NORM = 1e18
const COSINE_SMALLEST_NORM = 1e-30
const COSINE_LARGEST_NORM = 1e30

/**
 * Refuses vectors that an index of this dim and metric would refuse; adds nothing.
 *
 * @param vectors Rows of `dim` elements, one after another.
 * @returns The euclidean norm of each row.
 * @throws {DimensionMismatchError} The length is not a multiple of `dim`.
 * @throws {InvalidVectorError} A row has an element that is not finite; or its norm is outside 1e-30 … 1e30 (cosine: a zero vector
 *   has no direction) or above 1e18 (dot, l2).
 */
export function checkVectors(vectors: Float32Array, dim: number, metric: Metric): Float32Array {
  return checkRows(vectors, dim, metric, 0)
}

/** The same for a part of some vectors, whose first row has this number in errors. */
export function checkRows(vectors: Float32Array, dim: number, metric: Metric, first: number): Float32Array {
  const count = checkCount(vectors, dim)
  const norms = new Float32Array(count)
  for (let row = 0; row < count; row++) norms[row] = checkedNorm(vectors, row * dim, dim, metric, first + row)
  return norms
}

/**
 * How many vectors these are; none of them is looked at.
 * @throws {InvalidArgumentError} It is no Float32Array.
 * @throws {DimensionMismatchError} The length is not a multiple of `dim`.
 */
export function checkCount(vectors: Float32Array, dim: number): number {
  checkFloats(vectors)
  const count = vectors.length / dim
  if (Number.isInteger(count)) return count
  throw new DimensionMismatchError('Not a whole number of vectors.', {
    expected: `a multiple of ${dim} numbers`,
    received: String(vectors.length),
    remedy: 'Embed with the model the index was made for.',
  })
}

/** The norm of one vector, refused for the same reasons as in `checkVectors`; its length must be exactly `dim`. */
export function checkVector(vector: Float32Array, dim: number, metric: Metric): number {
  checkFloats(vector)
  if (vector.length !== dim) {
    throw new DimensionMismatchError('The vector has the wrong length.', {
      expected: `${dim} numbers`,
      received: String(vector.length),
      remedy: 'Embed with the model the index was made for.',
    })
  }
  return checkedNorm(vector, 0, dim, metric, 0)
}

function checkFloats(vectors: Float32Array): void {
  // By tag, not instanceof: an array from another realm (an iframe) is as good.
  if (ArrayBuffer.isView(vectors) && vectors[Symbol.toStringTag] === 'Float32Array') return
  throw new InvalidArgumentError('Not a vector.', { expected: 'a Float32Array', received: typeName(vectors) })
}

function typeName(value: unknown): string {
  return value === null ? 'null' : typeof value === 'object' ? (value.constructor?.name ?? 'an object') : typeof value
}

function checkedNorm(vectors: Float32Array, start: number, dim: number, metric: Metric, row: number): number {
  const norm = Math.sqrt(sumOfSquares(vectors, start, start + dim))
  // Squares of f32 cannot overflow an f64, so the sum is finite exactly if every element is.
  if (!Number.isFinite(norm)) {
    const at = vectors.subarray(start, start + dim).findIndex((element) => !Number.isFinite(element))
    throw new InvalidVectorError(`Vector ${row} has an element that is not finite.`, {
      expected: 'finite numbers',
      received: `${vectors[start + at]} at ${at}`,
      remedy: 'Leave it out, and look at what made it.',
    })
  }
  if (metric === 'cosine' ? norm >= COSINE_SMALLEST_NORM && norm <= COSINE_LARGEST_NORM : norm <= LARGEST_NORM) return norm
  throw new InvalidVectorError(norm === 0 ? `Vector ${row} is zero and has no direction.` : `Vector ${row} is out of range.`, {
    expected:
      metric === 'cosine'
        ? `a norm from ${COSINE_SMALLEST_NORM} to ${COSINE_LARGEST_NORM} (metric cosine)`
        : `a norm of at most ${LARGEST_NORM} (metric ${metric})`,
    received: String(norm),
    remedy: norm === 0 ? "Leave it out, or use the metric 'dot' or 'l2'." : 'Scale it.',
  })
}

function sumOfSquares(vectors: Float32Array, start: number, end: number): number {
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  let i = start
  for (; i + 4 <= end; i += 4) {
    a += vectors[i]! * vectors[i]!
    b += vectors[i + 1]! * vectors[i + 1]!
    c += vectors[i + 2]! * vectors[i + 2]!
    d += vectors[i + 3]! * vectors[i + 3]!
  }
  for (; i < end; i++) a += vectors[i]! * vectors[i]!
  return a + b + c + d
}
