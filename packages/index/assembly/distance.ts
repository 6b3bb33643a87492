// Distances of one query to four vectors at a time. Four at a time, because the sums of four vectors are four independent chains of
// additions, which hides their latency, and because one load of the query then serves four. Every distance the index ever gives comes
// through `distance4`, so a vector's distance has the same bits whether it was scanned, filtered or asked for by offset.

/** Codes of the metrics; `src/metric-code.ts` and the file format use the same. */
export const COSINE: i32 = 0
export const DOT: i32 = 1
export const L2: i32 = 2

/**
 * Dot products of a query with four vectors, one in each lane. All are f32 at byte addresses that are multiples of 4; `bytes` is a
 * multiple of 16, the tail padded with zeros, which change no dot. Lanes sum apart, so the last bits may differ from the scalar twin.
 */
function dot4(query: usize, a: usize, b: usize, c: usize, d: usize, bytes: usize): v128 {
  let sumA = f32x4.splat(0)
  let sumB = f32x4.splat(0)
  let sumC = f32x4.splat(0)
  let sumD = f32x4.splat(0)
  const end = query + bytes
  const unrolledEnd = query + (bytes & ~63)
  while (query < unrolledEnd) {
    let q = v128.load(query)
    sumA = f32x4.add(sumA, f32x4.mul(q, v128.load(a)))
    sumB = f32x4.add(sumB, f32x4.mul(q, v128.load(b)))
    sumC = f32x4.add(sumC, f32x4.mul(q, v128.load(c)))
    sumD = f32x4.add(sumD, f32x4.mul(q, v128.load(d)))
    q = v128.load(query, 16)
    sumA = f32x4.add(sumA, f32x4.mul(q, v128.load(a, 16)))
    sumB = f32x4.add(sumB, f32x4.mul(q, v128.load(b, 16)))
    sumC = f32x4.add(sumC, f32x4.mul(q, v128.load(c, 16)))
    sumD = f32x4.add(sumD, f32x4.mul(q, v128.load(d, 16)))
    q = v128.load(query, 32)
    sumA = f32x4.add(sumA, f32x4.mul(q, v128.load(a, 32)))
    sumB = f32x4.add(sumB, f32x4.mul(q, v128.load(b, 32)))
    sumC = f32x4.add(sumC, f32x4.mul(q, v128.load(c, 32)))
    sumD = f32x4.add(sumD, f32x4.mul(q, v128.load(d, 32)))
    q = v128.load(query, 48)
    sumA = f32x4.add(sumA, f32x4.mul(q, v128.load(a, 48)))
    sumB = f32x4.add(sumB, f32x4.mul(q, v128.load(b, 48)))
    sumC = f32x4.add(sumC, f32x4.mul(q, v128.load(c, 48)))
    sumD = f32x4.add(sumD, f32x4.mul(q, v128.load(d, 48)))
    query += 64
    a += 64
    b += 64
    c += 64
    d += 64
  }
  while (query < end) {
    const q = v128.load(query)
    sumA = f32x4.add(sumA, f32x4.mul(q, v128.load(a)))
    sumB = f32x4.add(sumB, f32x4.mul(q, v128.load(b)))
    sumC = f32x4.add(sumC, f32x4.mul(q, v128.load(c)))
    sumD = f32x4.add(sumD, f32x4.mul(q, v128.load(d)))
    query += 16
    a += 16
    b += 16
    c += 16
    d += 16
  }
  return fold4(sumA, sumB, sumC, sumD)
}

