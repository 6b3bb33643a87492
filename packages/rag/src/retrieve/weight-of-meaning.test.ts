import { expect, test } from 'vitest'
import { knownWords, weightOfMeaning } from './weight-of-meaning.ts'

test('two fifths of the weight stay for a word that is not known, a tenth for a name, all of it for what is known', () => {
  expect(weightOfMeaning(0.5, { share: 0, named: 0 })).toBeCloseTo(0.2)
  expect(weightOfMeaning(0.5, { share: 0.5, named: 0 })).toBeCloseTo(0.35)
  expect(weightOfMeaning(0.5, { share: 0.5, named: 0.5 })).toBeCloseTo(0.275)
  expect(weightOfMeaning(0.5, { share: 0, named: 1 })).toBeCloseTo(0.05)
  const known = { share: 1, named: 0 }
  expect([weightOfMeaning(0.5, known), weightOfMeaning(1, known), weightOfMeaning(0, known)]).toEqual([0.5, 1, 0])
})

test('of a question the words count that carry meaning, as they are written in it', async () => {
  const asked: string[] = []
  const knows = async (words: readonly string[]) => {
    asked.push(...words)
    return words.map((word) => word === 'Capital')
  }
  expect(await knownWords('What is the Capital of Eldorado?', { knows })).toEqual({ share: 0.5, named: 0, words: ['Capital'] })
  expect(asked).toEqual(['Capital', 'Eldorado'])
  expect((await knownWords('Who are you?', { knows: async (words) => words.map(() => true) }))!.share).toBe(1)
  const all = { knows: async (words: readonly string[]) => words.map(() => true) }
  expect(await knownWords('What changed in 1.2.3?', all)).toMatchObject({ share: 0.25, named: 0.75 })
  expect(await knownWords('well-known get_user_by_id', all)).toMatchObject({ share: 0.4, named: 0.6 })
  expect(await knownWords('Where is buttonList used?', all)).toMatchObject({ share: 0.5, named: 0.5 })
  expect(await knownWords('?!', { knows })).toEqual({ share: 0, named: 0, words: [] })
  expect(await knownWords('What is it?', {})).toBeUndefined()
})
