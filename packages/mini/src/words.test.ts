import { expect, test } from 'vitest'
import { WordReader } from './words.ts'

/** Something that a reader takes for the text, and how often it looked at a character of it. */
function counted(text: string): { text: string; looks: () => number } {
  let looks = 0
  const stand = {
    length: text.length,
    charCodeAt: (at: number) => {
      looks++
      return text.charCodeAt(at)
    },
    codePointAt: (at: number) => {
      looks++
      return text.codePointAt(at)
    },
  }
  return { text: stand as unknown as string, looks: () => looks }
}

const LENGTH = 20_000
const HARD: [string, string][] = [
  ['marks', '\u0301'.repeat(LENGTH)],
  ['accents', '´ '.repeat(LENGTH / 2)],
  ['marks behind a letter', `a${'\u0301'.repeat(LENGTH)}`],
  ['one run of letters', 'a'.repeat(LENGTH)],
  ['one run of accented letters', 'é'.repeat(LENGTH)],
  ['spaces', ' '.repeat(LENGTH)],
  ['symbols', '!'.repeat(LENGTH)],
  ['lone surrogates, high', '\ud800'.repeat(LENGTH)],
  ['lone surrogates, low', '\udc00'.repeat(LENGTH)],
  ['sigmas', 'Σ'.repeat(LENGTH)],
  ['sigmas and dots', `Σ${'.'.repeat(99)}`.repeat(LENGTH / 100)],
  ['one sigma and dots', `${'.'.repeat(LENGTH)}Σ${'.'.repeat(LENGTH)}`],
  ['a sigma between marks', `α${'\u0301'.repeat(LENGTH)}Σ${'\u0301'.repeat(LENGTH)}α`],
  ['characters of eighteen', 'ﷺ'.repeat(LENGTH)],
  ['syllables', '한'.repeat(LENGTH)],
  ['emoji', '😀'.repeat(LENGTH)],
]

test.each(HARD)('no character is looked at more than a few times: %s', (_, hard) => {
  const { text, looks } = counted(hard)
  const reader = new WordReader()
  reader.open(text)
  while (reader.next());
  // Once for each of the characters that it becomes, thrice where there is no word, and twice about a Σ; by unit and by code point.
  expect(looks()).toBeLessThanOrEqual(8 * hard.length + (hard.startsWith('ﷺ') ? 30 * hard.length : 0))
})

test('no more of a text is looked at than its words ask for', () => {
  const { text, looks } = counted('hello world '.repeat(LENGTH))
  const reader = new WordReader()
  reader.open(text)
  for (let i = 0; i < 10; i++) reader.next()
  expect(looks()).toBeLessThan(200)
})
