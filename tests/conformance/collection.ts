import {
  type Collection,
  type Filter,
  isVoisinError,
  type Point,
  type PointId,
  type Query,
  type VoisinErrorCode,
} from '@voisin/spec'
import type { OpenCollectionOptions } from '@voisin/store'
import { describe, expect, onTestFinished, test } from 'vitest'
import { tempDatabase } from '../support/temp-database.ts'

export type Note = {
  readonly title: string
  readonly body?: string
  readonly year?: number
  readonly tags?: readonly string[]
  readonly place?: { readonly city: string }
  readonly [field: string]: unknown
}

export type NoteOptions = Extract<OpenCollectionOptions<Note>, { readonly dim: number }>

/** One way to have a collection. */
export interface Implementation {
  open(name: string, options: NoteOptions): Promise<Collection<Note>>
  /** Between a write and the reads that follow: closes and opens again, waits for a checkpoint, or does nothing. */
  settle(collection: Collection<Note>, options: NoteOptions): Promise<Collection<Note>>
}

const DIM = 4
const SCHEMA = { dim: DIM, fields: { title: 'text', body: 'text', tags: 'keyword', year: 'number' } } as const

const v = (...elements: number[]) => Float32Array.from(elements)

const NOTES: readonly Point<Note>[] = [
  {
    id: 'paris',
    vector: v(1, 0, 0, 0),
    payload: { title: 'Paris', body: 'The capital of France', year: 2020, tags: ['city', 'france'] },
  },
  { id: 'lyon', vector: v(0.9, 0.1, 0, 0), payload: { title: 'Lyon', body: 'A city on the Rhône', year: 2021, tags: ['city'] } },
  { id: 7, vector: v(0, 1, 0, 0), payload: { title: 'Cats', body: 'They sleep all day', year: 2022, tags: ['animal'] } },
  { id: '7', vector: v(0, 0, 1, 0), payload: { title: 'Dogs', body: 'They bark', year: 2023, place: { city: 'Rome' } } },
  { id: 'plain', payload: { title: 'Taxes', body: 'The capital gains tax of France', year: 2019 } },
]

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}

const ids = (points: readonly { readonly id: PointId }[]) => points.map(({ id }) => id)

async function everything(collection: Collection<Note>): Promise<Point<Note>[]> {
  return await collect(collection.scroll({ withVector: true }))
}

async function failure(promise: Promise<unknown>): Promise<VoisinErrorCode> {
  const error = await promise.then(
    () => expect.fail('it did not reject'),
    (cause: unknown) => cause,
  )
  if (!isVoisinError(error)) throw error
  return error.code
}

