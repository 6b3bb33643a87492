import { expect, test } from 'vitest'
import { pseudoQuestionsOf } from './pseudo-question.ts'

const text = [
  'Tea plants grow best on cool, misty mountain slopes, where heavy rain falls in the warm months of every year.',
  'Pickers gather the youngest leaves by hand.',
  'Factories wither, roll and dry these leaves.',
].join(' ')

test('a sentence’s first twelve words ask, and the text without the sentence answers', () => {
  const [first, other] = pseudoQuestionsOf(text, 0)
  expect(first!.question).toBe('Tea plants grow best on cool, misty mountain slopes, where heavy rain')
  expect(first!.rest.trim()).toBe(text.slice(text.indexOf('Pickers')))
  expect(other!.question).toBe('Pickers gather the youngest leaves by hand')
  expect(other!.rest).not.toContain('Pickers')
  expect(other!.rest).toContain('every year.')
  expect(pseudoQuestionsOf(text, 1)[1]!.question).toBe('Factories wither, roll and dry these leaves')
})

test.each(['', '?!', 'Pickers gather the youngest leaves by hand. Factories dry these leaves.', 'Yes. No. It is so. Oh.'])(
  'of %j there are none',
  (short) => {
    expect(pseudoQuestionsOf(short, 0)).toEqual([])
  },
)

test('a list’s items and sentences without spaces are asked too', () => {
  expect(pseudoQuestionsOf('- red garden bicycle\n- green mountain railway\n- blue river steamer', 0)).toHaveLength(2)
  expect(pseudoQuestionsOf('北京是中国的首都。故宫位于北京市中心。长城建于明朝时期。', 0)).toHaveLength(2)
})
