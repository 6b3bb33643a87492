// Dot products of codes, exact integers. A row is one side prepared once and used often: signed bytes, −64 … 63, for the relaxed
// instructions; widened to i16 for the plain one. The other side is u7 codes as they lie in memory. All ways give the same integers: with
// codes of at most 127 a sum of two products stays within ±16,256, so that no relaxed instruction saturates and two such sums fit an i16.

/**
 * Whether two sums of pairs are added as i16 before they are widened. The instruction that adds into i32 is a single one where the processor
 * has it (AVX-VNNI, Arm's dot product) and five where not; then halves take half the time. Only a trial can tell: `src/kernels.ts`.
 */
let addsHalves: bool = false

export function setAddsHalves(value: bool): void {
  addsHalves = value
}

/** Adds the products of two rows of sixteen to four sums, by way of i16. */
function addHalves(sums: v128, q0: v128, c0: v128, q1: v128, c1: v128): v128 {
  const pairs = i16x8.add(i16x8.relaxed_dot_i8x16_i7x16_s(q0, c0), i16x8.relaxed_dot_i8x16_i7x16_s(q1, c1))
  return i32x4.add(sums, i32x4.extadd_pairwise_i16x8_s(pairs))
}

/** Bytes of a prepared row for so many codes. */
export function rowBytes(bytes: usize): usize {
  return ASC_FEATURE_RELAXED_SIMD ? bytes : bytes << 1
}

/** Adds the products of four rows of sixteen by way of i16; of tame rows only. */
function addTame(sums: v128, q0: v128, c0: v128, q1: v128, c1: v128, q2: v128, c2: v128, q3: v128, c3: v128): v128 {
  const a = i16x8.add(i16x8.relaxed_dot_i8x16_i7x16_s(q0, c0), i16x8.relaxed_dot_i8x16_i7x16_s(q1, c1))
  const b = i16x8.add(i16x8.relaxed_dot_i8x16_i7x16_s(q2, c2), i16x8.relaxed_dot_i8x16_i7x16_s(q3, c3))
  return i32x4.add(sums, i32x4.extadd_pairwise_i16x8_s(i16x8.add(a, b)))
}

/**
 * Whether four sums of pairs of this row's products fit an i16, whatever the codes: nearly always, since elements are mostly far smaller than
 * the largest. Then a sixth of the multiplications is saved.
 */
export function isTame(row: usize, bytes: usize): bool {
  if (!ASC_FEATURE_RELAXED_SIMD) return false
  let largest = i16x8.splat(0)
  for (let i: usize = 0; i < bytes; i += 64) {
    const a = i16x8.add(pairSizes(v128.load(row + i)), pairSizes(v128.load(row + i, 16)))
    const b = i16x8.add(pairSizes(v128.load(row + i, 32)), pairSizes(v128.load(row + i, 48)))
    largest = i16x8.max_s(largest, i16x8.add(a, b))
  }
  // 258 · 127 is the last multiple below 2¹⁵.
  return !v128.any_true(i16x8.gt_s(largest, i16x8.splat(258)))
}

function pairSizes(row: v128): v128 {
  return i16x8.extadd_pairwise_i8x16_s(i8x16.abs(row))
}

/** Writes signed bytes (a query's) as a row. `bytes` is a multiple of 16. */
export function prepareSigned(source: usize, bytes: usize, target: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) prepare16(v128.load(source + i), target, i)
}

/** Writes a node's code as a row, its bias taken away; returns 64 · Σ of the row, which the bias of the other side adds to every dot. */
export function prepareCode(code: usize, bytes: usize, target: usize): i32 {
  const bias = i8x16.splat(64)
  let sums = i32x4.splat(0)
  for (let i: usize = 0; i < bytes; i += 16) {
    const signed = i8x16.sub(v128.load(code + i), bias)
    prepare16(signed, target, i)
    sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_s(i16x8.extadd_pairwise_i8x16_s(signed)))
  }
  return sum4(sums) << 6
}

function prepare16(signed: v128, target: usize, at: usize): void {
  if (ASC_FEATURE_RELAXED_SIMD) {
    v128.store(target + at, signed)
  } else {
    v128.store(target + (at << 1), i16x8.extend_low_i8x16_s(signed))
    v128.store(target + (at << 1), i16x8.extend_high_i8x16_s(signed), 16)
  }
}

/** The sum of four lanes. */
export function sum4(v: v128): i32 {
  const pairs = i32x4.add(v, v128.shuffle<i32>(v, v, 2, 3, 0, 1))
  return i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1)
}

