import { HnswIndex } from '@voisin/index'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { readBody } from '../blocks/block-codec.ts'
import { BODY } from '../blocks/block-store.ts'
import { openIndexedStorage } from '../database/indexed-storage.ts'
import type { Storage } from '../database/storage.ts'
import { isLinked } from '../testing/is-linked.ts'
import { type OpenStoredOptions, openStored, type StoredCollection, tempDatabase } from '../testing/open-stored.ts'
import { wrapped } from '../testing/wrapped-storage.ts'

const DIM = 16
/** Too many to be scanned in less time than a walk takes, wherever this runs; links of them fill two blocks. */
const COUNT = 12_000
const OPTIONS: OpenStoredOptions = {
  largeWriteBytes: 2 ** 20,
  blockBytes: { payloads: 2 ** 17, vectors: 2 ** 17 },
  dim: DIM,
  metric: 'cosine',
}

const WAITING = { timeout: 60_000, interval: 500 }

/** Around some centres, so that there are near ones. */
function vectorOf(id: number): Float32Array {
  return Float32Array.from({ length: DIM }, (_, i) => Math.cos((id % 97) * (i + 1)) + 0.3 * Math.cos(id * (i + 3)))
}

const pointsOf = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => ({ id: from + i, vector: vectorOf(from + i), payload: { even: i % 2 === 0 } }))

// Asked seldom: a collection that is called is linked slowly.
const linked = (collection: StoredCollection) =>
  vi.waitFor(async () => expect(await isLinked(collection, vectorOf(5))).toBe(true), { timeout: 110_000, interval: 500 })

/** Blocks of links that lie in a database. */
async function linkBlocks(database: string): Promise<{ readonly key: readonly number[]; readonly rows: number }[]> {
  const storage = await openIndexedStorage(database)
  try {
    const records = await storage.read(['blocks'], async (transaction) => {
      const keys = (await transaction.keys('blocks', { prefix: [] })) as [number, number, number][]
      return await Promise.all(
        keys.filter(([, , piece]) => piece === BODY).map(async (key) => ({ key, record: await transaction.get('blocks', key) })),
      )
    })
    return records.flatMap(({ key, record }) => {
      const { kind, rows } = readBody(record, key[0], key[1])
      return kind === 'links' ? [{ key, rows }] : []
    })
  } finally {
    storage.close()
  }
}

async function change(database: string, key: readonly number[], make: (record: Uint8Array) => Uint8Array | undefined) {
  const storage = await openIndexedStorage(database)
  await storage.write(['blocks'], 'strict', async (transaction) => {
    const changed = make((await transaction.get('blocks', key)) as Uint8Array)
    if (changed === undefined) await transaction.delete('blocks', key)
    else await transaction.put('blocks', key, changed)
  })
  storage.close()
}

/** A database with all points, their links stored; closed. */
async function stored(database = tempDatabase(onTestFinished)): Promise<string> {
  const collection = await openStored(database, OPTIONS)
  await collection.upsert(pointsOf(0, COUNT))
  await linked(collection)
  expect(await collection.checkpoint()).toBe('done')
  await collection.close()
  return database
}

/** Whether there was a graph each time that linking began: at the first slice, since an index may be gone before it. */
const had: boolean[] = []
const { linkSteps } = HnswIndex.prototype

beforeEach(() => {
  const spy = vi.spyOn(HnswIndex.prototype, 'linkSteps').mockImplementation(function* (this: HnswIndex) {
    had.push(this.hasGraph)
    yield* linkSteps.call(this)
  })
  return () => spy.mockRestore()
})

/** Opens a collection; whether its graph was there before anything was linked is the first of `had`. */
async function reopened(database: string, options: OpenStoredOptions = OPTIONS): Promise<StoredCollection> {
  had.length = 0
  const collection = await openStored(database, options)
  onTestFinished(() => collection.close())
  return collection
}

/** Waits until links of so many vectors are all that is stored. */
async function storedAnew(database: string, collection: StoredCollection, rows: number): Promise<void> {
  const rowsNow = async () => {
    await collection.vacuum()
    expect((await linkBlocks(database)).reduce((sum, block) => sum + block.rows, 0)).toBe(rows)
  }
  await vi.waitFor(rowsNow, { timeout: 60_000, interval: 400 })
}

const idsOf = async (collection: StoredCollection, id: number, exact: boolean) =>
  (await collection.query({ vector: vectorOf(id), limit: 20, params: { exact } })).map(({ id }) => id)

