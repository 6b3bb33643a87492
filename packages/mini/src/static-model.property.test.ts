import fc from 'fast-check'
import { expect, test } from 'vitest'
import { StaticModel } from './static.ts'
import { embed, readReference } from './testing/reference.ts'
import { normalize, wordsOf } from './testing/reference-words.ts'
import { ODD, SMALL, WIDE } from './testing/small-models.ts'

const known = fc.constantFrom(
  ..."hello world café Été cœur Œuvre STRASSE Straße ΣΟΦΟΣ Москва 日本語 ที่ ½ ﬁ İ ㎏ 한국어 l’eau d'été ☃ 😀 👩‍👩‍👧 … 𝐇𝐞𝐥𝐥𝐨 ﷺ ǆ ŉ".split(
    ' ',
  ),
)
const separator = fc.constantFrom(' ', '  ', '\n', ', ', "'", '.', '·', '\u00ad', '\u200b', '\u200c', '\u200d', '')
const mark = fc.constantFrom('\u0301', '\u0345', '\u0f73', '\uff9e', '\ufe0f', '´', '\u2017')
const greek = fc.constantFrom('Σ', 'Σ', 'α', 'Α', '.', '\u0301', 'ʰ', '1', ' ')
const unit = fc.oneof(
  { weight: 6, arbitrary: known },
  { weight: 4, arbitrary: separator },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 6 }) },
  { weight: 2, arbitrary: fc.stringMatching(/^[a-z]{1,12}$/) },
  { weight: 1, arbitrary: fc.array(greek, { maxLength: 8 }).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: mark },
  { weight: 1, arbitrary: fc.integer({ min: 0xd800, max: 0xdfff }).map((code) => String.fromCharCode(code)) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 200 }).map((length) => 'xyz'.repeat(length)) },
)

/** Texts of every sort of character, whole words of the small models among them. */
const texts: fc.Arbitrary<string> = fc
  .oneof({ weight: 9, arbitrary: fc.array(unit, { maxLength: 40 }) }, fc.array(fc.oneof(mark, separator), { maxLength: 6 }))
  .map((units) => units.join(''))

const models = [SMALL, WIDE, ODD].map((bytes) => ({ model: StaticModel.from(bytes), reference: readReference(bytes) }))

test('vectors are those of the reference', () => {
  fc.assert(
    fc.property(
      texts,
      fc.constantFrom(...models),
      fc.constantFrom(1, 3, 512, Infinity),
      (text, { model, reference }, maxWords) => {
        const target = new Float32Array(model.dim + 2).fill(7)
        const expected = embed(reference, text, maxWords)
        const result = model.embedInto(text, maxWords, target, 1)
        expect([target[0], target[model.dim + 1]]).toEqual([7, 7])
        if (expected === undefined) {
          expect(result).toBe('empty')
          expect(target.every((element) => element === 7)).toBe(true)
          return
        }
        expect(result).toBe(wordsOf(text).length > maxWords ? 'cut' : 'whole')
        const apart = expected.map((element, i) => Math.abs(element - target[i + 1]!))
        expect(Math.max(...apart)).toBeLessThanOrEqual(1e-6)
      },
    ),
    { numRuns: 600 },
  )
})

test('words are those of the reference, and their spans hold them', () => {
  fc.assert(
    fc.property(texts, fc.constantFrom(...models), (text, { model, reference }) => {
      const words = model.words(text)
      expect(words.map((word) => word.text)).toEqual(wordsOf(text))
      expect(model.countWords(text)).toBe(words.length)
      let before = { start: 0, end: 0 }
      for (const { id, text: word, start, end } of words) {
        expect(id).toBe(reference.words.get(word) ?? reference.words.size)
        expect(end).toBeGreaterThan(start)
        expect(start).toBeGreaterThanOrEqual(before.start)
        expect(end).toBeGreaterThanOrEqual(before.end)
        // A final sigma needs its neighbours; an accent alone is a word as it stands.
        const held = text.slice(start, end)
        expect(held === word || normalize(held).replaceAll('ς', 'σ').includes(word.replaceAll('ς', 'σ'))).toBe(true)
        before = { start, end }
      }
    }),
    { numRuns: 600 },
  )
})

test('a vector does not depend on what was embedded before', () => {
  const { model } = models[1]!
  fc.assert(
    fc.property(texts, texts, (text, other) => {
      const first = new Float32Array(model.dim)
      const second = new Float32Array(model.dim)
      model.embedInto(text, 512, first, 0)
      model.embedInto(other, 3, new Float32Array(model.dim), 0)
      model.words(other)
      model.embedInto(text, 512, second, 0)
      expect(second).toEqual(first)
    }),
  )
})