/** Dot products of a row with four codes, one in each lane. `bytes` is a multiple of 64; `tame` says what `isTame` says of the row. */
export function dotCode4(row: usize, a: usize, b: usize, c: usize, d: usize, bytes: usize, tame: bool): v128 {
  let a0 = i32x4.splat(0)
  let b0 = i32x4.splat(0)
  let c0 = i32x4.splat(0)
  let d0 = i32x4.splat(0)
  let a1 = i32x4.splat(0)
  let b1 = i32x4.splat(0)
  let c1 = i32x4.splat(0)
  let d1 = i32x4.splat(0)
  const end = a + bytes
  if (ASC_FEATURE_RELAXED_SIMD && addsHalves && tame) {
    while (a < end) {
      const q = v128.load(row)
      const r = v128.load(row, 16)
      const s = v128.load(row, 32)
      const t = v128.load(row, 48)
      a0 = addTame(a0, q, v128.load(a), r, v128.load(a, 16), s, v128.load(a, 32), t, v128.load(a, 48))
      b0 = addTame(b0, q, v128.load(b), r, v128.load(b, 16), s, v128.load(b, 32), t, v128.load(b, 48))
      c0 = addTame(c0, q, v128.load(c), r, v128.load(c, 16), s, v128.load(c, 32), t, v128.load(c, 48))
      d0 = addTame(d0, q, v128.load(d), r, v128.load(d, 16), s, v128.load(d, 32), t, v128.load(d, 48))
      row += 64
      a += 64
      b += 64
      c += 64
      d += 64
    }
  } else if (ASC_FEATURE_RELAXED_SIMD && addsHalves) {
    while (a < end) {
      let q = v128.load(row)
      let r = v128.load(row, 16)
      a0 = addHalves(a0, q, v128.load(a), r, v128.load(a, 16))
      b0 = addHalves(b0, q, v128.load(b), r, v128.load(b, 16))
      c0 = addHalves(c0, q, v128.load(c), r, v128.load(c, 16))
      d0 = addHalves(d0, q, v128.load(d), r, v128.load(d, 16))
      q = v128.load(row, 32)
      r = v128.load(row, 48)
      a1 = addHalves(a1, q, v128.load(a, 32), r, v128.load(a, 48))
      b1 = addHalves(b1, q, v128.load(b, 32), r, v128.load(b, 48))
      c1 = addHalves(c1, q, v128.load(c, 32), r, v128.load(c, 48))
      d1 = addHalves(d1, q, v128.load(d, 32), r, v128.load(d, 48))
      row += 64
      a += 64
      b += 64
      c += 64
      d += 64
    }
  } else if (ASC_FEATURE_RELAXED_SIMD) {
    while (a < end) {
      let q = v128.load(row)
      a0 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, v128.load(a), a0)
      b0 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, v128.load(b), b0)
      c0 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, v128.load(c), c0)
      d0 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, v128.load(d), d0)
      q = v128.load(row, 16)
      a1 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, v128.load(a, 16), a1)
      b1 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, v128.load(b, 16), b1)
      c1 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, v128.load(c, 16), c1)
      d1 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, v128.load(d, 16), d1)
      q = v128.load(row, 32)
      a0 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, v128.load(a, 32), a0)
      b0 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, v128.load(b, 32), b0)
      c0 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, v128.load(c, 32), c0)
      d0 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, v128.load(d, 32), d0)
      q = v128.load(row, 48)
      a1 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, v128.load(a, 48), a1)
      b1 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, v128.load(b, 48), b1)
      c1 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, v128.load(c, 48), c1)
      d1 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, v128.load(d, 48), d1)
      row += 64
      a += 64
      b += 64
      c += 64
      d += 64
    }
  } else {
    while (a < end) {
      let q = v128.load(row)
      a0 = i32x4.add(a0, i32x4.dot_i16x8_s(q, v128.load_ext<i8>(a)))
      b0 = i32x4.add(b0, i32x4.dot_i16x8_s(q, v128.load_ext<i8>(b)))
      c0 = i32x4.add(c0, i32x4.dot_i16x8_s(q, v128.load_ext<i8>(c)))
      d0 = i32x4.add(d0, i32x4.dot_i16x8_s(q, v128.load_ext<i8>(d)))
      q = v128.load(row, 16)
      a1 = i32x4.add(a1, i32x4.dot_i16x8_s(q, v128.load_ext<i8>(a, 8)))
      b1 = i32x4.add(b1, i32x4.dot_i16x8_s(q, v128.load_ext<i8>(b, 8)))
      c1 = i32x4.add(c1, i32x4.dot_i16x8_s(q, v128.load_ext<i8>(c, 8)))
      d1 = i32x4.add(d1, i32x4.dot_i16x8_s(q, v128.load_ext<i8>(d, 8)))
      q = v128.load(row, 32)
      a0 = i32x4.add(a0, i32x4.dot_i16x8_s(q, v128.load_ext<i8>(a, 16)))
      b0 = i32x4.add(b0, i32x4.dot_i16x8_s(q, v128.load_ext<i8>(b, 16)))
      c0 = i32x4.add(c0, i32x4.dot_i16x8_s(q, v128.load_ext<i8>(c, 16)))
      d0 = i32x4.add(d0, i32x4.dot_i16x8_s(q, v128.load_ext<i8>(d, 16)))
      q = v128.load(row, 48)
      a1 = i32x4.add(a1, i32x4.dot_i16x8_s(q, v128.load_ext<i8>(a, 24)))
      b1 = i32x4.add(b1, i32x4.dot_i16x8_s(q, v128.load_ext<i8>(b, 24)))
      c1 = i32x4.add(c1, i32x4.dot_i16x8_s(q, v128.load_ext<i8>(c, 24)))
      d1 = i32x4.add(d1, i32x4.dot_i16x8_s(q, v128.load_ext<i8>(d, 24)))
      row += 64
      a += 32
      b += 32
      c += 32
      d += 32
    }
  }
  return foldCode4(i32x4.add(a0, a1), i32x4.add(b0, b1), i32x4.add(c0, c1), i32x4.add(d0, d1))
}