/** What every collection does, wherever it works and whatever happened to it between a write and a read. */
export function describeCollection(name: string, { open, settle }: Implementation): void {
  const openNotes = async (options: Partial<NoteOptions> = {}) => {
    const full: NoteOptions = { ...SCHEMA, database: tempDatabase(), ...options }
    const collections = [await open('notes', full)]
    onTestFinished(async () => {
      for (const collection of collections) await collection.close()
    })
    return {
      options: full,
      get now(): Collection<Note> {
        return collections.at(-1)!
      },
      async settle(): Promise<Collection<Note>> {
        collections.push(await settle(collections.at(-1)!, full))
        return collections.at(-1)!
      },
    }
  }

  const withNotes = async (options: Partial<NoteOptions> = {}) => {
    const opened = await openNotes(options)
    await opened.now.upsert(NOTES)
    return await opened.settle()
  }

  describe(`a collection ${name}`, () => {
    test('is empty at first and says what it is', async () => {
      const { now } = await openNotes()
      expect([now.name, now.dim, now.metric]).toEqual(['notes', DIM, 'cosine'])
      expect(await now.count()).toBe(0)
      expect(await now.query({ vector: v(1, 0, 0, 0) })).toEqual([])
      expect(await now.query({ text: 'nothing here' })).toEqual([])
      expect(await everything(now)).toEqual([])
      expect(await now.status()).toMatchObject({ points: 0, vectors: 0, lsn: 0, checkpointLsn: 0, dataState: 'intact' })
    })

    test('gives back what it was given, in order of first upsert', async () => {
      const notes = await withNotes()
      expect(await everything(notes)).toEqual(NOTES)
      expect(await notes.count()).toBe(5)
      expect(await notes.status()).toMatchObject({ points: 5, vectors: 4, lsn: 1, dim: DIM, metric: 'cosine' })
    })

    test('retrieves in the order asked, undefined where absent; 7 and "7" are two points', async () => {
      const notes = await withNotes()
      const found = await notes.retrieve(['7', 'nobody', 7, 'plain', 7], { withVector: true })
      expect(found).toEqual([NOTES[3], undefined, NOTES[2], NOTES[4], NOTES[2]])
      expect((await notes.retrieve(['paris']))[0]).toEqual({ id: 'paris', payload: NOTES[0]!.payload })
    })

    test('finds the nearest vectors, best first, with score, rank and share', async () => {
      const notes = await withNotes()
      const hits = await notes.query({ vector: v(1, 0, 0, 0), limit: 3, withVector: true })
      expect(ids(hits)).toEqual(['paris', 'lyon', 7])
      expect(hits[0]!.score).toBeCloseTo(1, 6)
      expect(hits[0]!.vector).toEqual(v(1, 0, 0, 0))
      expect(hits[0]!.payload).toEqual(NOTES[0]!.payload)
      expect(hits[1]!.score).toBeCloseTo(0.9 / Math.hypot(0.9, 0.1), 6)
      expect(hits[1]!.legs).toEqual({ dense: { rank: 2, score: hits[1]!.score, share: hits[1]!.score } })
    })

    test.each([
      ['dot', 2, 0.1],
      ['l2', -1, -Math.hypot(1, 0.1)],
    ] as const)('scores by %s', async (metric, first, second) => {
      const opened = await openNotes({ metric })
      await opened.now.upsert([
        { id: 'b', vector: metric === 'dot' ? v(0.1, 5, 0, 0) : v(2, 0.1, 0, 0), payload: { title: 'b' } },
        { id: 'a', vector: metric === 'dot' ? v(2, 0, 0, 0) : v(2, 0, 0, 0), payload: { title: 'a' } },
      ])
      const hits = await (await opened.settle()).query({ vector: v(1, 0, 0, 0) })
      expect(ids(hits)).toEqual(['a', 'b'])
      expect(hits[0]!.score).toBeCloseTo(first, 5)
      expect(hits[1]!.score).toBeCloseTo(second, 5)
    })

    test('answers equal scores in the order of upsert', async () => {
      const opened = await openNotes()
      const points = Array.from({ length: 20 }, (_, i) => ({ id: 19 - i, vector: v(1, 1, 0, 0), payload: { title: 'same' } }))
      await opened.now.upsert(points)
      const notes = await opened.settle()
      expect(ids(await notes.query({ vector: v(1, 0, 0, 0), limit: 5 }))).toEqual([19, 18, 17, 16, 15])
      expect(ids(await notes.query({ text: 'same', limit: 5 }))).toEqual([19, 18, 17, 16, 15])
    })

    test('finds words in text fields, points without a vector too', async () => {
      const notes = await withNotes()
      const hits = await notes.query({ text: 'capital of France' })
      expect(ids(hits).toSorted()).toEqual(['paris', 'plain'])
      expect(hits[0]!.legs.lexical).toMatchObject({ rank: 1, score: hits[0]!.score })
      expect(hits[0]!.legs.dense).toBeUndefined()
    })

    test('fuses both legs, and every hit has both opinions where it can', async () => {
      const notes = await withNotes()
      const hits = await notes.query({ vector: v(0, 1, 0, 0), text: 'capital', limit: 5 })
      const paris = hits.find(({ id }) => id === 'paris')!
      expect(paris.legs.dense!.score).toBeCloseTo(0, 6)
      expect(paris.legs.lexical!.rank).toBeGreaterThan(0)
      expect(paris.score).toBeCloseTo(paris.legs.dense!.share + paris.legs.lexical!.share, 6)
      const plain = hits.find(({ id }) => id === 'plain')!
      expect(plain.legs.dense).toBeUndefined()
      expect(hits.map(({ score }) => score)).toEqual(hits.map(({ score }) => score).toSorted((a, b) => b - a))
      const onlyDense = await notes.query({ vector: v(0, 1, 0, 0), text: 'capital', denseWeight: 1, limit: 1 })
      expect(ids(onlyDense)).toEqual([7])
      const byRank = await notes.query({ vector: v(1, 0, 0, 0), text: 'capital', fusion: 'rrf', limit: 1 })
      expect(ids(byRank)).toEqual(['paris'])
    })

    test('pages, cuts by score, and leaves payloads out when asked', async () => {
      const notes = await withNotes()
      const all = await notes.query({ vector: v(1, 0.5, 0.2, 0), limit: 10 })
      expect(all).toHaveLength(4)
      expect(await notes.query({ vector: v(1, 0.5, 0.2, 0), limit: 2, offset: 1 })).toEqual(
        all.slice(1, 3).map((hit) => expect.objectContaining({ id: hit.id, score: hit.score })),
      )
      const threshold = all[1]!.score
      expect(await notes.query({ vector: v(1, 0.5, 0.2, 0), scoreThreshold: threshold })).toHaveLength(2)
      expect((await notes.query({ vector: v(1, 0, 0, 0), withPayload: false }))[0]!.payload).toEqual({})
      expect(await notes.query({ vector: v(1, 0, 0, 0), offset: 9 })).toEqual([])
    })

    test('says how a query is answered, and finds as well as it says', async () => {
      const notes = await withNotes()
      const query = { vector: v(1, 0, 0, 0), text: 'capital', filter: { year: { $lt: 2022 } }, limit: 2 }
      const { hits, filter, dense, lexical } = await notes.explain(query)
      expect({ hits, dense, lexical, filter }).toMatchObject({
        hits: 2,
        filter: { points: 3 },
        dense: { isExact: true, wanted: 2, unlinked: 0 },
        lexical: { points: 2 },
      })
      expect(Object.keys(await notes.explain({ text: 'capital' })).toSorted()).toEqual(['hits', 'lexical', 'ms'])
      expect(await notes.checkRecall()).toBe(1)
      expect(await notes.checkRecall({ k: 2, size: 4, recall: 0.5 })).toBe(1)
      for (const params of [{ exact: true }, { ef: 7 }, { recall: 0.9 }, {}]) {
        expect(ids(await notes.query({ ...query, params }))).toEqual(ids(await notes.query(query)))
      }
    })

    test('the pages of a hybrid query are one list, wherever they are cut', async () => {
      const opened = await openNotes()
      const points = Array.from({ length: 600 }, (_, i) => ({
        id: i,
        vector: v(Math.cos(i * i), Math.sin(i * i), Math.cos(i), 1),
        payload: { title: ['cat', 'dog', 'cat dog', 'bird'][(i * 7) % 4]!, body: 'x '.repeat(i % 13) },
      }))
      await opened.now.upsert(points)
      await opened.settle()
      const notes = opened.now
      const query = { vector: v(1, 0.3, 0.2, 0), text: 'cat dog' }
      const whole = ids(await notes.query({ ...query, limit: 300 }))
      expect(new Set(whole).size).toBe(300)
      for (const limit of [1, 10, 50, 60, 150]) {
        const paged: PointId[] = []
        for (let offset = 0; offset < 300; offset += limit) paged.push(...ids(await notes.query({ ...query, limit, offset })))
        expect(paged.slice(0, 300)).toEqual(whole)
      }
    })

    test.each<[string, Filter<Note>, PointId[]]>([
      ['a value', { year: 2020 }, ['paris']],
      ['a range', { year: { $gte: 2021, $lt: 2023 } }, ['lyon', 7]],
      ['an element of an array', { tags: 'city' }, ['paris', 'lyon']],
      ['one of several', { tags: { $in: ['france', 'animal'] } }, ['paris', 7]],
      ['none of several', { tags: { $nin: ['city'] } }, [7, '7', 'plain']],
      ['absence', { tags: { $exists: false } }, ['7', 'plain']],
      ['a nested field', { 'place.city': 'Rome' }, ['7']],
      ['a part of a string', { body: { $contains: 'France' } }, ['paris', 'plain']],
      ['all of several', { tags: { $all: ['france', 'city'] } }, ['paris']],
      ['a length', { tags: { $size: 1 } }, ['lyon', 7]],
      ['a beginning', { tags: { $startsWith: 'ani' } }, [7]],
      ['one element', { tags: { $elemMatch: { $gt: 'b', $lt: 'd' } } }, ['paris', 'lyon']],
      ['either', { $or: [{ year: 2019 }, { title: 'Cats' }] }, [7, 'plain']],
      ['both', { $and: [{ tags: 'city' }, { year: { $gt: 2020 } }] }, ['lyon']],
      ['a negation', { $not: { year: { $gte: 2020 } } }, ['plain']],
      ['ids', { $id: { $in: ['7', 'paris'] } }, ['paris', '7']],
      ['a number id', { $id: 7 }, [7]],
      ['nothing', { year: 1066 }, []],
    ])('filters by %s, the same in every verb', async (_, filter, expected) => {
      const notes = await withNotes()
      expect(ids(await collect(notes.scroll({ filter })))).toEqual(expected)
      expect(await notes.count(filter)).toBe(expected.length)
      const withVector = expected.filter((id) => id !== 'plain')
      expect(ids(await notes.query({ vector: v(1, 1, 1, 0), filter })).toSorted()).toEqual(withVector.toSorted())
      const found = await notes.query({ text: 'capital city cats dogs', filter })
      expect(found.every(({ id }) => expected.includes(id))).toBe(true)
      const hybrid = await notes.query({ vector: v(1, 0, 0, 0), text: 'capital', filter, limit: 10 })
      expect(hybrid.every(({ id }) => expected.includes(id))).toBe(true)
      expect(hybrid).toHaveLength(new Set([...withVector, ...ids(await notes.query({ text: 'capital', filter }))]).size)
    })

    test('a replaced point is found by its new vector and words only, and keeps its place', async () => {
      const opened = await openNotes()
      await opened.now.upsert(NOTES)
      await opened.now.upsert([{ id: 'paris', vector: v(0, 0, 0, 1), payload: { title: 'Moved', body: 'Elsewhere' } }])
      const notes = await opened.settle()
      expect(await notes.count()).toBe(5)
      expect(ids(await everything(notes))).toEqual(ids(NOTES))
      expect(ids(await notes.query({ vector: v(1, 0, 0, 0), limit: 1 }))).toEqual(['lyon'])
      expect(ids(await notes.query({ vector: v(0, 0, 0, 1), limit: 1 }))).toEqual(['paris'])
      expect(ids(await notes.query({ text: 'capital' }))).toEqual(['plain'])
      expect(ids(await notes.query({ text: 'elsewhere' }))).toEqual(['paris'])
    })

    test('a point may lose its vector and get one again', async () => {
      const opened = await openNotes()
      await opened.now.upsert(NOTES)
      await opened.now.upsert([{ id: 'lyon', payload: { title: 'Lyon' } }])
      expect(await opened.now.status()).toMatchObject({ points: 5, vectors: 3 })
      await opened.now.upsert([{ id: 'plain', vector: v(0, 0, 0, 2), payload: { title: 'Taxes' } }])
      const notes = await opened.settle()
      expect(ids(await notes.query({ vector: v(0, 0, 0, 1), limit: 1 }))).toEqual(['plain'])
      expect((await notes.retrieve(['lyon'], { withVector: true }))[0]).toEqual({ id: 'lyon', payload: { title: 'Lyon' } })
      expect(await notes.status()).toMatchObject({ points: 5, vectors: 4 })
    })

    test('an update merges into the top level, in order, and passes over who is absent', async () => {
      const opened = await openNotes()
      await opened.now.upsert(NOTES)
      await opened.now.update(['paris', 'nobody'], { year: 2024, place: { city: 'Paris' } })
      const { lsn } = await opened.now.update(['paris', 7], { title: 'Renamed', place: { city: 'Lutèce' } })
      expect(lsn).toBe(3)
      const notes = await opened.settle()
      expect((await notes.retrieve(['paris'], { withVector: true }))[0]).toEqual({
        ...NOTES[0],
        payload: { ...NOTES[0]!.payload, year: 2024, title: 'Renamed', place: { city: 'Lutèce' } },
      })
      expect((await notes.retrieve([7]))[0]!.payload).toMatchObject({ title: 'Renamed', year: 2022 })
      expect(ids(await notes.query({ text: 'renamed' }))).toEqual(['paris', 7])
      expect(ids(await everything(notes))).toEqual(ids(NOTES))
    })

    test('deletes by id and by filter; what is gone comes back at the end', async () => {
      const opened = await openNotes()
      await opened.now.upsert(NOTES)
      await opened.now.delete(['paris', 'nobody', '7'])
      expect(ids(await everything(opened.now))).toEqual(['lyon', 7, 'plain'])
      await opened.now.delete({ filter: { tags: 'city' } })
      await opened.now.upsert([NOTES[0]!])
      const notes = await opened.settle()
      expect(ids(await everything(notes))).toEqual([7, 'plain', 'paris'])
      expect(ids(await notes.query({ vector: v(1, 0, 0, 0) }))).toEqual(['paris', 7])
      expect(ids(await notes.query({ text: 'capital' })).toSorted()).toEqual(['paris', 'plain'])
      await notes.delete({ filter: {} })
      expect(await (await opened.settle()).count()).toBe(0)
    })

    test('one write is one change: upserts, then updates, then deletes', async () => {
      const opened = await openNotes()
      await opened.now.upsert([NOTES[1]!])
      const { lsn } = await opened.now.write({
        upsert: [NOTES[0]!, NOTES[2]!],
        update: [{ ids: ['paris', 'lyon'], payload: { year: 1 } }],
        delete: [7, 'nobody'],
      })
      expect(lsn).toBe(2)
      const notes = await opened.settle()
      expect((await everything(notes)).map(({ id, payload }) => [id, payload.year])).toEqual([
        ['lyon', 1],
        ['paris', 1],
      ])
    })

    test('a write that is refused leaves nothing, whichever part is wrong', async () => {
      const opened = await openNotes()
      await opened.now.upsert([NOTES[0]!])
      const wrong = [NOTES[1]!, { id: 'bad', vector: v(1, 2), payload: { title: 'bad' } }]
      expect(await failure(opened.now.upsert(wrong))).toBe('dimension-mismatch')
      expect(await failure(opened.now.write({ upsert: [NOTES[2]!], delete: [-1] }))).toBe('invalid-argument')
      const notes = await opened.settle()
      expect(ids(await everything(notes))).toEqual(['paris'])
      expect(await notes.status()).toMatchObject({ lsn: 1 })
    })

    test('the last of equal ids in one write wins', async () => {
      const opened = await openNotes()
      await opened.now.upsert([NOTES[0]!, NOTES[1]!, { ...NOTES[2]!, id: 'paris' }])
      const notes = await opened.settle()
      expect((await everything(notes)).map(({ id, payload }) => [id, payload.title])).toEqual([
        ['paris', 'Cats'],
        ['lyon', 'Lyon'],
      ])
      expect(await notes.status()).toMatchObject({ points: 2, vectors: 2 })
    })

    test('a batch in columns is the same as its points; a transferred one is gone', async () => {
      const opened = await openNotes({ model: 'model-a' })
      const batch = () => ({
        ids: ['a', 'b'],
        vectors: { data: v(1, 0, 0, 0, 0, 1, 0, 0), count: 2, dim: DIM, fingerprint: 'model-a' },
        payloads: [{ title: 'A' }, { title: 'B' }],
      })
      const kept = batch()
      await opened.now.upsert(kept)
      expect(kept.vectors.data).toEqual(v(1, 0, 0, 0, 0, 1, 0, 0))
      const given = batch()
      await opened.now.upsert(given, { transfer: true })
      expect(given.vectors.data.length).toBe(0)
      const notes = await opened.settle()
      expect(await everything(notes)).toEqual([
        { id: 'a', vector: v(1, 0, 0, 0), payload: { title: 'A' } },
        { id: 'b', vector: v(0, 1, 0, 0), payload: { title: 'B' } },
      ])
      const other = batch()
      expect(await failure(notes.upsert({ ...other, vectors: { ...other.vectors, fingerprint: 'model-b' } }))).toBe(
        'model-mismatch',
      )
      expect(await failure(notes.upsert({ ...other, ids: ['a'] }))).toBe('invalid-argument')
    })

    test('what the caller changes after a write is not changed here', async () => {
      const opened = await openNotes()
      const point = { id: 'p', vector: v(1, 0, 0, 0), payload: { title: 'before', tags: ['x'] } }
      const writing = opened.now.upsert([point])
      point.vector[0] = 5
      point.payload.title = 'after'
      point.payload.tags.push('y')
      await writing
      const notes = await opened.settle()
      expect(await everything(notes)).toEqual([{ id: 'p', vector: v(1, 0, 0, 0), payload: { title: 'before', tags: ['x'] } }])
      const [first] = await notes.query({ vector: v(1, 0, 0, 0), withVector: true })
      first!.vector!.fill(0)
      ;(first!.payload.tags as string[]).push('z')
      expect(await everything(notes)).toEqual([{ id: 'p', vector: v(1, 0, 0, 0), payload: { title: 'before', tags: ['x'] } }])
    })

    test('payloads come back as they were, whatever plain data they hold', async () => {
      const payload: Note = {
        title: 'é\u0000😀',
        none: null,
        yes: true,
        pi: -1.5e-300,
        whole: 2 ** 53 - 1,
        zero: 0,
        big: 2n ** 80n,
        when: new Date(1234567890123),
        raw: Uint8Array.of(0, 255),
        list: [1, 'two', [null]],
        deep: { a: { b: {} } },
        '': 'empty key',
      }
      const opened = await openNotes()
      await opened.now.upsert([{ id: 'p', payload }])
      await opened.now.update(['p'], { extra: new Date(0) })
      const [point] = await (await opened.settle()).retrieve(['p'])
      expect(point!.payload).toEqual({ ...payload, extra: new Date(0) })
    })

    test('a query changes nothing', async () => {
      const notes = await withNotes()
      const queries: Query<Note>[] = [
        { vector: v(1, 2, 3, 4) },
        { text: 'capital of France' },
        { vector: v(1, 2, 3, 4), text: 'cats', filter: { year: { $gt: 2000 } }, withVector: true },
      ]
      const before = { points: await everything(notes), status: await notes.status() }
      const first = await Promise.all(queries.map((query) => notes.query(query)))
      expect({
        points: await everything(notes),
        status: { ...(await notes.status()), memoryBytes: before.status.memoryBytes },
      }).toEqual(before)
      expect(await Promise.all(queries.map((query) => notes.query(query)))).toEqual(first)
    })

    test('two collections side by side know nothing of each other', async () => {
      const options: NoteOptions = { ...SCHEMA, database: tempDatabase() }
      const otherOptions: NoteOptions = { dim: 2, metric: 'l2', fields: { title: 'text' }, database: options.database! }
      let notes = await open('notes', options)
      let others = await open('notes/others', otherOptions)
      onTestFinished(() => Promise.all([notes.close(), others.close()]).then(() => {}))
      await Promise.all([
        notes.upsert(NOTES),
        others.upsert([{ id: 'paris', vector: v(3, 4), payload: { title: 'Another capital' } }]),
      ])
      await notes.delete(['plain'])
      notes = await settle(notes, options)
      others = await settle(others, otherOptions)
      expect(await everything(notes)).toEqual(NOTES.slice(0, 4))
      expect(await everything(others)).toEqual([{ id: 'paris', vector: v(3, 4), payload: { title: 'Another capital' } }])
      expect(await others.query({ vector: v(0, 0) })).toMatchObject([{ id: 'paris', score: -5 }])
      expect(ids(await others.query({ text: 'france' }))).toEqual([])
      expect([(await notes.status()).lsn, (await others.status()).lsn]).toEqual([2, 1])
    })

    test('refuses what is wrong with an error of its own, and works on', async () => {
      const notes = await withNotes()
      const one = (point: Partial<Point<Note>>) => notes.upsert([{ id: 'x', payload: { title: 'x' }, ...point }])
      expect(await failure(one({ vector: v(1, 2, 3) }))).toBe('dimension-mismatch')
      expect(await failure(one({ vector: v(1, Number.NaN, 0, 0) }))).toBe('invalid-vector')
      expect(await failure(one({ vector: v(0, 0, 0, 0) }))).toBe('invalid-vector')
      expect(await failure(one({ vector: [1, 0, 0, 0] as never }))).toBe('invalid-argument')
      for (const id of [-1, 1.5, Number.NaN, 2 ** 53, '', 'x'.repeat(513), '\ud800', null, undefined, {}]) {
        expect(await failure(one({ id: id as never }))).toBe('invalid-argument')
      }
      expect(await failure(one({ payload: { title: 'x', action: () => 1 } as never }))).toBe('invalid-payload')
      expect(await failure(one({ payload: { title: 'x', year: Number.POSITIVE_INFINITY } }))).toBe('invalid-payload')
      expect(await failure(notes.upsert(undefined as never))).toBe('invalid-argument')
      expect(await failure(notes.write({ upserts: NOTES } as never))).toBe('invalid-argument')
      expect(await failure(notes.write(null as never))).toBe('invalid-argument')
      expect(await failure(notes.query({}))).toBe('invalid-argument')
      expect(await failure(notes.query({ vector: v(1, 0, 0, 0), k: 3 } as never))).toBe('invalid-argument')
      expect(await failure(notes.query(undefined as never))).toBe('invalid-argument')
      expect(await failure(notes.update(undefined as never, { title: 'x' }))).toBe('invalid-argument')
      expect(await failure(notes.query({ text: ' \n' }))).toBe('empty-text')
      expect(await failure(notes.query({ vector: v(1, 2) }))).toBe('dimension-mismatch')
      expect(await failure(notes.query({ vector: v(1, 0, 0, 0), limit: 0 }))).toBe('invalid-argument')
      expect(await failure(notes.query({ vector: v(1, 0, 0, 0), limit: 10_001 }))).toBe('invalid-argument')
      expect(await failure(notes.query({ vector: v(1, 0, 0, 0), offset: -1 }))).toBe('invalid-argument')
      for (const params of [{ ef: 0 }, { ef: 1.5 }, { recall: 2 }, { exact: 1 }, { exact: true, ef: 5 }, { k: 1 }, 3]) {
        expect(await failure(notes.query({ vector: v(1, 0, 0, 0), params: params as never }))).toBe('invalid-argument')
      }
      for (const options of [{ k: 0 }, { size: 0 }, { recall: -1 }, { using: 'title' }, { ef: 1 }]) {
        expect(await failure(notes.checkRecall(options as never))).toBe('invalid-argument')
      }
      expect(await failure(notes.explain({}))).toBe('invalid-argument')
      expect(await failure(notes.query({ vector: v(1, 0, 0, 0), filter: { $where: '1' } as never }))).toBe('invalid-filter')
      expect(await failure(notes.count({ year: { $near: 1 } } as never))).toBe('invalid-filter')
      expect(await failure(collect(notes.scroll({ filter: { $nor: [] } as never })))).toBe('invalid-filter')
      expect(await failure(notes.delete({} as never))).toBe('invalid-argument')
      expect(await failure(notes.retrieve('paris' as never))).toBe('invalid-argument')
      expect(await everything(notes)).toEqual(NOTES)
    })

    test('an aborted call rejects with the signal’s reason and changes nothing', async () => {
      const opened = await openNotes()
      await opened.now.upsert(NOTES)
      const reason = new Error('enough')
      const signal = AbortSignal.abort(reason)
      await expect(opened.now.upsert([{ id: 'late', payload: { title: 'late' } }], { signal })).rejects.toBe(reason)
      await expect(opened.now.query({ vector: v(1, 0, 0, 0) }, { signal })).rejects.toBe(reason)
      await expect(opened.now.retrieve([7], { signal })).rejects.toBe(reason)
      await expect(opened.now.count({}, { signal })).rejects.toBe(reason)
      await expect(opened.now.delete([7], { signal })).rejects.toBe(reason)
      await expect(collect(opened.now.scroll({ signal }))).rejects.toBe(reason)
      expect(await everything(await opened.settle())).toEqual(NOTES)
    })

    test('a scroll can be left early, and goes on over what is written meanwhile', async () => {
      const opened = await openNotes()
      const notes = opened.now
      await notes.upsert(Array.from({ length: 700 }, (_, id) => ({ id, payload: { title: `note ${id}` } })))
      for await (const point of notes.scroll()) if (point.id === 3) break
      const seen: PointId[] = []
      for await (const point of notes.scroll()) {
        if (point.id === 0) await notes.write({ upsert: [{ id: 'new', payload: { title: 'new' } }], delete: [699] })
        seen.push(point.id)
      }
      expect(seen).toEqual(Array.from({ length: 699 }, (_, id) => id))
    })

    test('writes that are not waited for are all there, in the order they were made', async () => {
      const opened = await openNotes()
      const results = await Promise.all(
        Array.from({ length: 30 }, (_, i) => opened.now.upsert([{ id: i % 7, payload: { title: `write ${i}` } }])),
      )
      expect(results.map(({ lsn }) => lsn)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1))
      const notes = await opened.settle()
      const titles = (await everything(notes)).map(({ payload }) => payload.title)
      expect(titles).toEqual([28, 29, 23, 24, 25, 26, 27].map((i) => `write ${i}`))
    })

    test('a write that is refused does not let later ones go before earlier ones', async () => {
      const opened = await openNotes()
      const many = Array.from({ length: 3_000 }, (_, id) => ({ id, payload: { title: `row ${id}` } }))
      const first = opened.now.upsert(many)
      const refused = opened.now.upsert([{ id: -1, payload: { title: 'nobody' } }]).then(
        () => 'taken',
        () => 'refused',
      )
      const last = opened.now.delete([0, 1, 2])
      expect(await Promise.all([first, refused, last])).toEqual([{ lsn: 1 }, 'refused', { lsn: 2 }])
      expect(await (await opened.settle()).count()).toBe(2_997)
    })

    test('a write too large for one record is one write nonetheless', async () => {
      const opened = await openNotes({ dim: 256 })
      const count = 3000
      const data = Float32Array.from({ length: count * 256 }, (_, i) => Math.sin(i * 1.7) + (i % 256 === (i >> 8) % 256 ? 9 : 0))
      const progress: number[] = []
      const { lsn } = await opened.now.upsert(
        {
          ids: Array.from({ length: count }, (_, i) => i),
          vectors: { data, count, dim: 256 },
          payloads: Array.from({ length: count }, (_, i) => ({ title: `row ${i}` })),
        },
        { onProgress: ({ done }) => void progress.push(done) },
      )
      expect(lsn).toBe(1)
      await opened.now.update([2999], { year: 1 })
      await opened.now.delete([0])
      const notes = await opened.settle()
      expect(await notes.count()).toBe(count - 1)
      expect((await notes.retrieve([1234], { withVector: true }))[0]).toEqual({
        id: 1234,
        vector: data.slice(1234 * 256, 1235 * 256),
        payload: { title: 'row 1234' },
      })
      expect((await notes.query({ vector: data.slice(77 * 256, 78 * 256), limit: 1 }))[0]!.id).toBe(77)
      expect((await notes.retrieve([2999]))[0]!.payload).toEqual({ title: 'row 2999', year: 1 })
      expect(progress).toEqual(progress.toSorted((a, b) => a - b))
    })

    test('after close every call rejects, and closing again does nothing', async () => {
      const { now } = await openNotes()
      await now.upsert(NOTES)
      await now.close()
      await now.close()
      for (const call of [
        () => now.upsert(NOTES),
        () => now.update([7], { title: 'x' }),
        () => now.delete([7]),
        () => now.delete({ filter: {} }),
        () => now.write({}),
        () => now.query({ vector: v(1, 0, 0, 0) }),
        () => now.retrieve([7]),
        () => now.count(),
        () => collect(now.scroll()),
        () => now.status(),
        () => now.flush(),
      ]) {
        expect(await failure(call())).toBe('closed')
      }
    })

    test('a write that was under way when it was closed is kept or was refused, never half', async () => {
      const opened = await openNotes()
      const writing = opened.now.upsert(NOTES)
      await opened.now.close()
      expect(await writing).toEqual({ lsn: 1 })
    })
  })
}
