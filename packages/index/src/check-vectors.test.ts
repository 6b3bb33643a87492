import { expect, test } from 'vitest'
import { checkVectors } from './check-vectors.ts'

const invalid = expect.objectContaining({ code: 'invalid-vector' })

test('the norms of good vectors are their lengths', () => {
  expect([...checkVectors(Float32Array.of(3, 4, 0, 0, 2, 0), 2, 'l2')]).toEqual([5, 0, 2])
  expect([...checkVectors(new Float32Array(12).fill(2), 6, 'cosine')]).toEqual([
    Math.fround(Math.sqrt(24)),
    Math.fround(Math.sqrt(24)),
  ])
})

test('an element that is not finite is named with its vector and place', () => {
  const vectors = new Float32Array(21).fill(1)
  vectors[17] = Number.NaN
  expect(() => checkVectors(vectors, 7, 'dot')).toThrow(/Vector 2 .*NaN at 3/)
})

test('a norm so large or small that distances would not be numbers is refused', () => {
  for (const metric of ['dot', 'l2'] as const) {
    expect(() => checkVectors(Float32Array.of(2e18), 1, metric)).toThrow(invalid)
    expect(checkVectors(Float32Array.of(1e-40), 1, metric).length).toBe(1)
  }
  expect(() => checkVectors(Float32Array.of(1e-40), 1, 'cosine')).toThrow(invalid)
  expect(() => checkVectors(Float32Array.of(2e30), 1, 'cosine')).toThrow(invalid)
  expect(checkVectors(Float32Array.of(1e25), 1, 'cosine').length).toBe(1)
})
