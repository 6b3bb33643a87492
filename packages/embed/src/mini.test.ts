import { miniModel } from '@voisin/mini'
import { describe, expect, test } from 'vitest'
import { createEmbedder } from './index.ts'

describe.for([
  ['in a worker', true],
  ['on this thread', false],
] as const)('the built-in model %s', ([, worker]) => {
  test('loads, counts tokens and finds what is meant', async () => {
    const embedder = await createEmbedder({ model: miniModel, worker })
    try {
      expect(embedder).toMatchObject({ dim: miniModel.dim, maxTokens: miniModel.maxTokens })
      expect(await embedder.info()).toMatchObject({ runtime: 'static', device: 'cpu', reproducible: true, inWorker: worker })
      const texts = ['Paris is the capital of France.', 'Bread is baked from flour, water and yeast.']
      const { data, dim, count } = await embedder.embedDocuments(texts)
      expect(count).toBe(2)
      const query = await embedder.embedQuery('Which city governs France?')
      const score = (row: number) => query.reduce((sum, value, i) => sum + value * data[row * dim + i]!, 0)
      expect(score(0)).toBeGreaterThan(score(1) + 0.2)
      expect((await embedder.countTokens(texts)).every((count) => count > 5)).toBe(true)
      const words = ['capital', 'Boulangerie', 'œuf', 'kitab', 'столица', 'qzxwv']
      expect(await embedder.knows(words)).toEqual([true, true, true, false, false, false])
      expect((await embedder.tokens(texts[0]!)).at(0)).toMatchObject({ start: 0, end: 5 })
    } finally {
      await embedder.close()
    }
  })
})
