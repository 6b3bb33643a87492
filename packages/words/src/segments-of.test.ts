import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findWords } from './find-words.ts'
import { segmentsOf } from './segments-of.ts'

const GRANULARITIES = ['sentence', 'word', 'grapheme'] as const
const segmenterOf = (granularity: (typeof GRANULARITIES)[number]) => new Intl.Segmenter('en', { granularity })

// What the rules look at before and after a boundary: stops, brackets, digits and lower case after a stop, marks, joiners, halves of pairs.
const ATOMS = [
  ...[
    'a',
    'B',
    'é',
    'can’t',
    '. ',
    '.',
    '?',
    '! ',
    '...',
    ')',
    '(',
    '"',
    ' ',
    '\n',
    '\r\n',
    '\u2029',
    '1',
    '3.5',
    'Mr. ',
    '_',
    ':',
  ],
  ...['e\u0301', '\u0301', '\u00ad', '\u200d', '👩‍👩‍👧', '🇫🇷', '👍🏽', '한국어', 'क्', '\ud83d', '\udc00', '。', '，'],
]
const DICTIONARY_ATOMS = ['东', '京都', 'カタカナ', 'ひらがな', 'ภาษาไทย', '東京都に住んでいる人']
const textOf = (...atoms: string[]) =>
  fc
    .array(
      fc.array(fc.constantFrom(...atoms), { minLength: 1, maxLength: 3 }).chain((few) => fc.array(fc.constantFrom(...few))),
      {
        maxLength: 8,
      },
    )
    .map((runs) => runs.flat().join(''))

describe('segments of a text', () => {
  test.each(GRANULARITIES)('are those of the whole, however it is handed over: %s', (granularity) => {
    const segmenter = segmenterOf(granularity)
    fc.assert(
      fc.property(textOf(...ATOMS), fc.constantFrom(2, 3, 8, 16, 64), (text, shortest) => {
        const whole = Array.from(segmenter.segment(text), ({ index, segment }) => ({ start: index, end: index + segment.length }))
        expect([...segmentsOf(text, segmenter, shortest)]).toEqual(whole)
      }),
      { numRuns: 1000 },
    )
  })

  test.each(GRANULARITIES)('are those of the whole where a dictionary cuts: %s', (granularity) => {
    const segmenter = segmenterOf(granularity)
    fc.assert(
      fc.property(textOf(...ATOMS, ...DICTIONARY_ATOMS), (text) => {
        // A dictionary's choice can depend on all of an ambiguous run: none is as long as a piece.
        const long = `${text}。`.repeat(Math.ceil(4000 / (text.length + 1)))
        const whole = Array.from(segmenter.segment(long), ({ index, segment }) => ({ start: index, end: index + segment.length }))
        expect([...segmentsOf(long, segmenter, 1024)]).toEqual(whole)
      }),
      { numRuns: 300 },
    )
  })

  const n = 60_000
  const texts: Record<string, string> = {
    sentences: 'All work and no play makes Jack a dull boy. '.repeat(n / 44),
    'sentences of one letter': 'a! '.repeat(n / 3),
    'no end of a sentence': 'word and another '.repeat(n / 17),
    'one word': 'x'.repeat(n),
    'one grapheme': `e${'\u0301'.repeat(n)}`,
    joiners: '\u200d'.repeat(n),
    families: '👩‍👩‍👧‍👦'.repeat(n / 11),
    Chinese: '东京是日本的首都，巴黎是法国的首都。'.repeat(n / 18),
    'Chinese without a stop': '东京是日本的首都巴黎是法国的首都'.repeat(n / 16),
    'a stop, and no letter after it': `a. ${'1('.repeat(n / 2)}`,
    'one long sentence, then short ones': `${'x '.repeat(n / 4)}. ${'B. '.repeat(n / 6)}`,
    spaces: ' '.repeat(n),
  }
  const cases = Object.keys(texts).flatMap((name) => GRANULARITIES.map((granularity) => [granularity, name] as const))

  // Whatever a step costs an engine, up to a copy of what it was handed, is counted here.
  test.each(cases)('cost what is in the text, by %s: %s', (granularity, name) => {
    const { segmenter, work } = countWork(segmenterOf(granularity))
    const text = texts[name]!
    const count = [...segmentsOf(text, segmenter)].length
    expect(work.characters).toBeLessThanOrEqual(16 * text.length)
    expect(work.copied).toBeLessThanOrEqual(16 * text.length + 2 * 2048 * count)
  })

  test('words of a long run without spaces are found in pieces', () => {
    const text = '东京是日本的首都'.repeat(1_000)
    const words = findWords(text)
    expect(words.at(-1)!.end).toBe(text.length)
    expect(new Set(words.map((word) => word.text)).size).toBeLessThan(8)
  })
})

/** A segmenter that counts the characters handed to it, and what copying them at each step would come to. */
function countWork(inner: Intl.Segmenter) {
  const work = { characters: 0, copied: 0 }
  const segmenter = {
    segment(text: string) {
      work.characters += text.length
      return {
        *[Symbol.iterator]() {
          for (const segment of inner.segment(text)) {
            work.copied += text.length
            yield segment
          }
        },
      }
    },
  } as unknown as Intl.Segmenter
  return { segmenter, work }
}
