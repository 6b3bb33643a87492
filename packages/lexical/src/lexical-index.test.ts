import { InvalidArgumentError, type Span } from '@voisin/spec'
import { contentOf, editsIn, findTerms, formsOf, isBeginning, isStopWord, lookupsOf, typingErrors, unitsOf } from '@voisin/words'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LexicalIndex } from './lexical-index.ts'
import { beginningHash, PairSketches, pairOf } from './pair-sketches.ts'

type Texts = readonly string[]
type IsWord = (other: string) => boolean

interface ReferenceLevel {
  readonly counts: IsWord
  readonly share: number
}

/** What stands for a word of a query, the closest first, with what each is worth. @param within Names that it is a part of. */
function levelsOf(word: string, isStop: boolean, all: ReadonlySet<string>, within: readonly IsWord[] = []): ReferenceLevel[] {
  const lookups = isStop ? [] : lookupsOf(word)
  const shares = (form: string) => (other: string) => (other === form && !isStopWord(form)) || formsOf(other).includes(form)
  const close = [(other: string) => other === word, ...lookups.filter((form) => !isBeginning(form)).map(shares)]
  if (!isStop) close.push(...within)
  const isThere = [...all].some((other) => close.some((is) => is(other)))
  const mistyped = [1, 2].map((most) => (other: string) => {
    const errors = typingErrors(unitsOf(word), unitsOf(other), editsIn(word))
    return errors > 0 && errors <= most && editsIn(other) > 0
  })
  const beginnings = lookups.filter(isBeginning).map((form) => (other: string) => formsOf(other).includes(form))
  const levels = [
    ...[...close, ...(isThere || lookups.length === 0 ? [] : mistyped)].map((is) => ({ is, share: 1 })),
    ...beginnings.map((is) => ({ is, share: 0.85 })),
  ]
  return levels.map(({ share }, level) => ({ share, counts: (other) => levels.slice(0, level + 1).some(({ is }) => is(other)) }))
}

/** BM25 from the formula, everything counted anew from the live documents; and with what pairs bring. */
function scoreAll(
  documents: ReadonlyMap<number, Texts>,
  query: string,
): Map<number, { readonly base: number; readonly total: number }> {
  const read = new Map([...documents].map(([offset, texts]) => [offset, texts.map(findTerms)]))
  const terms = new Map(
    [...read].map(([offset, texts]) => [
      offset,
      texts.flatMap(({ words, wholes }) => [...words, ...wholes].map(({ text }) => text)),
    ]),
  )
  const lengths = new Map([...read].map(([offset, texts]) => [offset, texts.reduce((sum, { words }) => sum + words.length, 0)]))
  const all = new Set([...terms.values()].flat())
  const count = documents.size
  const average = [...lengths.values()].reduce((sum, length) => sum + length, 0) / count
  const idfOf = (counts: IsWord) => {
    const df = [...terms.values()].filter((list) => list.some(counts)).length
    return { df, idf: Math.log(1 + (count - df + 0.5) / (df + 0.5)) }
  }
  const { words: asked, wholes } = findTerms(query)
  const namesAround = ({ start, end }: Span): IsWord[] =>
    wholes
      .filter((whole) => whole.start <= start && end <= whole.end && end - start < whole.end - whole.start)
      .map((whole) => levelsOf(whole.text, false, all).findLast(({ share }) => share === 1)!.counts)
      .filter((counts) => [...all].some(counts))
  const content = new Set(contentOf(asked).map(({ text }) => text))
  const versions = wholes.flatMap(({ text }) => /^(v\d+)\.\d/.exec(text)?.[1] ?? [])
  const isStop = (word: string) =>
    (asked.some(({ text }) => text === word) && !content.has(word)) || versions.some((mark) => word === mark || word === 'v')
  // A word that is said twice is looked for as where it is first said.
  const levelsOfAsked = (word: string) =>
    levelsOf(word, isStop(word), all, namesAround([...asked, ...wholes].find(({ text }) => text === word)!))
  const scores = new Map<number, { readonly base: number; readonly total: number }>()
  for (const [offset, list] of terms) {
    const length = lengths.get(offset)!
    let base = 0
    for (const term of [...asked, ...wholes]) {
      const { text: word } = term
      const names = namesAround(term)
      const parts = levelsOfAsked(word).map(({ counts, share }) => {
        const tf = list.filter(counts).length
        return tf === 0 ? 0 : (share * idfOf(counts).idf * tf) / (tf + 1.2 * (0.25 + (0.75 * length) / average))
      })
      const isPart = names.length > 0 && asked.includes(term)
      base += (isStop(word) ? 0.25 : isPart ? 0.5 : 1) * Math.max(...parts)
    }
    // Small documents are said to have pairs that they lack, now and then.
    const sketches = new PairSketches()
    const pairs = read.get(offset)!.flatMap(({ words }) => {
      return words.slice(1).map((word, i) => pairOf(beginningHash(words[i]!.text), beginningHash(word.text)))
    })
    sketches.add(0, length, Uint32Array.from(pairs), pairs.length)
    const gains = new Map<number, number>()
    const wanted = new Set<number>()
    let isWhole = asked.length > 1
    for (const [i, { text: other }] of asked.entries()) {
      const one = asked[i - 1]?.text
      if (one === undefined) continue
      const [first, second] = [one, other].map((word) => levelsOfAsked(word).at(-1)!.counts) as [IsWord, IsWord]
      const pair = pairOf(beginningHash(one), beginningHash(other))
      const isThere = [first, second].every((counts) => [...all].some(counts))
      isWhole &&= isThere
      if (isThere) wanted.add(pair)
      if (!list.some(first) || !list.some(second) || !sketches.has(0, length, pair)) continue
      const weight = isStop(one) || isStop(other) ? 0.075 : 0.15
      gains.set(pair, weight * Math.min(idfOf(first).idf + idfOf(second).idf, Math.log(1 + 2 * count)))
    }
    const gained = [...gains.values()].reduce((sum, gain) => sum + gain, 0) * Math.min(1, 8 / wanted.size)
    scores.set(offset, { base, total: base + (isWhole && gains.size === wanted.size ? 3 * gained : gained) })
  }
  return scores
}

