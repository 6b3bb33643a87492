import { expect, test } from 'vitest'
import { SampledWords } from './sampled-words.ts'

const texts = ['the red bicycle', 'a red mountain railway', 'bicycles and more bicycles', 'the blue river']
const words = new SampledWords()
for (const text of texts) words.add(text)
const unchanged = (question: string) => [...words.scores(question, { text: 3, as: texts[3]! })]

test('rare words count more than frequent ones, and words that begin alike count as one', () => {
  const [bicycle, railway, bicycles, river] = unchanged('which red bicycle?')
  expect(bicycle).toBeGreaterThan(bicycles!)
  expect(bicycles).toBeGreaterThan(0)
  expect(railway).toBeGreaterThan(0)
  expect(river).toBe(0)
  expect(unchanged('mountain')[1]).toBeGreaterThan(unchanged('red')[1]!)
  expect(unchanged('bicycle')[2]).toBeGreaterThan(unchanged('bicycle')[0]!)
})

test('one text is taken for another, and the others stay as they are', () => {
  const before = unchanged('red bicycle')
  const [without, ...others] = words.scores('red bicycle', { text: 0, as: 'the bicycle' })
  expect(others).toEqual(before.slice(1))
  expect(without).toBeGreaterThan(0)
  expect(without).toBeLessThan(before[0]!)
  expect(words.scores('red bicycle', { text: 0, as: '' })[0]).toBeCloseTo(0, 12)
  expect(words.scores('red bicycle', { text: 3, as: 'red bicycle' })[3]).toBeGreaterThan(before[0]!)
})
