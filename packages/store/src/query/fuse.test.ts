import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { denseStandard, fuse, type Leg, lexicalStandard, shareOfMeaning } from './fuse.ts'

/** A leg that scores every offset of a small collection and lists the best k. */
function legOf(scores: readonly number[], k: number, standard: (score: number) => number): Leg {
  const order = scores.map((_, offset) => offset).filter((offset) => !Number.isNaN(scores[offset]))
  order.sort((a, b) => scores[b]! - scores[a]! || a - b)
  return {
    offsets: Uint32Array.from(order.slice(0, k)),
    scores: Float32Array.from(order.slice(0, k), (offset) => scores[offset]!),
    scoresOf: (offsets) => Float32Array.from(offsets, (offset) => scores[offset]!),
    standard,
  }
}

function momentsOf(scores: readonly number[]) {
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length
  return { mean, deviation: Math.sqrt(scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / scores.length) }
}

const DENSE = [0.9, 0.1, 0.2, 0.3, 0.25]
const LEXICAL = [0, 7, 0, 5, 0]
const dense = (k: number) => legOf(DENSE, k, lexicalStandard(momentsOf(DENSE)))
const lexical = (k: number) => legOf(LEXICAL, k, lexicalStandard(momentsOf(LEXICAL)))

describe('z-score fusion', () => {
  test('adds both legs’ standard scores by weight, also of points that only one leg listed', () => {
    const d = momentsOf(DENSE)
    const l = momentsOf(LEXICAL)
    const hits = fuse(dense(2), lexical(2), { limit: 10, denseWeight: 0.4 })
    expect(hits.map(({ offset }) => offset).sort()).toEqual([0, 1, 3])
    for (const hit of hits) {
      const denseShare = (0.4 * (DENSE[hit.offset]! - d.mean)) / d.deviation
      const lexicalShare = (0.6 * (LEXICAL[hit.offset]! - l.mean)) / l.deviation
      expect(hit.dense?.share).toBeCloseTo(denseShare, 5)
      expect(hit.lexical?.share).toBeCloseTo(lexicalShare, 5)
      expect(hit.score).toBeCloseTo(denseShare + lexicalShare, 5)
    }
    const alone = hits.find(({ offset }) => offset === 0)!
    expect(alone.dense).toMatchObject({ rank: 1 })
    expect(alone.lexical).toMatchObject({ score: 0 })
    expect(alone.lexical).not.toHaveProperty('rank')
  })

  test('weighs the dense leg .3 by default', () => {
    expect([shareOfMeaning('z-score', undefined, 1), shareOfMeaning('rrf', undefined, 1)]).toEqual([0.3, 0.5])
    // What no text can say is left to the vectors; a weight of 0 stays.
    expect(shareOfMeaning('z-score', 0.3, 0)).toBe(1)
    expect(shareOfMeaning('z-score', 0.3, 0.5)).toBeCloseTo(0.3 / (0.3 + 0.7 / 16), 12)
    expect([shareOfMeaning('z-score', 0, 0), shareOfMeaning('z-score', 1, 0.5), shareOfMeaning('rrf', 0.2, 0)]).toEqual([
      0, 1, 0.2,
    ])
  })

  test('is one leg’s own order at weight 1 and 0', () => {
    expect(fuse(dense(5), lexical(5), { limit: 5, denseWeight: 1 }).map(({ offset }) => offset)).toEqual([0, 3, 4, 2, 1])
    expect(fuse(dense(5), lexical(5), { limit: 5, denseWeight: 0 }).map(({ offset }) => offset)).toEqual([1, 3, 0, 2, 4])
  })

  test('a leg that scores everything alike has no say', () => {
    const flat = legOf([0.5, 0.5, 0.5, 0.5, 0.5], 5, lexicalStandard({ mean: 0.5, deviation: 0 }))
    const noise = legOf([0.5, 0.5, 0.5, 0.5, 0.5], 5, lexicalStandard({ mean: 0.500_000_01, deviation: 1e-9 }))
    const nothing = legOf([0, 0, 0, 0, 0], 0, lexicalStandard({ mean: 0, deviation: 0 }))
    for (const leg of [flat, noise, nothing]) {
      const hits = fuse(dense(5), leg, { limit: 5, denseWeight: 0.3 })
      expect(hits.map(({ offset }) => offset)).toEqual([0, 3, 4, 2, 1])
      for (const hit of hits) expect(hit.lexical?.share).toBe(0)
    }
  })

  test('a point without a vector is judged by its words alone', () => {
    const scores = [Number.NaN, 0.4, 0.2]
    const leg = legOf(scores, 3, lexicalStandard(momentsOf([0.4, 0.2])))
    const words = legOf([9, 0, 0], 3, lexicalStandard(momentsOf([9, 0, 0])))
    const [best] = fuse(leg, words, { limit: 1, denseWeight: 0.3 })
    expect(best).not.toHaveProperty('dense')
    expect(best).toMatchObject({ offset: 0, lexical: { rank: 1 } })
    expect(best!.score).toBe(best!.lexical!.share)
  })

  test('gives at most the limit, ties by offset', () => {
    const same = legOf([1, 1, 1, 1], 4, lexicalStandard({ mean: 0, deviation: 1 }))
    expect(fuse(same, same, { limit: 3, denseWeight: 0.3 }).map(({ offset }) => offset)).toEqual([0, 1, 2])
  })

  test('the best of the whole collection is found when both legs list it all', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -100, max: 100 }), fc.integer({ min: 0, max: 30 })), { minLength: 1, maxLength: 30 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (pairs, denseWeight) => {
          const a = pairs.map(([score]) => score / 100)
          const b = pairs.map(([, score]) => score)
          const za = lexicalStandard(momentsOf(a))
          const zb = lexicalStandard(momentsOf(b))
          const hits = fuse(legOf(a, 30, za), legOf(b, 30, zb), { limit: 1, denseWeight })
          const best = Math.max(...pairs.map((_, i) => denseWeight * za(Math.fround(a[i]!)) + (1 - denseWeight) * zb(b[i]!)))
          expect(hits[0]!.score).toBeCloseTo(best, 9)
        },
      ),
    )
  })
})