const WORDS =
  'the voisin neighbour nieghbours nearest vector vectros vectors index indxes déclarer déclaration impôt impôts Paris l’État and Wi-Fi wifi fi NV20 nv-20 nv v1.2 1.2'.split(
    ' ',
  )
const text = fc.array(fc.constantFrom(...WORDS), { maxLength: 12 }).map((words) => words.join(' '))
const document = fc.array(text, { maxLength: 3 })

/** A number as a word of its own. */
const ownWord = (number: number) => `only${[...String(number)].map((digit) => 'bcdfghjklm'[Number(digit)]).join('')}`

interface Change {
  readonly add?: Texts
  readonly delete?: number
}
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ add: document }) },
  { weight: 1, arbitrary: fc.record({ delete: fc.nat(40) }) },
)

function expectAgreement(index: LexicalIndex, live: ReadonlyMap<number, Texts>, query: string): void {
  const expected = scoreAll(live, query)
  const { offsets, scores, moments } = index.search(query, 1000)
  const found = [...expected].filter(([, { total }]) => total > 0)
  expect(new Set(offsets)).toEqual(new Set(found.map(([offset]) => offset)))
  offsets.forEach((offset, i) => {
    expect(scores[i]).toBeCloseTo(expected.get(offset)!.total, 5)
    if (i > 0) {
      const isInOrder = scores[i - 1]! > scores[i]! || (scores[i - 1] === scores[i] && offsets[i - 1]! < offset)
      expect(isInOrder).toBe(true)
    }
  })
  const all = Array.from(expected.values(), ({ base }) => base)
  const mean = all.reduce((sum, score) => sum + score, 0) / Math.max(1, all.length)
  const variance = all.reduce((sum, score) => sum + (score - mean) ** 2, 0) / Math.max(1, all.length)
  expect(moments.mean).toBeCloseTo(mean, 4)
  expect(moments.deviation).toBeCloseTo(Math.sqrt(variance), 4)
  const asked = Uint32Array.from({ length: 45 }, (_, offset) => offset)
  index.scores(query, asked).forEach((score, offset) => void expect(score).toBeCloseTo(expected.get(offset)?.total ?? 0, 5))
}

/** An index after some changes, and what is live in it. */
function after(changes: readonly Change[]): { readonly index: LexicalIndex; readonly live: Map<number, Texts> } {
  const index = new LexicalIndex()
  const live = new Map<number, Texts>()
  let next = 0
  for (const { add, delete: deleted } of changes) {
    if (add) {
      index.add(next, add)
      live.set(next++, add)
    } else {
      index.delete(deleted!)
      live.delete(deleted!)
    }
  }
  return { index, live }
}

