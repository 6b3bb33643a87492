/// <reference path="../../tests/vitest.d.ts" />

import { createChunker, embedChunk } from '@voisin/rag'
import { describe, expect, inject, test } from 'vitest'
import { firstEdition } from './before.ts'
import { DEVELOPMENT_SETS, loadSet, type PairSet, parsePairs, REPORTED_SETS, type RetrievalSet } from './data-sets.ts'
import { weightSummary } from './judged-rows.ts'
import { openFilled } from './library.ts'
import { bootstrapInterval, mean, ndcg, spearman } from './measures.ts'
import { MODELS, openEmbedder } from './models.ts'
import { scorePairs, scoreRetrieval } from './score.ts'
import { queriesOf } from './variants.ts'

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

test('no set is reported on which anything is chosen', () => {
  expect(DEVELOPMENT_SETS.filter((name) => REPORTED_SETS.includes(name))).toEqual([])
  expect(REPORTED_SETS).toContain('scifact')
})

test('a variant has typing errors, and questions in Chinese have none', () => {
  const french = ['Quelles données sont conservées ?', 'Comment demander leur effacement ?']
  expect(queriesOf('clean', french)).toEqual(french)
  expect(queriesOf('typos', french)).not.toEqual(french)
  expect(queriesOf('typos', Array(9).fill('这座山有多高?'))).toBeUndefined()
})

test('the first edition has a figure where it was measured, and for what it was measured', () => {
  expect(firstEdition('scifact', 'mini', 'both', 'clean')).toBe(0.686)
  expect(firstEdition('scifact', 'mini', 'both', 'typos')).toBe(0.632)
  expect(firstEdition('scifact', 'mini', 'words', 'clean')).toBeUndefined()
  expect(firstEdition('scifact', 'potion', 'both', 'clean')).toBeUndefined()
  expect(firstEdition('xquad-de', 'mini', 'both', 'typos')).toBeUndefined()
})

test('the best fixed weight is that of all sets together', () => {
  const row = (set: string, weight: number | undefined, ndcg10: number) => ({
    ...{ set, model: 'mini', mode: 'both', variant: 'clean', ndcg10 },
    ...(weight !== undefined && { weight }),
  })
  const grid = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
  const rows = [
    row('a', undefined, 0.7),
    row('b', undefined, 0.5),
    ...grid.map((weight) => row('a', weight, weight)),
    ...grid.map((weight) => row('b', weight, weight > 0.5 ? 0 : 0.6)),
  ]
  const [own, best] = weightSummary(rows, 'mini')
  expect(own).toMatchObject({ ndcg10: 0.6 })
  expect(own).not.toHaveProperty('weight')
  expect(best).toMatchObject({ weight: 0.5, ndcg10: 0.55 })
})

describe.skipIf(!inject('sharedIsPresent'))('on a part of the real data', () => {
  const mini = MODELS.find(({ name }) => name === 'mini')!

  test('what a library finds by meaning is what a brute force over the vectors of its chunks gives', async () => {
    const whole = (await loadSet('xquad-en')) as RetrievalSet
    const documents = whole.documents.slice(0, 60).map((each) => ({ ...each, title: `Page ${each.id}` }))
    const ids = new Set(documents.map(({ id }) => id))
    const queries = whole.queries.filter(({ grades }) => [...grades.keys()].every((id) => ids.has(id))).slice(0, 80)
    expect(queries.length).toBe(80)
    const texts = queries.map(({ text }) => text)

    const embedder = await openEmbedder(mini)
    const library = await openFilled('part', documents, embedder)
    try {
      const chunks = documents.flatMap(({ id, title, text }) => createChunker().chunk({ id, text: `# ${title}\n\n${text}` }))
      expect(chunks.length).toBeGreaterThan(documents.length)
      const points = await Promise.all(chunks.map((chunk) => embedChunk(chunk, embedder)))
      let [total, firsts] = [0, 0]
      for (const { text, grades } of queries) {
        const asked = await embedder.embedQuery(text)
        const cosines = chunks.map(({ documentId }, row) => {
          const cosine = asked.reduce((sum, value, i) => sum + value * points[row]![i]!, 0)
          return { documentId, cosine }
        })
        cosines.sort((a, b) => b.cosine - a.cosine)
        // Every query of XQuAD has one right answer: nDCG is 1 / log2(1 + its rank).
        const ranking = [...new Set(cosines.map(({ documentId }) => documentId))]
        const rank = ranking.findIndex((id) => grades.has(id)) + 1
        expect(grades.size).toBe(1)
        if (rank <= 10) total += 1 / Math.log2(1 + rank)
        if (rank === 1) firsts++
      }
      const meaning = await scoreRetrieval({ queries }, texts, library, 'meaning')
      expect(meaning.ndcg10.value).toBeCloseTo(total / queries.length, 6)
      expect(meaning.hit1).toBeCloseTo(firsts / queries.length, 6)
      expect(meaning.ndcg10.interval.low).toBeLessThanOrEqual(meaning.ndcg10.value)
      expect(meaning.ndcg10.interval.high).toBeGreaterThanOrEqual(meaning.ndcg10.value)
      for (const using of ['words', 'both'] as const) {
        const clean = await scoreRetrieval({ queries }, texts, library, using)
        expect(clean.ndcg10.value).toBeGreaterThan(0.9)
        const typed = await scoreRetrieval({ queries }, queriesOf('typos', texts)!, library, using)
        expect(typed.ndcg10.value).toBeLessThanOrEqual(clean.ndcg10.value)
      }
      // A fixed weight of 1 is meaning alone.
      const fixed = await scoreRetrieval({ queries }, texts, library, 'both', 1)
      expect(fixed.ndcg10.value).toBeCloseTo(meaning.ndcg10.value, 6)
    } finally {
      await library.collection.close()
      await embedder.close()
    }
  })

  test('a French sentence is asked for its English translation', async () => {
    const set = (await loadSet('tatoeba-fra-eng')) as RetrievalSet
    expect(set.queries.length).toBe(1_000)
    const ids = new Set(set.documents.map(({ id }) => id))
    expect(ids.size).toBe(set.documents.length)
    expect(set.queries.every(({ grades }) => [...grades.keys()].every((id) => ids.has(id)))).toBe(true)
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
