import { expect, test } from 'vitest'
import { collect, DIM, everything, failure, type Implementation, ids, NOTES, type Note, notesOf, v } from './notes.ts'

/** What becomes of writes. */
export function testWriting(implementation: Implementation): void {
  const { openNotes } = notesOf(implementation)

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

  test('payloads that are large, wide and deep come back beside small ones, each at its place', async () => {
    const wide = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`field ${i}`, i]))
    const deep: unknown = JSON.parse(`${'['.repeat(50)}${']'.repeat(50)}`)
    const kinds: Note[] = [{ title: 'small' }, { title: 'wide', ...wide }, { title: 'deep', deep }, { title: 'x'.repeat(5_000) }]
    const opened = await openNotes()
    const points = Array.from({ length: 300 }, (_, i) => ({ id: i, payload: { ...kinds[i % 4]!, number: i } }))
    await opened.now.upsert(points)
    await opened.now.delete([7, 8])
    const notes = await opened.settle()
    const left = points.filter(({ id }) => id !== 7 && id !== 8)
    expect(await collect(notes.scroll())).toEqual(left)
    expect(await notes.retrieve([9, 7, 1, 1_000, 2])).toEqual([points[9], undefined, points[1], undefined, points[2]])
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
}
