import { expect, test } from 'vitest'
import { StaticModel } from './static.ts'
import { readReference } from './testing/reference.ts'
import { SMALL } from './testing/small-models.ts'

const model = StaticModel.from(SMALL)

// Each word, and what it comes from.
test.each<[string, string, string]>([
  ['elision', 'L’eau d’été', 'l:L eau:eau d:d ete:été'],
  ['accents of their own', 'e\u0301te\u0301!', 'ete:e\u0301te\u0301'],
  ['ligatures', 'Œuvre, Straße, Æ', 'oeuvre:Œuvre strasse:Straße ae:Æ'],
  ['one character of two letters', 'ﬁ ㎏', 'fi:ﬁ kg:㎏'],
  ['one character of two words', 'x½', 'x1:x½ 2:½'],
  ['a dot that lower case brings back', 'İstanbul', 'istanbul:İstanbul'],
  ['Hangul', '한국 어', `${'한국'.normalize('NFD')}:한국 ${'어'.normalize('NFD')}:어`],
  ['scripts without spaces', '日本語a', '日:日 本:本 語:語 a:a'],
  ['Thai vowels stay with their letter', 'ที่กx', 'ท:ที่ ก:ก x:x'],
  ['a middle dot of Katakana is no word', 'ア・イ', 'ア:ア イ:イ'],
  ['digits', 'le 10/02/2026', 'le:le 10:10 02:02 2026:2026'],
  ['a final sigma', 'ΣΟΦΟΣ ΣΟΦΟΣ’Α', 'σοφος:ΣΟΦΟΣ σοφοσ:ΣΟΦΟΣ α:Α'],
  ['a sigma alone', 'Σ', 'σ:Σ'],
  ['letters beyond 16 bits', '𝐇𝐢 𐐀', 'hi:𝐇𝐢 𐐨:𐐀'],
  ['symbols beside words are none', '☃ a 😀', 'a:a'],
  ['symbols alone', '☃ 😀!\n', '☃:☃ 😀:😀 !:!'],
  ['an emoji of several', '👩‍👧\ufe0f', '👩:👩\u200d 👧:👧\ufe0f'],
  ['lone surrogates', 'a\ud83db\ude00', 'a:a b:b'],
  ['lone surrogates with a joiner between them', 'a\ud81c\u200d\udc00b', 'a:a b:b'],
  [
    'soft hyphens and joiners stand inside words',
    'ca\u00adfe\u00ad \u200dna\u200ci\u200dve',
    'cafe:ca\u00adfe\u00ad naive:na\u200ci\u200dve',
  ],
  ['accents that stand alone', ' \u00b4\u0301\n\u00ad', '\u00b4:\u00b4 \u0301:\u0301'],
  ['accents beside a symbol are none', '\u00b4 ☃', '☃:☃'],
  ['nothing to see', ' \u200b\ud800\n\u00ad\u200d', ''],
])('%s', (_, text, expected) => {
  const words = model.words(text)
  expect(words.map(({ text: word, start, end }) => `${word}:${text.slice(start, end)}`).join(' ')).toBe(expected)
  expect(model.countWords(text)).toBe(words.length)
})

test('a run of letters is cut after 64 code points, within a syllable too', () => {
  expect(model.words('a'.repeat(130)).map(({ text }) => text.length)).toEqual([64, 64, 2])
  const text = `a${'한'.repeat(22)}`
  const [first, second] = model.words(text)
  expect(Array.from(first!.text)).toHaveLength(64)
  expect([first, second]).toMatchObject([
    { start: 0, end: 22 },
    { start: 22, end: 23 },
  ])
  // Three letters a syllable: the cut falls within the 21st of these.
  expect(model.words('한'.repeat(22)).map(({ start, end }) => [start, end])).toEqual([
    [0, 22],
    [21, 22],
  ])
})

test('a word that is not in the list has the number of words for its row', () => {
  const { words } = readReference(SMALL)
  expect(model.words('hello zzz').map(({ id }) => id)).toEqual([words.get('hello'), words.size])
})
