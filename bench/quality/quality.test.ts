/// <reference path="../../tests/vitest.d.ts" />
import { describe, expect, inject, test } from 'vitest'
import { loadSet, type PairSet, parsePairs, type RetrievalSet } from './data-sets.ts'
import { bootstrapInterval, mean, ndcg, spearman } from './measures.ts'
import { MODELS, openEmbedder } from './models.ts'
import { scorePairs, scoreRetrieval } from './score.ts'

describe('nDCG', () => {
  const grades = new Map([
    ['a', 2],
    ['b', 1],
  ])

  test('is 1 for the best order, 0 without a relevant document, and as computed by hand between', () => {
    expect(ndcg(['a', 'b', 'x'], grades, 10)).toBe(1)
    expect(ndcg(['x', 'y'], grades, 10)).toBe(0)
    expect(ndcg(['x', 'b', 'a'], grades, 10)).toBeCloseTo((1 / Math.log2(3) + 2 / 2) / (2 + 1 / Math.log2(3)), 12)
  })

  test('looks at the first k only, of the ranking and of the ideal', () => {
    expect(ndcg(['x', 'a', 'b'], grades, 1)).toBe(0)
    expect(ndcg(['a', 'x'], grades, 1)).toBe(1)
  })
})

describe('Spearman’s correlation', () => {
  test('is the textbook’s formula where no values are equal', () => {
    const a = [86, 97, 99, 100, 101, 103, 106, 110, 112, 113]
    const b = [0, 20, 28, 27, 50, 29, 7, 17, 6, 12]
    expect(spearman(a, b)).toBeCloseTo(-29 / 165, 12)
  })

  test('gives equal values their mean rank', () => {
    // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4.
    expect(spearman([1, 5, 5, 9], [1, 2, 3, 4])).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 12)
  })

  test('sees order only, and both directions', () => {
    expect(spearman([1, 2, 3], [10, 1000, 1001])).toBeCloseTo(1, 12)
    expect(spearman([1, 2, 3], [3, 2, -9])).toBeCloseTo(-1, 12)
  })
})

test('a bootstrap interval covers the mean, narrows with more cases, and is the same each time', () => {
  const interval = (count: number) => bootstrapInterval(count, (cases) => mean(Float64Array.from(cases, (i) => i % 2)))
  const few = interval(50)
  const many = interval(5000)
  // The normal approximation: ± 1.96 · ½ / √count.
  expect(few.low).toBeCloseTo(0.5 - 0.98 / Math.sqrt(50), 1)
  expect(few.high).toBeCloseTo(0.5 + 0.98 / Math.sqrt(50), 1)
  expect(many.high - many.low).toBeLessThan((few.high - few.low) / 5)
  expect(interval(50)).toEqual(few)
})

test('sentences with commas and quotes are read whole', () => {
  expect(parsePairs('"A man, who ""sings"".",Un homme,2.5\nb,"c, d",0\n')).toEqual([
    { left: 'A man, who "sings".', right: 'Un homme', likeness: 2.5 },
    { left: 'b', right: 'c, d', likeness: 0 },
  ])
})

describe.skipIf(!inject('sharedIsPresent'))('on a part of the real data', () => {
  const mini = MODELS.find(({ name }) => name === 'mini')!

  test('dense nDCG@10 is what a brute force over the same vectors gives', async () => {
    const whole = (await loadSet('xquad-en')) as RetrievalSet
    const documents = whole.documents.slice(0, 60)
    const ids = new Set(documents.map(({ id }) => id))
    const queries = whole.queries.filter(({ grades }) => [...grades.keys()].every((id) => ids.has(id))).slice(0, 80)
    expect(queries.length).toBe(80)

    const embedder = await openEmbedder(mini)
    try {
      const { dim } = embedder
      const points = (await embedder.embedDocuments(documents.map(({ text }) => text))).data
      const asked = (await embedder.embedDocuments(queries.map(({ text }) => text))).data
      const vectors = { dim, documents: points, queries: asked }
      const scores = await scoreRetrieval({ kind: 'retrieval', name: 'part', documents, queries }, vectors, [
        'dense',
        'bm25',
        'hybrid',
      ])

      let total = 0
      queries.forEach(({ grades }, q) => {
        const cosines = documents.map(({ id }, d) => {
          let sum = 0
          for (let i = 0; i < dim; i++) sum += asked[q * dim + i]! * points[d * dim + i]!
          return { id, sum }
        })
        cosines.sort((a, b) => b.sum - a.sum)
        // Every query of XQuAD has one right answer: nDCG is 1 / log2(1 + its rank).
        const rank = cosines.findIndex(({ id }) => grades.has(id)) + 1
        expect(grades.size).toBe(1)
        if (rank <= 10) total += 1 / Math.log2(1 + rank)
      })
      const dense = scores.get('dense')!
      expect(dense.value).toBeCloseTo(total / queries.length, 6)
      expect(dense.interval.low).toBeLessThanOrEqual(dense.value)
      expect(dense.interval.high).toBeGreaterThanOrEqual(dense.value)
      expect(dense.value).toBeGreaterThan(0.8)
      expect(scores.get('bm25')!.value).toBeGreaterThan(0.9)
      expect(scores.get('hybrid')!.value).toBeGreaterThan(0.9)
    } finally {
      await embedder.close()
    }
  })

  test('Spearman on sentence pairs is what counting ranks by hand gives', async () => {
    const set = (await loadSet('stsb-en')) as PairSet
    const pairs = set.pairs.slice(0, 200)
    const embedder = await openEmbedder(mini)
    try {
      const left = (await embedder.embedDocuments(pairs.map((pair) => pair.left))).data
      const right = (await embedder.embedDocuments(pairs.map((pair) => pair.right))).data
      const { dim } = embedder
      const { value } = scorePairs({ kind: 'pairs', name: 'part', pairs }, left, right, dim)

      const cosines = pairs.map((_, row) => {
        let sum = 0
        for (let i = 0; i < dim; i++) sum += left[row * dim + i]! * right[row * dim + i]!
        return sum
      })
      const rank = (values: readonly number[]) =>
        values.map((x) => values.filter((y) => y < x).length + (values.filter((y) => y === x).length - 1) / 2)
      const a = rank(cosines)
      const b = rank(pairs.map(({ likeness }) => likeness))
      const middle = (pairs.length - 1) / 2
      const covariance = (x: readonly number[], y: readonly number[]) =>
        x.reduce((sum, each, i) => sum + (each - middle) * (y[i]! - middle), 0)
      expect(value).toBeCloseTo(covariance(a, b) / Math.sqrt(covariance(a, a) * covariance(b, b)), 9)
      expect(value).toBeGreaterThan(0.6)
    } finally {
      await embedder.close()
    }
  })
})
