import type { Filter, PointId, Query } from '@voisin/spec'
import { expect, test } from 'vitest'
import { collect, DIM, everything, type Implementation, ids, NOTES, type Note, notesOf, v } from './notes.ts'

/** What is asked of a collection, and what it answers. */
export function testReading(implementation: Implementation): void {
  const { openNotes, withNotes } = notesOf(implementation)

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

  test('counts the values of a field, declared or not', async () => {
    const notes = await withNotes()
    const most = { value: 'city', count: 2 }
    expect(await notes.facet('tags')).toEqual([most, { value: 'animal', count: 1 }, { value: 'france', count: 1 }])
    expect(await notes.facet('tags', undefined, { limit: 1 })).toEqual([most])
    expect(await notes.facet('tags', { year: { $gt: 2020 } })).toEqual([
      { value: 'animal', count: 1 },
      { value: 'city', count: 1 },
    ])
    expect(await notes.facet('year', { tags: 'city' }, { consistency: 'latest' })).toEqual([
      { value: 2020, count: 1 },
      { value: 2021, count: 1 },
    ])
    expect(await notes.facet('place.city')).toEqual([{ value: 'Rome', count: 1 }])
    expect(await notes.facet('nowhere')).toEqual([])
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
}