/** Squared euclidean distances of a query to four vectors, one in each lane; the same conditions as `dot4`. */
function square4(query: usize, a: usize, b: usize, c: usize, d: usize, bytes: usize): v128 {
  let sumA = f32x4.splat(0)
  let sumB = f32x4.splat(0)
  let sumC = f32x4.splat(0)
  let sumD = f32x4.splat(0)
  const end = query + bytes
  const unrolledEnd = query + (bytes & ~31)
  while (query < unrolledEnd) {
    let q = v128.load(query)
    sumA = addSquare(sumA, f32x4.sub(q, v128.load(a)))
    sumB = addSquare(sumB, f32x4.sub(q, v128.load(b)))
    sumC = addSquare(sumC, f32x4.sub(q, v128.load(c)))
    sumD = addSquare(sumD, f32x4.sub(q, v128.load(d)))
    q = v128.load(query, 16)
    sumA = addSquare(sumA, f32x4.sub(q, v128.load(a, 16)))
    sumB = addSquare(sumB, f32x4.sub(q, v128.load(b, 16)))
    sumC = addSquare(sumC, f32x4.sub(q, v128.load(c, 16)))
    sumD = addSquare(sumD, f32x4.sub(q, v128.load(d, 16)))
    query += 32
    a += 32
    b += 32
    c += 32
    d += 32
  }
  while (query < end) {
    const q = v128.load(query)
    sumA = addSquare(sumA, f32x4.sub(q, v128.load(a)))
    sumB = addSquare(sumB, f32x4.sub(q, v128.load(b)))
    sumC = addSquare(sumC, f32x4.sub(q, v128.load(c)))
    sumD = addSquare(sumD, f32x4.sub(q, v128.load(d)))
    query += 16
    a += 16
    b += 16
    c += 16
    d += 16
  }
  return fold4(sumA, sumB, sumC, sumD)
}

function addSquare(sum: v128, difference: v128): v128 {
  return f32x4.add(sum, f32x4.mul(difference, difference))
}

/** The four lanes of each of four vectors, added up into one lane each. */
function fold4(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7))
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7))
  return f32x4.add(v128.shuffle<f64>(ab, cd, 0, 2), v128.shuffle<f64>(ab, cd, 1, 3))
}

/**
 * Distances of a query to the vectors at four offsets, one in each lane; smaller is nearer.
 *
 * `query` has length one for cosine (the caller divides), `norms` holds the f32 length of every vector for cosine and is not read
 * otherwise. `bytes` is the length of a vector in memory, a multiple of 16. `offsets` points to four u32, repeats allowed.
 */
export function distance4(metric: i32, query: usize, bytes: usize, vectors: usize, norms: usize, offsets: usize): v128 {
  const offsetA = <usize>load<u32>(offsets)
  const offsetB = <usize>load<u32>(offsets, 4)
  const offsetC = <usize>load<u32>(offsets, 8)
  const offsetD = <usize>load<u32>(offsets, 12)
  const a = vectors + bytes * offsetA
  const b = vectors + bytes * offsetB
  const c = vectors + bytes * offsetC
  const d = vectors + bytes * offsetD
  if (metric == L2) return square4(query, a, b, c, d, bytes)
  const dots = dot4(query, a, b, c, d, bytes)
  // 0 − x and not −x: a dot of zero must not become −0, which would sort before 0.
  if (metric == DOT) return f32x4.sub(f32x4.splat(0), dots)
  let norm4 = v128.load32_zero(norms + (offsetA << 2))
  norm4 = v128.load_lane<f32>(norms + (offsetB << 2), norm4, 1)
  norm4 = v128.load_lane<f32>(norms + (offsetC << 2), norm4, 2)
  norm4 = v128.load_lane<f32>(norms + (offsetD << 2), norm4, 3)
  // Rounding can carry a cosine a few ε beyond ±1.
  const distances = f32x4.sub(f32x4.splat(1), f32x4.div(dots, norm4))
  return f32x4.min(f32x4.max(distances, f32x4.splat(0)), f32x4.splat(2))
}

/** Four elements of a row at a byte offset; zeros beyond its end. */
export function rowFloats(row: usize, at: usize, bytes: usize): v128 {
  return at < bytes ? v128.load(row + at) : f32x4.splat(0)
}
