import { expect, test } from 'vitest'
import { findSentences } from './sentences.ts'
import { findStatements } from './statements.ts'

const sentencesOf = (text: string) => findSentences(text).map(({ start, end }) => text.slice(start, end))
const statementsOf = (text: string) => findStatements(text).map(({ start, end }) => text.slice(start, end))

test('a line break does not end a sentence', () => {
  expect(sentencesOf('One sentence\nover two lines. And\r\nanother one.')).toEqual([
    'One sentence\nover two lines.',
    'And\r\nanother one.',
  ])
})

test('an abbreviation does not end a sentence', () => {
  expect(sentencesOf('Dr. Curie met J. Perrin, cf. Fig. 3. They talked.')).toEqual([
    'Dr. Curie met J. Perrin, cf. Fig. 3.',
    'They talked.',
  ])
  expect(sentencesOf('Mme. Dupont vit av. Foch. Elle lit.')).toEqual(['Mme. Dupont vit av. Foch.', 'Elle lit.'])
})

test('French and Chinese sentences end where they do', () => {
  expect(sentencesOf('Est-ce vrai ? Oui ! « Non. » Il part.')).toHaveLength(4)
  expect(sentencesOf('东京是首都。巴黎也是。')).toEqual(['东京是首都。', '巴黎也是。'])
})

test('what stands in lists, below the header of tables and in code is a statement without its markup', () => {
  expect(
    statementsOf(
      'Bring:\n\n- a passport. Or a card.\n2. [x] a photo\n> Quoted.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```js\nrun()\n```',
    ),
  ).toEqual(['Bring:', 'a passport.', 'Or a card.', 'a photo\n> Quoted.', '| 1 | 2 |', 'run()'])
})

test('blank text has no sentences', () => {
  expect(sentencesOf(' \n ')).toEqual([])
  expect(statementsOf('')).toEqual([])
})
