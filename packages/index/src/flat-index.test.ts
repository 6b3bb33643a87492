import type { Metric } from '@voisin/spec'
import { expect, test } from 'vitest'
import { FlatIndex } from './flat-index.ts'
import { METRICS } from './metric-code.ts'
import { randomFloats, seeded } from './testing/random.ts'

const code = (code: string) => expect.objectContaining({ code })

async function filled(metric: Metric, dim: number, count: number, seed = 1): Promise<FlatIndex> {
  const index = await FlatIndex.create({ dim, metric })
  index.addMany(randomFloats(seeded(seed), dim * count))
  return index
}

test('an added vector is its own nearest neighbour', async () => {
  const index = await FlatIndex.create({ dim: 3, metric: 'cosine' })
  expect(index.add(Float32Array.of(1, 0, 0))).toBe(0)
  expect(index.add(Float32Array.of(0, 2, 0))).toBe(1)
  expect(index.addMany(Float32Array.of(0, 0, 3, 1, 1, 1))).toBe(2)
  const { offsets, distances } = index.search(Float32Array.of(0, 0.1, 0), 2)
  expect([...offsets]).toEqual([1, 3])
  expect(distances[0]).toBe(0)
  expect(distances[1]).toBeCloseTo(1 - 1 / Math.sqrt(3), 6)
})

test('a distance is what the metric says', async () => {
  for (const [metric, distance] of [
    ['cosine', 1 - 11 / Math.sqrt(5 * 25)],
    ['dot', -11],
    ['l2', 8],
  ] as const) {
    const index = await FlatIndex.create({ dim: 2, metric })
    index.add(Float32Array.of(3, 4))
    expect(index.search(Float32Array.of(1, 2), 1).distances[0]).toBeCloseTo(distance, 6)
  }
})

test.each(METRICS)('an empty %s index answers with nothing', async (metric) => {
  const index = await FlatIndex.create({ dim: 4, metric })
  const empty = { offsets: new Uint32Array(0), distances: new Float32Array(0) }
  expect(index.search(Float32Array.of(1, 2, 3, 4), 5)).toEqual(empty)
  expect(index.search(Float32Array.of(1, 2, 3, 4), 5, { moments: true })).toEqual({
    ...empty,
    moments: { mean: 0, deviation: 0 },
  })
  expect(index.addMany(new Float32Array(0))).toBe(0)
  expect([index.count, index.liveCount]).toEqual([0, 0])
})

test.each(METRICS)('at equal %s distance the smaller offset comes first', async (metric) => {
  const index = await FlatIndex.create({ dim: 5, metric })
  const vector = Float32Array.of(1, 2, 3, 4, 5)
  const far = vector.map((element) => -element)
  for (let i = 0; i < 200; i++) index.add(i % 2 ? far : vector)
  const evens = Array.from({ length: 100 }, (_, i) => i * 2)
  expect([...index.search(vector, 7).offsets]).toEqual(evens.slice(0, 7))
  expect([...index.search(vector, 100).offsets]).toEqual(evens)
  expect([...index.search(vector, 200).offsets]).toEqual([...evens, ...evens.map((even) => even + 1)])
})

test('a k above the number of live vectors brings all of them, sorted', async () => {
  const index = await filled('l2', 6, 1000)
  for (let offset = 0; offset < 1000; offset += 3) index.delete(offset)
  const { offsets, distances } = index.search(new Float32Array(6), Number.MAX_SAFE_INTEGER)
  expect(offsets.length).toBe(index.liveCount)
  expect([...offsets].some((offset) => offset % 3 === 0)).toBe(false)
  expect(distances).toEqual(distances.slice().sort())
})

test('a deleted vector is found no more, keeps its offset and can still be read', async () => {
  const index = await filled('cosine', 9, 70)
  const vector = index.vector(66)
  expect(index.search(vector, 1).offsets[0]).toBe(66)
  expect(index.delete(66)).toBe(true)
  expect(index.delete(66)).toBe(false)
  expect([index.count, index.liveCount]).toEqual([70, 69])
  expect(index.search(vector, 70).offsets).not.toContain(66)
  expect(index.vector(66)).toEqual(vector)
  expect(index.distances(vector, Uint32Array.of(66))[0]).toBeCloseTo(0, 6)
  expect(index.add(vector)).toBe(70)
})

test.each(METRICS)('a vector comes back bit for bit from a %s index', async (metric) => {
  const dim = 7
  const vectors = randomFloats(seeded(3), dim * 100)
  const index = await FlatIndex.create({ dim, metric })
  index.addMany(vectors)
  for (let i = 0; i < 100; i++) expect(index.vector(i)).toEqual(vectors.slice(i * dim, (i + 1) * dim))
})

