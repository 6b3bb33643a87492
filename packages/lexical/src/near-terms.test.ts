import { editsIn, typingErrors, unitsOf } from '@voisin/words'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LexicalIndex } from './lexical-index.ts'
import { NearTerms } from './near-terms.ts'
import { TermTable } from './term-table.ts'

test('what is near is what a look at each word says, the nearest first', () => {
  const word = fc.string({ unit: fc.constantFrom(...'abcйж'), minLength: 1, maxLength: 11 })
  fc.assert(
    fc.property(fc.uniqueArray(word, { maxLength: 60 }), word, (words, asked) => {
      const table = new TermTable()
      const near = new NearTerms()
      for (const each of words) near.add(table.take(each), each)
      const found = near.near(asked, (term) => table.unitsOf(term))
      const expected = words.flatMap((each, term) => {
        const edits = typingErrors(unitsOf(asked), unitsOf(each), editsIn(asked))
        return editsIn(each) > 0 && edits > 0 ? [{ term, edits }] : []
      })
      expect(found).toEqual(expected.sort((a, b) => a.edits - b.edits || a.term - b.term))
    }),
    { numRuns: 500 },
  )
})

test('a term is spelled as it came, in whatever script', () => {
  const texts = fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text.isWellFormed()))
  fc.assert(
    fc.property(texts, (words) => {
      const table = new TermTable()
      for (const each of words) table.take(each)
      expect(words.map((_, term) => table.wordOf(term))).toEqual(words)
    }),
  )
})

const indexOf = (...texts: string[]) => {
  const index = new LexicalIndex()
  texts.forEach((text, offset) => void index.add(offset, [text]))
  return index
}

test.each([
  ['acknowlegement', 'A letter of acknowledgement was sent.'],
  ['Fnich', 'Nora Finch lives here.'],
  ['recieve', 'You receive it on Monday.'],
  ['пренадлежит', 'Это принадлежит ему.'],
])('%s is found', (query, text) => {
  const index = indexOf('Something else.', text, 'Nothing of it.')
  expect([...index.search(query, 3).offsets]).toEqual([1])
})

test.each([
  ['graft', 'A craft is learned.'],
  ['jabs', 'There are jobs.'],
])('%s is a word of its own', (query, text) => {
  expect([...indexOf(text).search(query, 3).offsets]).toEqual([])
})

test('a word that is there is not taken for another', () => {
  const index = indexOf('A form is filled in.', 'It comes from Rome.')
  expect([...index.search('form', 3).offsets]).toEqual([0])
  expect([...index.search('fomr', 3).offsets]).toEqual([0])
})

test('where a word is gone it is as if it had never been there', () => {
  const index = indexOf('The printer is new.', 'The painter is old.')
  expect([...index.search('printer', 3).offsets]).toEqual([0])
  index.delete(0)
  expect([...index.search('printer', 3).offsets]).toEqual([1])
})
