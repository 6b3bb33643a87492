import { isVoisinError } from '@voisin/spec'
import { expect, test } from 'vitest'
import { FlatIndex } from './flat-index.ts'
import { METRICS } from './metric-code.ts'
import { randomFloats, seeded } from './testing/random.ts'

const HEADER_BYTES = 32

async function bytesOf(dim: number, count: number, metric = METRICS[0]!): Promise<Uint8Array> {
  const index = await FlatIndex.create({ dim, metric })
  index.addMany(randomFloats(seeded(dim * count), dim * count))
  for (let offset = 2; offset < count; offset += 5) index.delete(offset)
  return index.toBytes()
}

async function expectRefused(bytes: Uint8Array): Promise<void> {
  const error = await FlatIndex.from(bytes).then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(isVoisinError(error) && ['corrupt-data', 'unsupported'].includes(error.code), String(error)).toBe(true)
}

test.each(METRICS)('a %s index read from bytes answers as the one that wrote them', async (metric) => {
  for (const [dim, count] of [
    [1, 0],
    [1, 1],
    [3, 65],
    [384, 129],
    [4096, 9],
  ] as const) {
    const bytes = await bytesOf(dim, count, metric)
    const index = await FlatIndex.from(bytes)
    expect([index.dim, index.metric, index.count]).toEqual([dim, metric, count])
    expect(index.toBytes()).toEqual(bytes)
    const original = await FlatIndex.create({ dim, metric })
    original.addMany(randomFloats(seeded(dim * count), dim * count))
    for (let offset = 2; offset < count; offset += 5) original.delete(offset)
    const query = new Float32Array(dim).fill(0.5)
    expect(index.search(query, 20, { moments: true })).toEqual(original.search(query, 20, { moments: true }))
  }
})

test('bytes may lie at any address', async () => {
  const bytes = await bytesOf(3, 20)
  for (let shift = 1; shift < 8; shift++) {
    const shifted = new Uint8Array(bytes.length + 16).subarray(shift, shift + bytes.length)
    shifted.set(bytes)
    expect((await FlatIndex.from(shifted)).toBytes()).toEqual(bytes)
  }
})

test('any bit of the header turned is noticed', async () => {
  const bytes = await bytesOf(3, 20)
  for (let bit = 0; bit < HEADER_BYTES * 8; bit++) {
    const damaged = bytes.slice()
    damaged[bit >> 3]! ^= 1 << (bit & 7)
    await expectRefused(damaged)
  }
})

test('any byte after the header changed is noticed', async () => {
  const bytes = await bytesOf(5, 30)
  for (let at = HEADER_BYTES; at < bytes.length; at++) {
    const damaged = bytes.slice()
    damaged[at]! ^= 1 << (at & 7)
    await expectRefused(damaged)
  }
})

test('bytes cut short or with something behind are refused', async () => {
  const bytes = await bytesOf(3, 20)
  for (let length = 0; length < bytes.length; length++) await expectRefused(bytes.slice(0, length))
  await expectRefused(new Uint8Array([...bytes, 0]))
  await expectRefused(new Uint8Array(1000))
})

test('the bytes are those of docs: magic, version, dim, metric, count, live count, checksum, vectors, live bits', async () => {
  const index = await FlatIndex.create({ dim: 2, metric: 'l2' })
  index.addMany(Float32Array.of(1, 2, -1, 0.5, 0, 0))
  index.delete(1)
  const bytes = index.toBytes()
  expect(new TextDecoder().decode(bytes.subarray(0, 8))).toBe('VOISINFL')
  expect([...new Uint32Array(bytes.buffer, 8, 5)]).toEqual([1, 2, 2, 3, 2])
  expect([...new Float32Array(bytes.buffer, 32, 6)]).toEqual([1, 2, -1, 0.5, 0, 0])
  expect([...bytes.subarray(56)]).toEqual([0b101])
})
