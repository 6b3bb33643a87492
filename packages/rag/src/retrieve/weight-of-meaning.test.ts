import { expect, test } from 'vitest'
import { knownWords, weightOfMeaning } from './weight-of-meaning.ts'

test('two fifths of the weight stay where nothing is known, all of it where everything is', () => {
  expect(weightOfMeaning(0.5, 0)).toBeCloseTo(0.2)
  expect(weightOfMeaning(0.5, 0.5)).toBeCloseTo(0.35)
  expect([weightOfMeaning(0.5, 1), weightOfMeaning(1, 1), weightOfMeaning(0, 1)]).toEqual([0.5, 1, 0])
})

test('of a question the words count that carry meaning, as they are written in it', async () => {
  const asked: string[] = []
  const knows = async (words: readonly string[]) => {
    asked.push(...words)
    return words.map((word) => word === 'Capital')
  }
  expect(await knownWords('What is the Capital of Eldorado?', { knows })).toEqual({ share: 0.5, words: ['Capital'] })
  expect(asked).toEqual(['Capital', 'Eldorado'])
  expect((await knownWords('Who are you?', { knows: async (words) => words.map(() => true) }))!.share).toBe(1)
  const all = { knows: async (words: readonly string[]) => words.map(() => true) }
  expect((await knownWords('What changed in 1.2.3?', all))!.share).toBe(0.25)
  expect((await knownWords('well-known get_user_by_id', all))!.share).toBe(0.4)
  expect(await knownWords('?!', { knows })).toEqual({ share: 0, words: [] })
  expect(await knownWords('What is it?', {})).toBeUndefined()
})