describe('reciprocal rank fusion', () => {
  test('adds 1/(60 + rank) of the legs that list a point', () => {
    const hits = fuse(dense(2), lexical(2), { limit: 10, fusion: 'rrf', denseWeight: 0.5 })
    // Dense lists 0, 3 and lexical 1, 3.
    expect(hits.map(({ offset }) => offset)).toEqual([3, 0, 1])
    expect(hits[0]!.score).toBeCloseTo(1 / 62 + 1 / 62, 12)
    expect(hits[1]!.score).toBeCloseTo(1 / 61, 12)
    expect(hits[1]!.lexical).toEqual({ score: 0, share: 0 })
  })

  test('can be weighted', () => {
    const hits = fuse(dense(2), lexical(2), { limit: 10, fusion: 'rrf', denseWeight: 0.25 })
    expect(hits.find(({ offset }) => offset === 0)!.score).toBeCloseTo(0.5 / 61, 12)
    expect(hits.find(({ offset }) => offset === 1)!.score).toBeCloseTo(1.5 / 61, 12)
  })
})

test('a dense score is as many deviations above the mean as its distance is below', () => {
  const moments = { mean: 0.8, deviation: 0.1 }
  for (const distance of [0.2, 0.8, 1.5]) {
    const expected = (moments.mean - distance) / moments.deviation
    expect(denseStandard('cosine', moments)(1 - distance)).toBeCloseTo(expected, 9)
    expect(denseStandard('dot', moments)(-distance)).toBeCloseTo(expected, 9)
    expect(denseStandard('l2', moments)(-Math.sqrt(distance))).toBeCloseTo(expected, 9)
  }
})