/** The four lanes of each of four vectors, added up into one lane each. */
export function foldCode4(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7))
  const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7))
  return i32x4.add(v128.shuffle<i64>(ab, cd, 0, 2), v128.shuffle<i64>(ab, cd, 1, 3))
}

/** What `block` found: dot products of its four rows, one in each lane, with its first and its second code. */
export let block0: v128 = i32x4.splat(0)
export let block1: v128 = i32x4.splat(0)

/**
 * Dot products of four rows with two codes, into `block0` and `block1`. Rows lie `step` bytes apart. Eight sums, two codes and one row
 * are eleven of the sixteen SIMD registers of x86-64; four by four would spill. `bytes` is a multiple of 64; `tame`: all four rows are.
 */
export function block(row: usize, step: usize, a: usize, b: usize, bytes: usize, tame: bool): void {
  let rowB = row + step
  let rowC = rowB + step
  let rowD = rowC + step
  let a0 = i32x4.splat(0)
  let a1 = i32x4.splat(0)
  let a2 = i32x4.splat(0)
  let a3 = i32x4.splat(0)
  let b0 = i32x4.splat(0)
  let b1 = i32x4.splat(0)
  let b2 = i32x4.splat(0)
  let b3 = i32x4.splat(0)
  const end = a + bytes
  if (ASC_FEATURE_RELAXED_SIMD && addsHalves && tame) {
    // One code after the other: with both there would be too few registers for so many rows and codes.
    while (a < end) {
      let w = v128.load(a)
      let x = v128.load(a, 16)
      let y = v128.load(a, 32)
      let z = v128.load(a, 48)
      a0 = addTame(a0, v128.load(row), w, v128.load(row, 16), x, v128.load(row, 32), y, v128.load(row, 48), z)
      a1 = addTame(a1, v128.load(rowB), w, v128.load(rowB, 16), x, v128.load(rowB, 32), y, v128.load(rowB, 48), z)
      a2 = addTame(a2, v128.load(rowC), w, v128.load(rowC, 16), x, v128.load(rowC, 32), y, v128.load(rowC, 48), z)
      a3 = addTame(a3, v128.load(rowD), w, v128.load(rowD, 16), x, v128.load(rowD, 32), y, v128.load(rowD, 48), z)
      w = v128.load(b)
      x = v128.load(b, 16)
      y = v128.load(b, 32)
      z = v128.load(b, 48)
      b0 = addTame(b0, v128.load(row), w, v128.load(row, 16), x, v128.load(row, 32), y, v128.load(row, 48), z)
      b1 = addTame(b1, v128.load(rowB), w, v128.load(rowB, 16), x, v128.load(rowB, 32), y, v128.load(rowB, 48), z)
      b2 = addTame(b2, v128.load(rowC), w, v128.load(rowC, 16), x, v128.load(rowC, 32), y, v128.load(rowC, 48), z)
      b3 = addTame(b3, v128.load(rowD), w, v128.load(rowD, 16), x, v128.load(rowD, 32), y, v128.load(rowD, 48), z)
      row += 64
      rowB += 64
      rowC += 64
      rowD += 64
      a += 64
      b += 64
    }
  } else if (ASC_FEATURE_RELAXED_SIMD && addsHalves) {
    while (a < end) {
      const x0 = v128.load(a)
      const x1 = v128.load(a, 16)
      const y0 = v128.load(b)
      const y1 = v128.load(b, 16)
      let q = v128.load(row)
      let r = v128.load(row, 16)
      a0 = addHalves(a0, q, x0, r, x1)
      b0 = addHalves(b0, q, y0, r, y1)
      q = v128.load(rowB)
      r = v128.load(rowB, 16)
      a1 = addHalves(a1, q, x0, r, x1)
      b1 = addHalves(b1, q, y0, r, y1)
      q = v128.load(rowC)
      r = v128.load(rowC, 16)
      a2 = addHalves(a2, q, x0, r, x1)
      b2 = addHalves(b2, q, y0, r, y1)
      q = v128.load(rowD)
      r = v128.load(rowD, 16)
      a3 = addHalves(a3, q, x0, r, x1)
      b3 = addHalves(b3, q, y0, r, y1)
      row += 32
      rowB += 32
      rowC += 32
      rowD += 32
      a += 32
      b += 32
    }
  } else if (ASC_FEATURE_RELAXED_SIMD) {
    while (a < end) {
      let x = v128.load(a)
      let y = v128.load(b)
      let q = v128.load(row)
      a0 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, x, a0)
      b0 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, y, b0)
      q = v128.load(rowB)
      a1 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, x, a1)
      b1 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, y, b1)
      q = v128.load(rowC)
      a2 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, x, a2)
      b2 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, y, b2)
      q = v128.load(rowD)
      a3 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, x, a3)
      b3 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, y, b3)
      x = v128.load(a, 16)
      y = v128.load(b, 16)
      q = v128.load(row, 16)
      a0 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, x, a0)
      b0 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, y, b0)
      q = v128.load(rowB, 16)
      a1 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, x, a1)
      b1 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, y, b1)
      q = v128.load(rowC, 16)
      a2 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, x, a2)
      b2 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, y, b2)
      q = v128.load(rowD, 16)
      a3 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, x, a3)
      b3 = i32x4.relaxed_dot_i8x16_i7x16_add_s(q, y, b3)
      row += 32
      rowB += 32
      rowC += 32
      rowD += 32
      a += 32
      b += 32
    }
  } else {
    while (a < end) {
      let x = v128.load_ext<i8>(a)
      let y = v128.load_ext<i8>(b)
      let q = v128.load(row)
      a0 = i32x4.add(a0, i32x4.dot_i16x8_s(q, x))
      b0 = i32x4.add(b0, i32x4.dot_i16x8_s(q, y))
      q = v128.load(rowB)
      a1 = i32x4.add(a1, i32x4.dot_i16x8_s(q, x))
      b1 = i32x4.add(b1, i32x4.dot_i16x8_s(q, y))
      q = v128.load(rowC)
      a2 = i32x4.add(a2, i32x4.dot_i16x8_s(q, x))
      b2 = i32x4.add(b2, i32x4.dot_i16x8_s(q, y))
      q = v128.load(rowD)
      a3 = i32x4.add(a3, i32x4.dot_i16x8_s(q, x))
      b3 = i32x4.add(b3, i32x4.dot_i16x8_s(q, y))
      x = v128.load_ext<i8>(a, 8)
      y = v128.load_ext<i8>(b, 8)
      q = v128.load(row, 16)
      a0 = i32x4.add(a0, i32x4.dot_i16x8_s(q, x))
      b0 = i32x4.add(b0, i32x4.dot_i16x8_s(q, y))
      q = v128.load(rowB, 16)
      a1 = i32x4.add(a1, i32x4.dot_i16x8_s(q, x))
      b1 = i32x4.add(b1, i32x4.dot_i16x8_s(q, y))
      q = v128.load(rowC, 16)
      a2 = i32x4.add(a2, i32x4.dot_i16x8_s(q, x))
      b2 = i32x4.add(b2, i32x4.dot_i16x8_s(q, y))
      q = v128.load(rowD, 16)
      a3 = i32x4.add(a3, i32x4.dot_i16x8_s(q, x))
      b3 = i32x4.add(b3, i32x4.dot_i16x8_s(q, y))
      row += 32
      rowB += 32
      rowC += 32
      rowD += 32
      a += 16
      b += 16
    }
  }
  block0 = foldCode4(a0, a1, a2, a3)
  block1 = foldCode4(b0, b1, b2, b3)
}

/** Computes blocks of 384 elements over the memory from `at` on (8 kB of rows, then codes): what `src/kernels.ts` times. */
export function tryDots(at: usize, times: u32): void {
  for (let i: u32 = 0; i < times; i++) block(at, 384, at + 8192 + 768 * (i & 15), at + 8576 + 768 * (i & 15), 384, true)
}