test('growing keeps what was added, whether one at a time or many', async () => {
  const dim = 5
  const count = 3000
  const vectors = randomFloats(seeded(4), dim * count)
  const one = await FlatIndex.create({ dim, metric: 'cosine', capacity: 0 })
  const many = await FlatIndex.create({ dim, metric: 'cosine', capacity: count })
  const reserved = many.memoryBytes
  const deleted = [0, 63, 64, 100]
  for (let i = 0; i < count; i++) {
    one.add(vectors.subarray(i * dim, (i + 1) * dim))
    if (deleted.includes(i)) one.delete(i)
  }
  many.addMany(vectors)
  for (const offset of deleted) many.delete(offset)
  expect(many.memoryBytes).toBe(reserved)
  expect(one.search(vectors.subarray(0, dim), count)).toEqual(many.search(vectors.subarray(0, dim), count))
  expect(one.toBytes()).toEqual(many.toBytes())
})

test('the bits of the allow bitmap after the last vector mean nothing', async () => {
  const index = await filled('dot', 4, 3)
  const query = Float32Array.of(1, 1, 1, 1)
  expect([...index.search(query, 10, { allow: new Uint8Array(100).fill(255) }).offsets].sort()).toEqual([0, 1, 2])
  expect([...index.search(query, 10, { allow: Uint8Array.of(0b1111_1010) }).offsets]).toEqual([1])
  expect(index.search(query, 10, { allow: new Uint8Array(1) }).offsets.length).toBe(0)
})

test('an earlier search leaves nothing behind for a later one', async () => {
  const index = await filled('l2', 4, 500)
  const query = Float32Array.of(0.1, 0.2, 0.3, 0.4)
  const before = index.search(query, 20, { moments: true })
  index.search(Float32Array.of(-1, -1, -1, -1), 500, { allow: new Uint8Array(63), moments: true })
  index.search(Float32Array.of(-1, -1, -1, -1), 500)
  index.distances(
    query,
    Uint32Array.from({ length: 499 }, (_, i) => i),
  )
  expect(index.search(query, 20, { moments: true })).toEqual(before)
})

test('an index grows over what earlier calls wrote behind it and does not read it', async () => {
  const index = await filled('l2', 1, 64)
  const query = Float32Array.of(0.5)
  index.distances(query, new Uint32Array(10_000).fill(63))
  index.addMany(Float32Array.of(1, 2, 3))
  expect([...index.search(query, 1000).offsets].sort((a, b) => a - b)).toEqual([...Array(67).keys()])
})

test('moments count all live vectors, whatever is allowed', async () => {
  const index = await FlatIndex.create({ dim: 1, metric: 'l2' })
  index.addMany(Float32Array.of(1, 2, 3, 100))
  index.delete(3)
  const query = Float32Array.of(0)
  const { offsets, moments } = index.search(query, 1, { allow: Uint8Array.of(0b0010), moments: true })
  expect([...offsets]).toEqual([1])
  expect(moments?.mean).toBeCloseTo(14 / 3, 12)
  expect(moments?.deviation).toBeCloseTo(Math.sqrt(98 / 3 - (14 / 3) ** 2), 12)
  expect(index.search(query, 1)).not.toHaveProperty('moments')
})

test('distances are given in the order they were asked for, and are those of the search', async () => {
  const index = await filled('cosine', 31, 400)
  const query = randomFloats(seeded(9), 31)
  const { offsets, distances } = index.search(query, 399)
  expect(index.distances(query, offsets)).toEqual(distances)
  expect(index.distances(query, offsets.slice(3, 5))).toEqual(distances.slice(3, 5))
  expect(index.distances(query, Uint32Array.of(7, 7))[0]).toBe(index.distances(query, Uint32Array.of(7))[0])
  expect(index.distances(query, new Uint32Array(0)).length).toBe(0)
})

test('a vector of the wrong length is refused by every call that takes one', async () => {
  const index = await filled('cosine', 4, 3)
  const wrong = new Float32Array(5).fill(1)
  expect(() => index.add(wrong)).toThrow(code('dimension-mismatch'))
  expect(() => index.addMany(wrong)).toThrow(code('dimension-mismatch'))
  expect(() => index.search(wrong, 1)).toThrow(code('dimension-mismatch'))
  expect(() => index.distances(wrong, Uint32Array.of(0))).toThrow(code('dimension-mismatch'))
  expect(() => index.add(new Float32Array(0))).toThrow(code('dimension-mismatch'))
  expect(() => index.add([1, 2, 3, 4] as unknown as Float32Array)).toThrow(code('invalid-argument'))
  expect(() => index.add(null as unknown as Float32Array)).toThrow(code('invalid-argument'))
  expect(index.count).toBe(3)
})

test('one bad row of many and nothing is added', async () => {
  const index = await filled('cosine', 4, 3)
  const before = index.toBytes()
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    const rows = new Float32Array(4 * 1000).fill(1)
    rows[4 * 999 + 2] = bad
    expect(() => index.addMany(rows)).toThrow(code('invalid-vector'))
  }
  const rows = new Float32Array(4 * 1000).fill(1)
  rows.fill(0, 4 * 500, 4 * 501)
  expect(() => index.addMany(rows)).toThrow(code('invalid-vector'))
  expect(index.toBytes()).toEqual(before)
})

