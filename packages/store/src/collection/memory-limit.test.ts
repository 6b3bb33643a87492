import { expect, onTestFinished, test } from 'vitest'
import { collect, lookInto, openStored, tempDatabase } from '../testing/open-stored.ts'

const BLOCKS = { largeWriteBytes: 2 ** 20, blockBytes: { payloads: 2 ** 17, vectors: 2 ** 17 } }
const points = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => ({ id: from + i, vector: Float32Array.of(from + i, 1, 0), payload: {} }))

/** As much as an index takes that is opened with two thousand vectors: for twenty thousand it is too little. */
async function littleMemory(): Promise<number> {
  const database = tempDatabase(onTestFinished)
  const collection = await openStored(database, BLOCKS)
  await collection.upsert(points(2000))
  const { memoryBytes: bytes } = await collection.status()
  await collection.close()
  return bytes
}

test('a write that memory cannot take is refused before it is stored, and the collection works on', async () => {
  const database = tempDatabase(onTestFinished)
  const collection = await openStored(database, { ...BLOCKS, indexBytes: await littleMemory() })
  await collection.upsert(points(500))
  await expect(collection.upsert(points(50_000, 500))).rejects.toMatchObject({ code: 'limit-exceeded', dataState: 'intact' })
  expect(await collection.upsert(points(1, 500))).toEqual({ lsn: 2 })
  expect((await collection.query({ vector: Float32Array.of(7, 1, 0), limit: 1 }))[0]?.id).toBe(7)
  await collection.close()
  expect(await lookInto(database)).toMatchObject({ points: points(501), dataState: 'intact', lsn: 2 })
})

test('a collection that memory cannot take can be opened, read, written to, folded and deleted from; only searching its vectors says why not', async () => {
  const database = tempDatabase(onTestFinished)
  const ample = await openStored(database, BLOCKS)
  await ample.upsert(points(20_000))
  await ample.close()
  for (const isFolded of [false, true]) {
    const poor = await openStored(database, { ...BLOCKS, indexBytes: await littleMemory() })
    expect(await poor.count()).toBe(isFolded ? 19_991 : 20_000)
    expect((await poor.status()).dataState).toBe('intact')
    const refusal = { code: 'limit-exceeded', dataState: 'intact' }
    await expect(poor.query({ vector: Float32Array.of(7, 1, 0) })).rejects.toMatchObject(refusal)
    expect(await poor.retrieve([7_000], { withVector: true })).toEqual(points(1, 7_000))
    if (isFolded) await poor.vacuum()
    else {
      await poor.upsert(points(1, 20_000))
      await poor.delete(points(10).map(({ id }) => id))
      await poor.checkpoint()
    }
    await poor.close()
  }
  const again = await openStored(database, BLOCKS)
  expect((await again.query({ vector: Float32Array.of(20_000, 1, 0), limit: 1 }))[0]?.id).toBe(20_000)
  expect(await collect(again.scroll({ withVector: true }))).toEqual(points(19_991, 10))
  await again.close()
})

test('points that are changed or replaced again and again take no more memory for it', async () => {
  const database = tempDatabase(onTestFinished)
  const dim = 256
  const collection = await openStored(database, { ...BLOCKS, largeWriteBytes: 2 ** 23, dim })
  const many = Array.from({ length: 300 }, (_, id) => ({
    id,
    vector: new Float32Array(dim).fill(id),
    payload: { text: `note ${id}` },
  }))
  await collection.upsert(many)
  const ids = many.map(({ id }) => id)
  const after = async (rounds: number, write: (round: number) => Promise<unknown>) => {
    for (let round = 0; round < rounds; round++) await write(round)
    return (await collection.status()).memoryBytes
  }
  const update = (round: number) => collection.update(ids, { seen: round % 10, text: `note seen ${round % 10}` })
  const updated = await after(20, update)
  expect(await after(40, update)).toBeLessThanOrEqual(updated * 1.5)
  const replace = () => collection.upsert(many)
  const replaced = await after(10, replace)
  // Offsets are numbered anew from time to time only; vectors, a kilobyte each, are let go of long before.
  const ofOffsets = 40 * many.length * 32
  expect(await after(40, replace)).toBeLessThanOrEqual(replaced * 1.5 + ofOffsets)
  await collection.close()
})

test('memory that a write has been promised is not taken by what other tabs have written', async () => {
  const database = tempDatabase(onTestFinished)
  const deaf = { openChannel: () => ({ post() {}, close() {} }) }
  const a = await openStored(database, { ...BLOCKS, indexBytes: 2 ** 16, world: deaf })
  const b = await openStored(database, { ...BLOCKS, world: deaf })
  await b.upsert(points(150))
  // Either there is room for both, or this write is refused and nothing of it is stored.
  const outcome = await a.upsert(points(150, 1_000)).then(
    () => 'taken',
    (error: unknown) => (error as { code: string }).code,
  )
  const stored = (await lookInto(database)).points.length
  expect([outcome, stored]).toEqual(outcome === 'taken' ? ['taken', 300] : ['limit-exceeded', 150])
  if (outcome === 'taken') expect(await a.query({ vector: Float32Array.of(1, 1, 0), limit: 1 })).toHaveLength(1)
  await a.close()
  await b.close()
})
