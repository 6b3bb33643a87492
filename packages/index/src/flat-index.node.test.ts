import { expect, test } from 'vitest'
import { FlatIndex } from './index.ts'
import { randomFloats, seeded } from './testing/random.ts'

test('the index works in Node as in the browser', async () => {
  const vectors = randomFloats(seeded(5), 384 * 500)
  const index = await FlatIndex.create({ dim: 384, metric: 'cosine' })
  index.addMany(vectors)
  index.delete(3)
  const copy = await FlatIndex.from(index.toBytes())
  for (const offset of [0, 3, 499]) {
    const query = vectors.slice(offset * 384, (offset + 1) * 384)
    expect(copy.search(query, 10)).toEqual(index.search(query, 10))
    expect(copy.search(query, 1).offsets[0] === offset).toBe(offset !== 3)
  }
})