test('a zero vector is refused for cosine alone', async () => {
  const zero = new Float32Array(3)
  const cosine = await FlatIndex.create({ dim: 3, metric: 'cosine' })
  expect(() => cosine.add(zero)).toThrow(code('invalid-vector'))
  expect(() => cosine.search(zero, 1)).toThrow(code('invalid-vector'))
  for (const metric of ['dot', 'l2'] as const) {
    const index = await FlatIndex.create({ dim: 3, metric })
    index.add(zero)
    expect(index.search(zero, 1).distances[0]).toBe(0)
  }
})

test('arguments that cannot be are refused', async () => {
  for (const dim of [0, -1, 1.5, 4097, Number.NaN, '3' as unknown as number]) {
    await expect(FlatIndex.create({ dim, metric: 'l2' })).rejects.toMatchObject({ code: 'invalid-argument' })
  }
  await expect(FlatIndex.create({ dim: 3, metric: 'hamming' as Metric })).rejects.toMatchObject({ code: 'invalid-argument' })
  await expect(FlatIndex.create({ dim: 3, metric: 'l2', capacity: -1 })).rejects.toMatchObject({ code: 'invalid-argument' })
  const index = await filled('l2', 3, 9)
  const query = Float32Array.of(1, 2, 3)
  for (const k of [0, -1, 1.5, Number.NaN]) expect(() => index.search(query, k)).toThrow(code('invalid-argument'))
  expect(() => index.search(query, 1, { allow: new Uint8Array(1) })).toThrow(code('invalid-argument'))
  for (const offset of [-1, 9, 0.5, Number.NaN]) {
    expect(() => index.delete(offset)).toThrow(code('invalid-argument'))
    expect(() => index.vector(offset)).toThrow(code('invalid-argument'))
  }
  expect(() => index.distances(query, Uint32Array.of(3, 9))).toThrow(code('invalid-argument'))
})

test('the largest dim works', async () => {
  const index = await filled('cosine', 4096, 40)
  expect(index.search(index.vector(17), 1).offsets[0]).toBe(17)
})

test('a capacity beyond 4 GiB is refused', async () => {
  await expect(FlatIndex.create({ dim: 4096, metric: 'l2', capacity: 300_000 })).rejects.toMatchObject({ code: 'limit-exceeded' })
})

test('after close every call throws, and close may be called again', async () => {
  const index = await filled('dot', 2, 3)
  index.close()
  index.close()
  const vector = Float32Array.of(1, 2)
  const calls: readonly (() => unknown)[] = [
    () => index.count,
    () => index.liveCount,
    () => index.memoryBytes,
    () => index.add(vector),
    () => index.addMany(vector),
    () => index.delete(0),
    () => index.vector(0),
    () => index.search(vector, 1),
    () => index.distances(vector, Uint32Array.of(0)),
    () => index.toBytes(),
  ]
  for (const call of calls) expect(call).toThrow(code('closed'))
})

test.each(METRICS)('a compacted copy holds the live vectors alone and answers the same (%s)', async (metric) => {
  const dim = 5
  const index = await filled(metric, dim, 200)
  for (let offset = 0; offset < 200; offset += 3) index.delete(offset)
  const live = Array.from({ length: 200 }, (_, offset) => offset).filter((offset) => offset % 3 !== 0)
  const copy = index.compacted()
  expect([copy.count, copy.liveCount, index.count]).toEqual([live.length, live.length, 200])
  expect(copy.memoryBytes).toBeLessThanOrEqual(index.memoryBytes)
  for (let query = 0; query < 5; query++) {
    const vector = randomFloats(seeded(query + 50), dim)
    const before = index.search(vector, 20, { moments: true })
    const after = copy.search(vector, 20, { moments: true })
    expect([...after.offsets].map((offset) => live[offset])).toEqual([...before.offsets])
    expect(after.distances).toEqual(before.distances)
    expect(after.moments).toEqual(before.moments)
  }
  live.forEach((offset, place) => void expect(copy.vector(place)).toEqual(index.vector(offset)))
  expect(copy.addMany(randomFloats(seeded(9), dim * 500))).toBe(live.length)
  index.close()
  expect(copy.liveCount).toBe(live.length + 500)
})

test('what was reserved can be added; what passes the limit is refused before anything changes', async () => {
  const dim = 16
  const index = await FlatIndex.create({ dim, metric: 'l2', maxBytes: 2 * 65_536 })
  index.reserve(1_000)
  const reserved = index.memoryBytes
  index.addMany(randomFloats(seeded(1), dim * 1_000))
  expect(index.memoryBytes).toBe(reserved)
  expect(() => index.reserve(10_000)).toThrow(code('limit-exceeded'))
  expect(() => index.addMany(randomFloats(seeded(1), dim * 10_000))).toThrow(code('limit-exceeded'))
  expect([index.count, index.search(new Float32Array(dim), 3).offsets.length]).toEqual([1_000, 3])
  await expect(FlatIndex.create({ dim, metric: 'l2', capacity: 10_000, maxBytes: 65_536 })).rejects.toEqual(
    code('limit-exceeded'),
  )
})