describe('a lexical index', () => {
  test('numbers live documents anew, in order, and answers as one that never held the others', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), text, (changes, query) => {
        const { index, live } = after(changes)
        const old = index.compact()
        expect([...old]).toEqual([...live.keys()])
        const fresh = new LexicalIndex()
        const kept = new Map<number, Texts>()
        for (const [place, texts] of [...live.values()].entries()) {
          fresh.add(place, texts)
          kept.set(place, texts)
        }
        expect(index.search(query, 100)).toEqual(fresh.search(query, 100))
        expectAgreement(index, kept, query)
        index.add(kept.size, ['fresh words'])
        expect(index.search('fresh', 1).offsets).toHaveLength(1)
      }),
    )
  })

  test('means and deviations are the same to the last bit in whatever order documents came', () => {
    const texts = Array.from({ length: 60 }, (_, i) => `word${i % 7} common ${'long '.repeat(i % 5)}word${i % 3}`)
    const forward = new LexicalIndex()
    texts.forEach((each, i) => void forward.add(i, [each]))
    const backward = new LexicalIndex()
    texts.toReversed().forEach((each, i) => void backward.add(i, [each]))
    for (const query of ['common word1', 'word2 long', 'word0 word1 word2']) {
      expect(backward.search(query, 5).moments).toEqual(forward.search(query, 5).moments)
    }
  })

  test('calls documents by their labels, in hits, in what is allowed and in the order of ties', () => {
    const index = new LexicalIndex()
    for (let offset = 0; offset < 4; offset++) index.add(offset, ['same words'])
    const labels = Uint32Array.of(7, 3, 9, 1)
    expect([...index.search('same', 10, { labels }).offsets]).toEqual([1, 3, 7, 9])
    const allow = Uint8Array.of(0b1000_1000)
    expect([...index.search('same', 10, { labels, allow }).offsets]).toEqual([3, 7])
  })

  test('scores as the formula does, whatever was added and deleted before', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), fc.array(text, { minLength: 1, maxLength: 3 }), (changes, queries) => {
        const { index, live } = after(changes)
        for (const query of queries) expectAgreement(index, live, query)
      }),
      { numRuns: 300 },
    )
  })

  test('scores the same before and after the postings of deleted documents are dropped', () => {
    const index = new LexicalIndex()
    const live = new Map<number, Texts>()
    for (let offset = 0; offset < 2100; offset++) {
      const texts = [`common word${offset % 7} ${ownWord(offset)}`]
      index.add(offset, texts)
      live.set(offset, texts)
    }
    for (let offset = 0; offset < 2090; offset++) {
      index.delete(offset)
      live.delete(offset)
    }
    const { offsets } = index.search('common word3', 100)
    expect(offsets).toHaveLength(10)
    const expected = scoreAll(live, 'common word3')
    index
      .scores('common word3', offsets)
      .forEach((score, i) => void expect(score).toBeCloseTo(expected.get(offsets[i]!)!.total, 5))
    expect(index.search(ownWord(5), 10).offsets).toHaveLength(0)
    for (let offset = 2100; offset < 2110; offset++) {
      const texts = [`common word${offset % 7} ${ownWord(offset - 2100)} fresh`]
      index.add(offset, texts)
      live.set(offset, texts)
    }
    for (const query of ['common word3', `${ownWord(5)} fresh`, 'word1']) {
      const all = scoreAll(live, query)
      const asked = Uint32Array.from(live.keys())
      index.scores(query, asked).forEach((score, i) => void expect(score).toBeCloseTo(all.get(asked[i]!)!.total, 5))
    }
  })

  test('gives memory back when most documents are gone', () => {
    const index = new LexicalIndex()
    for (let offset = 0; offset < 3000; offset++) index.add(offset, [`apple banana cherry word${offset} name${offset * 31}`])
    const full = index.memoryBytes
    for (let offset = 0; offset < 2990; offset++) index.delete(offset)
    expect(index.memoryBytes).toBeLessThan(full / 2)
  })

  test('few postings or many, asked in any order, score the same', () => {
    const texts = Array.from({ length: 1_000 }, (_, i) => `common ${i % 2 ? 'even runs' : 'odd running'} rare${i}`)
    const indexOf = () => {
      const index = new LexicalIndex()
      for (const [offset, text] of texts.entries()) index.add(offset, [text])
      return index
    }
    const index = indexOf()
    for (const query of ['rare7', 'common', 'rare8 rare9', 'common running rare8', 'runs', 'rare7']) {
      expect(index.search(query, 2_000)).toEqual(indexOf().search(query, 2_000))
    }
  })

  test('a word said twice counts twice, and an inflected form is found', () => {
    const index = new LexicalIndex()
    index.add(0, ['Renewing identity cards'])
    index.add(1, ['Something else'])
    const once = index.search('renewed card', 10)
    const twice = index.search('renewed card renewed card', 10)
    expect([...once.offsets]).toEqual([0])
    expect(twice.scores[0]).toBeCloseTo(2 * once.scores[0]!, 5)
  })

  test('an exact form is worth more than a shared stem', () => {
    const index = new LexicalIndex()
    index.add(0, ['the university'])
    index.add(1, ['the universal'])
    index.add(2, ['the other'])
    expect([...index.search('universal', 10).offsets]).toEqual([1, 0])
  })

  test('accents, case and elisions make no difference', () => {
    const index = new LexicalIndex()
    index.add(0, ['L’impôt sur le revenu'])
    for (const query of ['impot', 'IMPÔT', "l'impôts", 'd’impots']) expect([...index.search(query, 1).offsets]).toEqual([0])
  })

  test('lists only what is allowed, with moments over all', () => {
    const index = new LexicalIndex()
    for (let offset = 0; offset < 20; offset++) index.add(offset, [offset % 2 === 0 ? 'apple' : 'pear'])
    const all = index.search('apple', 100)
    const some = index.search('apple', 100, { allow: Uint8Array.of(0b0001_0001) })
    expect([...some.offsets]).toEqual([0, 4])
    expect(some.moments).toEqual(all.moments)
    expect([...index.search('apple', 100, { allow: new Uint8Array(0) }).offsets]).toEqual([])
  })

  test('a function word that is not there is no two words, and covers nothing', () => {
    const index = new LexicalIndex()
    index.add(0, ['Turn left in this street to the sea.'])
    expect([...index.search('into', 5).offsets]).toEqual([0])
    expect(index.search('into street', 5).covered).toBe(1)
    expect(index.search('into boulevard', 5).covered).toBe(0)
  })

  test('a query whose function words no text has is of another language, and covers half as much', () => {
    const index = new LexicalIndex()
    for (let n = 0; n < 60; n++) index.add(n, [`The capital of country ${n} is a city, what else?`])
    const covered = (query: string) => index.search(query, 5).covered
    expect(covered('What is the capital?')).toBe(1)
    expect(covered('Quelle est la capital ?')).toBe(0.5)
    expect(covered('Quelle est la city dont country est la capital ?')).toBe(0.5)
    // Not enough of them to tell.
    expect(covered('la capital')).toBe(1)
    expect(covered('la city, country, capital, la city, country, capital')).toBe(1)
    const few = new LexicalIndex()
    few.add(0, ['capital'])
    expect(few.search('Quelle est la capital ?', 5).covered).toBe(1)
  })

  test('of a long query all pairs are worth what eight are', () => {
    const words = Array.from({ length: 26 }, (_, n) => String.fromCharCode(97 + n).repeat(4))
    const index = new LexicalIndex()
    index.add(0, [words.join(' ')])
    index.add(1, [words.toReversed().join(' ')])
    for (let offset = 2; offset < 40; offset++) index.add(offset, ['something else'])
    const gain = (pairs: number) => {
      // A word that is not there: the query does not stand there whole.
      const [together, apart] = index.scores(`${words.slice(0, pairs + 1).join(' ')} lacking`, Uint32Array.of(0, 1))
      return together! - apart!
    }
    expect(gain(4)).toBeGreaterThan(0)
    expect(gain(8)).toBeCloseTo(2 * gain(4), 4)
    expect(gain(16)).toBeCloseTo(gain(8), 4)
    expect(gain(24)).toBeCloseTo(gain(8), 4)
  })

  test('gives the best k, ties by offset', () => {
    const index = new LexicalIndex()
    for (let offset = 0; offset < 50; offset++) index.add(offset, [offset === 33 ? 'apple apple' : 'apple pear'])
    expect([...index.search('apple', 4).offsets]).toEqual([33, 0, 1, 2])
    expect(index.search('apple', 0).offsets).toHaveLength(0)
  })

  test('without documents, or without a known word, finds nothing', () => {
    const index = new LexicalIndex()
    expect(index.search('apple', 10)).toEqual({
      offsets: new Uint32Array(),
      scores: new Float32Array(),
      moments: { mean: 0, deviation: 0 },
      covered: 0,
    })
    index.add(0, [])
    index.add(1, ['', '  …'])
    expect(index.search('apple', 10).offsets).toHaveLength(0)
    expect([...index.scores('apple', Uint32Array.of(0, 1, 99))]).toEqual([0, 0, 0])
  })

  test('takes an offset once', () => {
    const index = new LexicalIndex()
    index.add(3, ['a'])
    expect(() => index.add(3, ['b'])).toThrow(InvalidArgumentError)
    index.delete(3)
    expect(() => index.add(3, ['b'])).toThrow(InvalidArgumentError)
    index.delete(3)
    index.delete(99)
    expect(index.search('a', 1).offsets).toHaveLength(0)
  })

  test('words named like properties of objects are words', () => {
    const index = new LexicalIndex()
    index.add(0, ['__proto__ constructor toString hasOwnProperty'])
    expect([...index.search('constructor', 1).offsets]).toEqual([0])
    expect(index.search('valueOf', 1).offsets).toHaveLength(0)
  })
})
