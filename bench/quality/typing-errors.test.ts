import { describe, expect, test } from 'vitest'
import { uniforms } from '../data/gaussian.ts'
import { withTypingErrors } from './typing-errors.ts'

/** Numbers that come in turn: the first is whether the word has an error. */
function given(...numbers: readonly number[]): () => number {
  let next = 0
  return () => numbers[next++]!
}

describe('a typing error', () => {
  const mistype = (kind: number) => withTypingErrors('planet', given(0, 0.3, 0.99, kind))

  test('leaves a letter out', () => expect(mistype(0)).toBe('plnet'))
  test('puts in a letter of the word', () => expect(mistype(0.25)).toBe('pltanet'))
  test('exchanges two neighbours', () => expect(mistype(0.75)).toBe('palnet'))
  test('replaces a letter by another one of the word', () => {
    expect(withTypingErrors('planet', given(0, 0.3, 0.99, 0.5, 0))).toBe('plpnet')
  })
})

test('the same seed makes the same errors', () => {
  const text = 'Which planets have rings, and who described them first?'
  expect(withTypingErrors(text, uniforms(1))).toBe(withTypingErrors(text, uniforms(1)))
  expect(withTypingErrors(text, uniforms(1))).not.toBe(withTypingErrors(text, uniforms(2)))
})

test('three words of ten have one, of every kind; short words, numbers and Chinese have none', () => {
  const words = Array.from({ length: 2_000 }, () => 'weather')
  const typed = withTypingErrors(words.join(' '), uniforms(3)).split(' ')
  const wrong = typed.filter((word) => word !== 'weather')
  // Two neighbours are never the same letter here, and a letter put in always shows.
  expect(wrong.length / words.length).toBeGreaterThan(0.27)
  expect(wrong.length / words.length).toBeLessThan(0.33)
  expect(new Set(wrong.map(({ length }) => length))).toEqual(new Set([6, 7, 8]))
  expect(wrong.every((word) => word.startsWith('w'))).toBe(true)
  const spared = 'the 1984 cat is 天气预报很好 ok'
  for (let seed = 0; seed < 20; seed++) expect(withTypingErrors(spared, uniforms(seed))).toBe(spared)
})

test('letters with marks and of other scripts stay whole', () => {
  const typed = withTypingErrors('Übergröße погода мрт', given(0, 0, 0, 0, 0, 0, 0, 0))
  expect(typed).toBe('Üergröße пгода мрт')
})
