import { type Collection, isVoisinError, type Point, type VoisinErrorCode } from '@voisin/spec'
import { type OpenCollectionOptions, openCollection, openMemoryCollection } from '@voisin/store'
import { describe, expect, onTestFinished, test } from 'vitest'
import { tempDatabase } from '../support/temp-database.ts'

type Page = { readonly title: string; readonly year?: number }

const SCHEMA = {
  vectors: { title: { dim: 2, metric: 'l2' }, body: { dim: 3, model: 'model-a' } },
  fields: { title: 'text' },
} as const

const v = (...elements: number[]) => Float32Array.from(elements)

const PAGES: readonly Point<Page>[] = [
  { id: 'a', vectors: { title: v(1, 0), body: v(1, 0, 0) }, payload: { title: 'first' } },
  { id: 'b', vectors: { title: v(0, 1) }, payload: { title: 'second' } },
  { id: 'c', vectors: { body: v(0, 1, 0) }, payload: { title: 'third' } },
  { id: 'd', payload: { title: 'fourth' } },
]

interface Implementation {
  open(options: OpenCollectionOptions<Page>): Promise<Collection<Page>>
  readonly isStored: boolean
}

const IMPLEMENTATIONS: Readonly<Record<string, Implementation>> = {
  'in memory': { open: () => openMemoryCollection<Page>('pages', SCHEMA), isStored: false },
  'in IndexedDB, here': { open: (options) => openCollection<Page>('pages', { ...options, worker: false }), isStored: true },
  'in a worker': { open: (options) => openCollection<Page>('pages', options), isStored: true },
}

async function failure(promise: Promise<unknown>): Promise<VoisinErrorCode> {
  const error = await promise.then(
    () => expect.fail('it did not reject'),
    (cause: unknown) => cause,
  )
  if (!isVoisinError(error)) throw error
  return error.code
}

async function everything(collection: Collection<Page>): Promise<Point<Page>[]> {
  const points: Point<Page>[] = []
  for await (const point of collection.scroll({ withVector: true })) points.push(point)
  return points
}

const ids = (hits: readonly { readonly id: unknown }[]) => hits.map(({ id }) => id)

