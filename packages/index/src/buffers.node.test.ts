import { expect, test } from 'vitest'
import { FlatIndex, HnswIndex } from './index.ts'
import { clusters } from './testing/data.ts'

// Node reads files into Buffers, which may lie anywhere in a pool, and whose slices are views of it.

test.each([
  ['FlatIndex', FlatIndex],
  ['HnswIndex', HnswIndex],
] as const)('a %s is read from a Buffer, wherever in its pool the bytes lie', async (_, Index) => {
  const rows = clusters(5, 3, 10)
  const vectors = rows(1100)
  const index = await Index.create({ dim: 3, metric: 'l2' })
  index.addMany(vectors)
  const bytes = index.toBytes()
  for (let shift = 0; shift < 5; shift++) {
    const buffer = Buffer.alloc(bytes.length + 9, 255)
    buffer.set(bytes, shift)
    const copy = await Index.from(buffer.subarray(shift, shift + bytes.length))
    for (const offset of [0, 500, 1099]) expect(copy.vector(offset)).toEqual(index.vector(offset))
    const query = rows(1)
    expect(copy.search(query, 10)).toEqual(index.search(query, 10))
  }
})