async function expectAnswers(collection: StoredCollection, gone: (id: number) => boolean = () => false): Promise<void> {
  let found = 0
  for (let i = 0; i < 20; i++) {
    const exact = new Set(await idsOf(collection, i * 401, true))
    expect([...exact].filter((id) => gone(id as number))).toEqual([])
    found += (await idsOf(collection, i * 401, false)).filter((id) => exact.has(id)).length
  }
  expect(found).toBeGreaterThan(380)
}

test('a graph is stored when it is quiet, and not made again when the collection is opened', async () => {
  const database = tempDatabase(onTestFinished)
  const first = await openStored(database, { ...OPTIONS, checkpointAfter: {} })
  await first.upsert(pointsOf(0, COUNT))
  await vi.waitFor(async () => expect(await linkBlocks(database)).not.toEqual([]), { timeout: 60_000, interval: 500 })
  expect((await linkBlocks(database)).map(({ rows }) => rows).reduce((sum, rows) => sum + rows)).toBe(COUNT)
  await first.close()
  const collection = await reopened(database)
  await linked(collection)
  expect(had[0]).toBe(true)
  await expectAnswers(collection)
  // It is fresh: nothing is to be written.
  const before = await linkBlocks(database)
  expect(await collection.checkpoint()).toBe('nothing')
  await collection.upsert([{ id: 5, vector: vectorOf(5), payload: {} }])
  expect(await collection.checkpoint()).toBe('done')
  expect(await linkBlocks(database)).toEqual(before)
})

test('links are led past what was deleted since, and what came is linked; when much has changed they are stored anew', async () => {
  const database = await stored()
  const collection = await reopened(database)
  await linked(collection)
  const before = await linkBlocks(database)
  await collection.delete(Array.from({ length: 1_500 }, (_, i) => i * 8))
  await collection.upsert(pointsOf(COUNT, COUNT + 500))
  await linked(collection)
  expect(await collection.checkpoint()).toBe('done')
  expect(await linkBlocks(database)).toEqual(before)
  await collection.close()

  const gone = (id: number) => id < COUNT && id % 8 === 0
  const again = await reopened(database)
  await expectAnswers(again, gone)
  await linked(again)
  expect(had[0]).toBe(true)
  await expectAnswers(again, gone)
  await again.delete(Array.from({ length: 1_500 }, (_, i) => i * 8 + 1))
  // So many are gone that walks are measured anew, and then stored.
  await storedAnew(database, again, COUNT + 500 - 3_000)
  await again.close()
  const last = await reopened(database)
  await linked(last)
  expect(had[0]).toBe(true)
  await expectAnswers(last, (id) => id < COUNT && id % 8 < 2)
})

test('links are kept when offsets are numbered anew', async () => {
  const database = await stored()
  const collection = await reopened(database)
  await linked(collection)
  // The first half of all offsets dies.
  for (let from = 0; from < COUNT / 8; from += 500) await collection.upsert(pointsOf(from, from + 500))
  for (let i = 0; i < 9; i++) await collection.upsert(pointsOf(0, COUNT / 8))
  await collection.vacuum()
  await linked(collection)
  await collection.close()
  const again = await reopened(database)
  await linked(again)
  expect(had[0]).toBe(true)
  await expectAnswers(again)
})

test('links stay when another tab, which has a graph of its own, folds', async () => {
  const database = await stored()
  const before = await linkBlocks(database)
  const [one, other] = [await reopened(database), await reopened(database)]
  await Promise.all([linked(one), linked(other)])
  await one.upsert(pointsOf(COUNT, COUNT + 50))
  expect(await one.checkpoint()).toBe('done')
  await other.catchUp()
  await other.upsert(pointsOf(COUNT + 50, COUNT + 100))
  expect(await other.checkpoint()).toBe('done')
  expect(await linkBlocks(database)).toEqual(before)
})

test.each<[string, number, (record: Uint8Array) => Uint8Array | undefined]>([
  ['is altered', 0, (record) => record.map((byte, i) => (i === record.length >> 1 ? byte ^ 1 : byte))],
  ['is gone', 1, () => undefined],
  ['is cut', 1, (record) => record.slice(0, 100)],
])('where a block of links %s nothing is lost or told: they are made and stored again', async (_, which, damage) => {
  const database = await stored()
  const before = await linkBlocks(database)
  expect(before).toHaveLength(2)
  await change(database, before[which]!.key, damage)
  const onNotice = vi.fn()
  const collection = await reopened(database, { ...OPTIONS, onNotice })
  expect((await collection.status()).dataState).toBe('intact')
  await linked(collection)
  expect([had[0], onNotice.mock.calls]).toEqual([false, []])
  expect(await collection.checkpoint()).toBe('done')
  await collection.close()
  const again = await reopened(database)
  await linked(again)
  expect(had[0]).toBe(true)
  await expectAnswers(again)
})

