import { expect, test } from 'vitest'
import { knownShare, weightOfMeaning } from './weight-of-meaning.ts'

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
  expect(await knownShare('What is the Capital of Eldorado?', { knows })).toBe(0.5)
  expect(asked).toEqual(['Capital', 'Eldorado'])
  expect(await knownShare('Who are you?', { knows: async (words) => words.map(() => true) })).toBe(1)
  expect(await knownShare('?!', { knows })).toBe(0)
  expect(await knownShare('What is it?', {})).toBeUndefined()
})