describe.each(Object.entries(IMPLEMENTATIONS))('a collection of several vectors %s', (_, { open, isStored }) => {
  const opened = async () => {
    const options: OpenCollectionOptions<Page> = { ...SCHEMA, database: tempDatabase() }
    const collections = [await open(options)]
    onTestFinished(async () => {
      for (const collection of collections) await collection.close()
    })
    return {
      get now() {
        return collections.at(-1)!
      },
      async settle() {
        if (!isStored) return
        await this.now.close()
        collections.push(await open(options))
      },
    }
  }

  test('gives each vector back, and finds by the one that is named', async () => {
    const pages = await opened()
    await pages.now.upsert(PAGES)
    await pages.settle()
    expect(await everything(pages.now)).toEqual(PAGES)
    expect(await pages.now.status()).toMatchObject({ points: 4, vectors: 4, dim: 2, metric: 'l2' })
    expect(ids(await pages.now.query({ vector: v(0, 1), using: 'title' }))).toEqual(['b', 'a'])
    expect(ids(await pages.now.query({ vector: v(0, 1, 0), using: 'body' }))).toEqual(['c', 'a'])
    const [hit] = await pages.now.query({ vector: v(1, 0), using: 'title', limit: 1, withVector: true })
    expect(hit).toMatchObject({ id: 'a', vectors: { title: v(1, 0), body: v(1, 0, 0) } })
    expect(hit!.score).toBe(0)
    const hybrid = await pages.now.query({ vector: v(0, 1, 0), using: 'body', text: 'third', limit: 1 })
    expect(ids(hybrid)).toEqual(['c'])
    expect(await pages.now.query({ vector: v(0, 1), using: 'title', filter: { $id: 'a' } })).toHaveLength(1)
  })

  test('hits are unlike each other by the vector that is named', async () => {
    const pages = await opened()
    await pages.now.upsert(PAGES)
    await pages.settle()
    const mmr = { diversity: 0.5 }
    expect(ids(await pages.now.query({ text: 'first second', using: 'title', mmr }))).toEqual(['a', 'b'])
    expect(ids(await pages.now.query({ vector: v(1, 1, 0), using: 'body', text: 'fourth', mmr }))).toHaveLength(3)
    expect(await failure(pages.now.query({ text: 'first', mmr }))).toBe('invalid-argument')
  })

  test('an update keeps every vector, an upsert replaces them all, also after vacuum', async () => {
    const pages = await opened()
    await pages.now.upsert(PAGES)
    await pages.now.update(['a', 'b'], { year: 2026 })
    await pages.now.upsert([{ id: 'a', vectors: { body: v(0, 0, 1) }, payload: { title: 'first again' } }])
    await pages.now.vacuum()
    await pages.settle()
    expect(await everything(pages.now)).toEqual([
      { id: 'a', vectors: { body: v(0, 0, 1) }, payload: { title: 'first again' } },
      { id: 'b', vectors: { title: v(0, 1) }, payload: { title: 'second', year: 2026 } },
      PAGES[2],
      PAGES[3],
    ])
    expect(ids(await pages.now.query({ vector: v(1, 0), using: 'title' }))).toEqual(['b'])
  })

  test('takes a batch of each vector, and a write too large for one record', async () => {
    const pages = await opened()
    const count = 20_000
    const title = new Float32Array(count * 2).map((_, i) => i)
    const body = new Float32Array(count * 3).fill(1)
    const payloads = Array.from({ length: count }, (_, i) => ({ title: `page ${i}` }))
    await pages.now.upsert({
      ids: payloads.map((_, i) => i),
      vectors: { title: { data: title, count, dim: 2 }, body: { data: body, count, dim: 3, fingerprint: 'model-a' } },
      payloads,
    })
    await pages.settle()
    expect(await pages.now.status()).toMatchObject({ points: count, vectors: 2 * count, dataState: 'intact' })
    expect(ids(await pages.now.query({ vector: v(8000, 8001), using: 'title', limit: 1 }))).toEqual([4000])
    // Equal distances come in the order of upsert.
    expect(ids(await pages.now.query({ vector: v(1, 1, 1), using: 'body', limit: 3 }))).toEqual([0, 1, 2])
  })

  test('refuses what does not fit, by name', async () => {
    const { now } = await opened()
    const one = (point: Partial<Point<Page>>) => now.upsert([{ id: 'x', payload: { title: 'x' }, ...point }])
    expect(await failure(one({ vector: v(1, 0) }))).toBe('invalid-argument')
    expect(await failure(one({ vectors: { titel: v(1, 0) } }))).toBe('invalid-argument')
    expect(await failure(one({ vectors: { title: v(1, 0, 0) } }))).toBe('dimension-mismatch')
    expect(await failure(one({ vectors: { body: v(0, 0, 0) } }))).toBe('invalid-vector')
    expect(await failure(now.query({ vector: v(1, 0) }))).toBe('invalid-argument')
    expect(await failure(now.query({ vector: v(1, 0), using: 'nothing' }))).toBe('invalid-argument')
    const batch = { data: v(1, 0, 0), count: 1, dim: 3, fingerprint: 'model-b' }
    expect(await failure(now.upsert({ ids: [1], vectors: { body: batch }, payloads: [{ title: 'x' }] }))).toBe('model-mismatch')
    expect(await now.count()).toBe(0)
  })
})

test('a collection keeps the vectors it was created with', async () => {
  const database = tempDatabase()
  const open = (schema: object) => openCollection('pages', { ...schema, database, worker: false } as OpenCollectionOptions)
  await (await open(SCHEMA)).close()
  expect(await failure(open({ dim: 2 }))).toBe('invalid-argument')
  expect(await failure(open({ vectors: { title: { dim: 2 } } }))).toBe('invalid-argument')
  expect(await failure(open({ vectors: { title: { dim: 3 }, body: { dim: 3 } } }))).toBe('dimension-mismatch')
  for (const vectors of [{}, [], null, { '': { dim: 2 } }, { a: { dim: 0 } }, { a: { dim: 2, metrik: 'l2' } }, { a: 2 }]) {
    expect(await failure(open({ vectors }))).toBe('invalid-argument')
  }
  expect(await failure(open({ dim: 2, vectors: { title: { dim: 2 } } }))).toBe('invalid-argument')
})
