import { expect, test } from 'vitest'
import { FlatIndex, HnswIndex } from './index.ts'
import { clusters } from './testing/data.ts'

const DIM = 32
const COUNT = 3000

async function pair() {
  const rows = clusters(5, DIM, 50)
  const vectors = rows(COUNT)
  const index = await HnswIndex.create({ dim: DIM, metric: 'cosine' })
  const flat = await FlatIndex.create({ dim: DIM, metric: 'cosine' })
  index.addMany(vectors)
  flat.addMany(vectors)
  return { index, flat, queries: Array.from({ length: 50 }, () => rows(1)) }
}

test('an index with a graph works in Node as in the browser', async () => {
  const { index, flat, queries } = await pair()
  expect(index.hasGraph).toBe(true)
  for (let offset = 0; offset < COUNT; offset += 7) {
    index.delete(offset)
    flat.delete(offset)
  }
  let found = 0
  for (const query of queries) {
    const truth = flat.search(query, 10)
    expect(index.search(query, 10, { recall: 1 })).toEqual(truth)
    const offsets = new Set(truth.offsets)
    found += index.search(query, 10, { path: 'graph', ef: 100 }).offsets.filter((offset) => offsets.has(offset)).length
  }
  expect(found / 500).toBeGreaterThan(0.98)
  const batch = new Float32Array(queries.flatMap((query) => [...query]))
  expect(index.searchMany(batch, 5, { recall: 1 })).toEqual(queries.map((query) => flat.search(query, 5)))
  expect(index.vacuum().length).toBe(COUNT)
  expect(index.count).toBe(flat.liveCount)
})
