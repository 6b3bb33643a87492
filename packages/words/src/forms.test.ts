import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findWords } from './find-words.ts'
import { fold } from './fold.ts'
import { formsOf } from './forms.ts'

/** Whether a search for one finds the other. */
function meet(a: string, b: string): boolean {
  const [left, right] = [fold(a), fold(b)]
  const wanted = [left, ...formsOf(left)]
  return wanted.includes(right) || formsOf(right).some((form) => wanted.includes(form))
}

describe('words that are one for a reader are found by one another', () => {
  test.each([
    // endings, in languages whose stems nobody knows here
    ['книга', 'книгами'],
    ['правительство', 'правительства'],
    ['kitaplar', 'kitaplarımız'],
    ['Regierung', 'Regierungen'],
    ['υπολογιστής', 'υπολογιστές'],
    ['computadora', 'computadoras'],
    // Arabic: the article and what stands before it, alef, yeh, the last h, vowels
    ['كتاب', 'والكتاب'],
    ['المدرسة', 'مدرسه'],
    ['أحمد', 'احمد'],
    ['كِتَابٌ', 'كتاب'],
    ['الدوري', 'الدورى'],
    // Hebrew: points
    ['שָׁלוֹם', 'שלום'],
    // two letters for one
    ['Schlüter', 'Schlueter'],
    ['Müller', 'Mueller'],
    ['Ærø', 'Aeroe'],
    ['Århus', 'Aarhus'],
    ['Kjærgård', 'Kjaergaard'],
    // apostrophes
    ['İSTANBUL’da', 'istanbul'],
    ['aujourd’hui', 'aujourdhui'],
    ['don’t', 'dont'],
    ['O’Brien', 'obrien'],
  ])('%s and %s', (a, b) => {
    expect([meet(a, b), meet(b, a)]).toEqual([true, true])
  })
})

test.each([
  ['house', 'horse'],
  ['cat', 'category'],
  ['12345', '123456'],
  ['2024', '2025'],
  ['poet', 'pot'],
  ['queen', 'qun'],
])('%s and %s are not one', (a, b) => {
  expect([meet(a, b), meet(b, a)]).toEqual([false, false])
})

test('whatever a word is, its forms are others, each once, and the same each time', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      for (const { text: word } of findWords(text)) {
        const forms = formsOf(word)
        expect(new Set(forms).size).toBe(forms.length)
        expect(forms).not.toContain(word)
        expect(forms).not.toContain('')
        expect(formsOf(word)).toEqual(forms)
      }
    }),
  )
})

test('a form that is no word is none that a text can have', () => {
  expect(formsOf('households').filter((form) => findWords(form)[0]?.text !== form)).toEqual(['house*'])
})
