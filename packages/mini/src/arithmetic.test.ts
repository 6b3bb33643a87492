import { expect, test, vi } from 'vitest'
import { BLOCK_ROWS } from './arithmetic.ts'
import { openKernelArithmetic } from './kernel-arithmetic.ts'
import { openArithmetic } from './open-arithmetic.ts'
import { PlainArithmetic } from './plain-arithmetic.ts'

// [dim, parts]: parts of one byte to more than the eight that are copied at once; strides with and without zeros at the end.
const SHAPES = [
  [1, 1],
  [2, 1],
  [12, 4],
  [16, 16],
  [33, 3],
  [72, 8],
  [100, 4],
  [384, 64],
] as const

function drawing(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return (state >>> 0) / 2 ** 32
  }
}

test.each(SHAPES)('of %i elements in %i parts the kernels and their twin give the same, bit for bit', (dim, parts) => {
  const draw = drawing(dim)
  const byte = () => Math.floor(draw() * 256)
  const centroids = Int8Array.from({ length: dim * 256 }, byte)
  const codes = Uint8Array.from({ length: BLOCK_ROWS * parts }, byte)
  const books = { dim, parts, centroids }
  const kernels = openKernelArithmetic(books)!
  expect(kernels).toBeDefined()
  const twin = new PlainArithmetic(books)
  for (const count of [1, 2, 7, BLOCK_ROWS]) {
    const times = Float64Array.from({ length: count }, () => (draw() - 0.5) * 10 ** (20 * draw() - 10))
    for (const arithmetic of [kernels, twin]) {
      for (let row = 0; row < count; row++) arithmetic.unpack(codes, row * parts, row)
      arithmetic.times.set(times)
      arithmetic.sum.fill(0)
      arithmetic.addRows(count, arithmetic.sum)
      arithmetic.multiply(count)
      arithmetic.weighted.fill(0)
      arithmetic.addRows(count, arithmetic.weighted)
      arithmetic.addRows(count, arithmetic.weighted)
    }
    expect(twin.stride).toBe(kernels.stride)
    const used = count * twin.stride
    expect(kernels.rows.subarray(0, used)).toEqual(twin.rows.subarray(0, used))
    expect(kernels.sum).toEqual(twin.sum)
    expect(kernels.weighted).toEqual(twin.weighted)
    expect(kernels.products.subarray(0, count)).toEqual(twin.products.subarray(0, count))
    expect(kernels.squares.subarray(0, count)).toEqual(twin.squares.subarray(0, count))
    expect(kernels.sum.some((element) => element !== 0)).toBe(true)
  }
})

test('where there is no WebAssembly the twin is taken', () => {
  const books = { dim: 12, parts: 4, centroids: new Int8Array(12 * 256) }
  expect(openArithmetic(books)).not.toBeInstanceOf(PlainArithmetic)
  vi.stubGlobal('WebAssembly', undefined)
  try {
    expect(openArithmetic(books)).toBeInstanceOf(PlainArithmetic)
  } finally {
    vi.unstubAllGlobals()
  }
})
