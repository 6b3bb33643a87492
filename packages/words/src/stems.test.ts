import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fold } from './fold.ts'
import { stemsOf } from './stems.ts'

const meet = (a: string, b: string) => stemsOf(a).some((stem) => stemsOf(b).includes(stem))

describe('stems', () => {
  test.each([
    ['renewing', 'renewed'],
    ['neighbours', 'neighbour'],
    ['cities', 'city'],
    ['Impôts', 'IMPOT'],
    ['déclaration', 'déclarations'],
    ['déclarer', 'déclarez'],
    ['chevaux', 'cheval'],
    ['nationale', 'national'],
    ["Paris's", 'paris'],
  ])('%s meets %s', (a, b) => {
    expect(meet(a, b)).toBe(true)
  })

  test.each([
    ['paris', 'pears'],
    ['déclarer', 'éclairer'],
    ['index', 'indigo'],
  ])('%s does not meet %s', (a, b) => {
    expect(meet(a, b)).toBe(false)
  })

  test('begin with the folded word, and are few and different', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (word) => {
        const stems = stemsOf(word)
        expect(stems[0]).toBe(fold(word))
        expect(stems.length).toBeLessThanOrEqual(3)
        expect(new Set(stems).size).toBe(stems.length)
      }),
    )
  })

  test('are the same however many other words were asked for in between', () => {
    const before = stemsOf('neighbours')
    for (let i = 0; i < 100_000; i++) stemsOf(`word${i}`)
    expect(stemsOf('neighbours')).toEqual(before)
  })

  test('of very long words are the words', () => {
    const hash = `${'deadbeef'.repeat(8)}s`
    expect(stemsOf(hash)).toEqual([hash])
  })
})

describe('folding', () => {
  test('twice is folding once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => void expect(fold(fold(text))).toBe(fold(text))),
      { numRuns: 2000 },
    )
  })

  test.each([
    ['İstanbul', 'istanbul'],
    ['ẞ', 'ss'],
    ['Łódź', 'lodz'],
    ['ﬀ', 'ff'],
    ['Ⅻ', 'xii'],
    ['が', 'が'],
    ['각', '각'],
  ])('%s is %s', (text, folded) => {
    expect(fold(text)).toBe(folded)
  })
})