test('links that are whole and make no sense are made and stored again', async () => {
  const restoring = vi.spyOn(HnswIndex.prototype, 'packLinks').mockImplementationOnce(function* (this: HnswIndex) {
    yield
    const offsets = Uint32Array.from({ length: COUNT }, (_, i) => i)
    return { offsets, pieces: [{ rows: COUNT, bytes: new Uint8Array(100) }] }
  })
  const database = await stored()
  restoring.mockRestore()
  const collection = await reopened(database)
  await linked(collection)
  expect(had[0]).toBe(false)
  await storedAnew(database, collection, COUNT)
})

test('what is emptied keeps no links', async () => {
  const database = await stored()
  const collection = await reopened(database)
  await collection.delete({ filter: {} })
  await collection.vacuum()
  expect(await linkBlocks(database)).toEqual([])
})

/** Each point has a vector of the first name, two of three have one of the second. */
const TWO_NAMES = {
  ...OPTIONS,
  // Undefined, or it would have one vector as all have here.
  dim: undefined,
  metric: undefined,
  vectors: { a: { dim: DIM, metric: 'cosine' }, b: { dim: DIM, metric: 'l2' } },
} as unknown as OpenStoredOptions

const twiceNamed = () =>
  pointsOf(0, COUNT).map(({ id, vector, payload }) => ({ id, payload, vectors: { a: vector, ...(id % 3 > 0 && { b: vector }) } }))

test('links of each name are its own', async () => {
  const database = tempDatabase(onTestFinished)
  const first = await openStored(database, TWO_NAMES)
  await first.upsert(twiceNamed())
  const walks = (collection: StoredCollection) =>
    vi.waitFor(
      async () => {
        for (const using of ['a', 'b']) {
          const { dense } = await collection.explain({ vector: vectorOf(5), using, limit: 10 })
          expect([dense!.unlinked, dense!.reason]).toEqual([
            0,
            expect.not.stringMatching(/no graph|no walk was measured|codes are being written/),
          ])
        }
      },
      { timeout: 60_000, interval: 400 },
    )
  await walks(first)
  expect(await first.checkpoint()).toBe('done')
  await first.close()
  expect((await linkBlocks(database)).reduce((sum, { rows }) => sum + rows, 0)).toBe(COUNT + (COUNT * 2) / 3)
  const collection = await reopened(database, TWO_NAMES)
  await walks(collection)
  expect(had.slice(0, 2)).toEqual([true, true])
})

test('what is linked while other links are being stored is stored after them', async () => {
  const database = tempDatabase(onTestFinished)
  const first = await openStored(database, TWO_NAMES)
  await first.upsert(twiceNamed())
  await first.checkpoint()
  await first.close()
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  let isStoring = false
  const through = (storage: Storage) =>
    wrapped(storage, {
      async write(stores, ...rest) {
        // As blocks are written, and nothing else is.
        const areBlocks = stores.includes('blocks') && stores.includes('catalog') && !stores.includes('manifests')
        if (areBlocks && !stores.includes('entries')) {
          isStoring = true
          await released
        }
        return await storage.write(stores, ...rest)
      },
    })
  const again = await openStored(database, { ...TWO_NAMES, through, checkpointAfter: {} } as OpenStoredOptions)
  onTestFinished(() => again.close())
  const dense = async (using: string) => (await again.explain({ vector: vectorOf(5), using, limit: 10 })).dense!
  // Called all the time, it links slowly: the first name's links are being stored while the second one's are made.
  const isBegun = async () => {
    await dense('b')
    expect(isStoring).toBe(true)
  }
  await vi.waitFor(isBegun, { timeout: 60_000, interval: 40 })
  await vi.waitFor(async () => expect((await dense('b')).reason).not.toMatch(/no graph|no walk was measured/), WAITING)
  release()
  await vi.waitFor(async () => {
    expect((await linkBlocks(database)).reduce((sum, { rows }) => sum + rows, 0)).toBe(COUNT + (COUNT * 2) / 3)
  }, WAITING)
})
