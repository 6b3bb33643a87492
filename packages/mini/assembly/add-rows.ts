/**
 * Adds rows, each times a number, to a vector, row after row.
 *
 * @param rows i8, `stride` a row: a multiple of 16.
 * @param times f64, one a row.
 * @param to f64, `stride` of them, 16-byte aligned.
 */
export function addRows(rows: usize, stride: usize, count: usize, times: usize, to: usize): void {
  // Sixteen elements of every row, then the next sixteen: the sums stay in registers.
  for (let first: usize = 0; first < stride; first += 16) {
    const target = to + (first << 3)
    let a = v128.load(target)
    let b = v128.load(target, 16)
    let c = v128.load(target, 32)
    let d = v128.load(target, 48)
    let e = v128.load(target, 64)
    let f = v128.load(target, 80)
    let g = v128.load(target, 96)
    let h = v128.load(target, 112)
    let row = rows + first
    for (let i: usize = 0; i < count; i++, row += stride) {
      const factor = v128.load_splat<f64>(times + (i << 3))
      const bytes = v128.load(row)
      const low = i16x8.extend_low_i8x16_s(bytes)
      const high = i16x8.extend_high_i8x16_s(bytes)
      const one = i32x4.extend_low_i16x8_s(low)
      const two = i32x4.extend_high_i16x8_s(low)
      const three = i32x4.extend_low_i16x8_s(high)
      const four = i32x4.extend_high_i16x8_s(high)
      a = f64x2.add(a, f64x2.mul(factor, f64x2.convert_low_i32x4_s(one)))
      b = f64x2.add(b, f64x2.mul(factor, f64x2.convert_low_i32x4_s(upper(one))))
      c = f64x2.add(c, f64x2.mul(factor, f64x2.convert_low_i32x4_s(two)))
      d = f64x2.add(d, f64x2.mul(factor, f64x2.convert_low_i32x4_s(upper(two))))
      e = f64x2.add(e, f64x2.mul(factor, f64x2.convert_low_i32x4_s(three)))
      f = f64x2.add(f, f64x2.mul(factor, f64x2.convert_low_i32x4_s(upper(three))))
      g = f64x2.add(g, f64x2.mul(factor, f64x2.convert_low_i32x4_s(four)))
      h = f64x2.add(h, f64x2.mul(factor, f64x2.convert_low_i32x4_s(upper(four))))
    }
    v128.store(target, a)
    v128.store(target, b, 16)
    v128.store(target, c, 32)
    v128.store(target, d, 48)
    v128.store(target, e, 64)
    v128.store(target, f, 80)
    v128.store(target, g, 96)
    v128.store(target, h, 112)
  }
}

function upper(ints: v128): v128 {
  return v128.shuffle<i32>(ints, ints, 2, 3, 2, 3)
}
