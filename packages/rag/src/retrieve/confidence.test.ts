import fc from 'fast-check'
import { expect, test } from 'vitest'
import { confidenceOf, lengthOf } from './confidence.ts'

test('a score is as sure as the share of unanswered questions that have less', () => {
  const scores = [1, 2, 3, 4]
  expect(confidenceOf(0.5, scores)).toBe(0)
  expect(confidenceOf(1, scores)).toBeCloseTo(0.2)
  expect(confidenceOf(2.5, scores)).toBeCloseTo(0.5)
  expect(confidenceOf(4, scores)).toBeCloseTo(0.8)
  expect(confidenceOf(5, scores)).toBeGreaterThan(0.8)
  expect([confidenceOf(3, []), confidenceOf(3, [3])]).toEqual([undefined, undefined])
  expect([confidenceOf(3, [3, 3, 3]), confidenceOf(4, [3, 3, 3])]).toEqual([0.25, 1])
})

test('confidence lies between 0 and 1, and a higher score never has less', () => {
  const scores = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true, min: -20, max: 60 }), { minLength: 2, maxLength: 41 })
  const score = fc.float({ noNaN: true, noDefaultInfinity: true, min: -30, max: 90 })
  fc.assert(
    fc.property(scores, score, score, (scores, one, other) => {
      const rising = scores.toSorted((a, b) => a - b)
      const [less, more] = [Math.min(one, other), Math.max(one, other)].map((each) => confidenceOf(each, rising)!) as [
        number,
        number,
      ]
      expect(less).toBeGreaterThanOrEqual(0)
      expect(more).toBeLessThanOrEqual(1)
      expect(less).toBeLessThanOrEqual(more)
    }),
  )
})

test('a question is as long as the words that carry meaning', () => {
  expect(
    ['the tea', 'green tea', 'Where does green tea grow?', 'a b c d e f g h', '"green tea" -milk', '?'].map(lengthOf),
  ).toEqual([1, 2, 3, 4, 2, 1])
})
