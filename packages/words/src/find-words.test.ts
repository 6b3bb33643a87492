import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findWords } from './find-words.ts'

const textsOf = (text: string) => findWords(text).map((word) => word.text)

describe('the words of a text', () => {
  test.each<[string, string, string[]]>([
    ['are runs of letters and digits', 'IL-6 and TNF-α, v2 (2020).', ['il', '6', 'and', 'tnf', 'α', 'v2', '2020']],
    ['are cut at a full stop without a space', 'la fin.Le début', ['la', 'fin', 'le', 'debut']],
    ['are cut at underscores and slashes', 'foo_bar/baz', ['foo', 'bar', 'baz']],
    ['keep the apostrophe inside', 'don’t O’Brien aujourd’hui', ["don't", "o'brien", "aujourd'hui"]],
    ['lose the quotes around', "'quoted' ’so’", ['quoted', 'so']],
    [
      'are split at a French elision',
      'L’État, c’est j’ai qu’il jusqu’à',
      ['l', 'etat', 'c', 'est', 'j', 'ai', 'qu', 'il', 'jusqu', 'a'],
    ],
    ['are split at two elisions', 'd’l’eau', ['d', 'l', 'eau']],
    ['are not split at an English genitive', "the C's and Paris's", ['the', "c's", 'and', "paris's"]],
    ['are folded', 'ÉTÉ Œuvre Straße ﬁn Ångström ĐẠO', ['ete', 'oeuvre', 'strasse', 'fin', 'angstrom', 'dao']],
    ['may be decomposed', 'e\u0301te\u0301', ['ete']],
    ['join over soft hyphens, not over zero-width spaces', 'in\u00adfor\u00adma zero\u200bwidth', ['informa', 'zero', 'width']],
    ['may be Greek or Cyrillic', 'ΟΔΟΣ οδός Ёлка', ['οδοσ', 'οδοσ', 'елка']],
    ['may be Korean', '한국어 텍스트', ['한국어', '텍스트']],
    ['may be Devanagari, vowel signs kept', 'हिन्दी', ['हिन्दी']],
    ['may lie beyond the basic plane', '𝐁𝐨𝐥𝐝 𐐔𐐯𐐻', ['bold', '𐐼𐐯𐐻']],
    ['are not emoji', '🙂 ok 👍🏽', ['ok']],
    ['are none in nothing', ' … — \n', []],
  ])('%s', (_, text, words) => {
    expect(textsOf(text)).toEqual(words)
  })

  test('of a script without spaces come from the dictionary', () => {
    const text = '東京タワーに行くiPhoneケース'
    const words = findWords(text)
    expect(words.length).toBeGreaterThan(4)
    expect(words.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text)
    expect(textsOf('สวัสดีครับ').length).toBeGreaterThan(1)
  })

  test('stand where they say, in order, without overlap', () => {
    const letters = fc.constantFrom(..."ab é’'1.-_œ東ก\u0301\u00ad🙂𝐁İ".match(/./gsu)!)
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(letters, { maxLength: 30 }).map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(text, (given) => {
        let before = 0
        for (const { text: word, start, end, stems } of findWords(given)) {
          expect(start).toBeGreaterThanOrEqual(before)
          expect(end).toBeGreaterThan(start)
          expect(end).toBeLessThanOrEqual(given.length)
          expect(word).not.toBe('')
          expect(stems[0]).toBe(word)
          before = end
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('are found in linear time in hostile texts', () => {
    const million = 1_000_000
    for (const piece of ['a', "a'", "l'", 'é', 'e\u0301', '東', '東a', '\u0301', '\u0301\u0323', 'א\u0591\u05b0', "'", '1.']) {
      const text = piece.repeat(million / piece.length)
      const words = findWords(text)
      expect(words.length).toBeLessThanOrEqual(million)
    }
  })
})
