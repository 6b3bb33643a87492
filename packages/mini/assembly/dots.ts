/**
 * Dot products of rows with a vector, and of each row with itself.
 *
 * @param rows i8, `stride` a row: a multiple of 16.
 * @param vector f64, `stride` of them, 16-byte aligned; zeros behind its last element.
 * @param products f64, one a row: of each four elements the first two add to one sum and the others to another; both together.
 * @param squares f64, one a row.
 */
export function dots(rows: usize, stride: usize, count: usize, vector: usize, products: usize, squares: usize): void {
  let row = rows
  for (let i: usize = 0; i < count; i++, row += stride) {
    let sums = f64x2.splat(0)
    let square = i32x4.splat(0)
    let at = vector
    for (let first: usize = 0; first < stride; first += 16, at += 128) {
      const bytes = v128.load(row + first)
      const low = i16x8.extend_low_i8x16_s(bytes)
      const high = i16x8.extend_high_i8x16_s(bytes)
      square = i32x4.add(square, i32x4.add(i32x4.dot_i16x8_s(low, low), i32x4.dot_i16x8_s(high, high)))
      sums = f64x2.add(sums, ofFour(i32x4.extend_low_i16x8_s(low), at))
      sums = f64x2.add(sums, ofFour(i32x4.extend_high_i16x8_s(low), at + 32))
      sums = f64x2.add(sums, ofFour(i32x4.extend_low_i16x8_s(high), at + 64))
      sums = f64x2.add(sums, ofFour(i32x4.extend_high_i16x8_s(high), at + 96))
    }
    store<f64>(products + (i << 3), f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1))
    const pairs = i32x4.add(square, v128.shuffle<i32>(square, square, 2, 3, 0, 1))
    store<f64>(squares + (i << 3), <f64>(i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1)))
  }
}

/** x0 y0 + x1 y1, and x2 y2 + x3 y3. */
function ofFour(ints: v128, vector: usize): v128 {
  const one = f64x2.mul(f64x2.convert_low_i32x4_s(ints), v128.load(vector))
  const two = f64x2.mul(f64x2.convert_low_i32x4_s(v128.shuffle<i32>(ints, ints, 2, 3, 2, 3)), v128.load(vector, 16))
  return f64x2.add(v128.shuffle<f64>(one, two, 0, 2), v128.shuffle<f64>(one, two, 1, 3))
}
