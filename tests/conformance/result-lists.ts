import type { Query } from '@voisin/spec'
import { expect, test } from 'vitest'
import { failure, type Implementation, ids, type Note, notesOf, v } from './notes.ts'

/** Lists that are not the ranking as it is: groups, and hits that are unlike each other. */
export function testResultLists(implementation: Implementation): void {
  const { openNotes, withNotes } = notesOf(implementation)

  /** A long book whose pages answer best, and three that have one page. */
  const withBooks = async () => {
    const opened = await openNotes()
    const pages = Array.from({ length: 12 }, (_, page) => ({
      id: `long ${page}`,
      vector: v(1, page / 100, 0, 0),
      payload: { title: 'mesh mesh mesh', body: `page ${page}`, book: 'long', tags: ['long'] },
    }))
    const short = ['red', 'blue', 'green'].map((book, i) => ({
      id: book,
      vector: v(1, 1 + i, 0, 0),
      payload: { title: `a mesh, ${'and more '.repeat(i + 1)}`, book, tags: [book], year: 2000 + i },
    }))
    const alone = [1, 2].map((id) => ({
      id,
      vector: v(0, 1, id, 0),
      payload: { title: 'mesh and much more that is no mesh at all' },
    }))
    await opened.now.upsert([...pages, ...short, ...alone])
    return await opened.settle()
  }

  const legs: readonly (readonly [string, Pick<Query<Note>, 'vector' | 'text'>])[] = [
    ['vector', { vector: v(1, 0, 0, 0) }],
    ['text', { text: 'mesh' }],
    ['both', { vector: v(1, 0, 0, 0), text: 'mesh' }],
  ]

  test.each(legs)('lists the best of each group, and how many others it has, by %s', async (_, query) => {
    const notes = await withBooks()
    for (const groupBy of ['book', 'tags'] as const) {
      const hits = await notes.query({ ...query, groupBy, limit: 6 })
      // Those without a book are each alone.
      expect(ids(hits).toSorted()).toEqual([1, 2, 'blue', 'green', 'long 0', 'red'])
      expect(ids(hits)[0]).toBe('long 0')
      expect(hits.map(({ others }) => others)).toEqual(hits.map(({ id }) => (id === 'long 0' ? 11 : 0)))
      expect(hits.map(({ score }) => score)).toEqual(hits.map(({ score }) => score).toSorted((a, b) => b - a))
      const pages = await Promise.all([0, 1, 2, 3, 4, 5].map((offset) => notes.query({ ...query, groupBy, limit: 1, offset })))
      expect(pages.flat()).toEqual(hits)
    }
    const two = await notes.query({ ...query, groupBy: 'book', groupSize: 2, limit: 3 })
    expect(ids(two).slice(0, 2)).toEqual(['long 0', 'long 1'])
    expect(two.map(({ others }) => others)).toEqual([11, 11, 0])
    const filtered = await notes.query({ ...query, groupBy: 'book', filter: { year: { $gte: 2001 } } })
    expect(ids(filtered).toSorted()).toEqual(['blue', 'green'])
    expect((await notes.query(query))[0]).not.toHaveProperty('others')
    expect((await notes.explain({ ...query, groupBy: 'book', limit: 4 })).hits).toBe(4)
  })

  test('with support a point is worth more among others of its group', async () => {
    const notes = await withBooks()
    const query = { vector: v(1, 0, 0, 0), text: 'mesh' } as const
    const plain = await notes.query(query)
    const hits = await notes.query({ ...query, support: { by: 'book', share: 0.5 } })
    for (const { id, score, support = 0 } of hits)
      expect(score - support).toBeCloseTo(plain.find((hit) => hit.id === id)!.score, 6)
    expect(hits.some(({ support }) => support !== undefined && support > 0)).toBe(true)
    expect(hits.map(({ score }) => score)).toEqual(hits.map(({ score }) => score).toSorted((a, b) => b - a))
    expect((await notes.query({ vector: v(1, 0, 0, 0), support: { by: 'book', share: 1 } }))[0]).not.toHaveProperty('support')
  })

  test('what is below the threshold is nobody’s other', async () => {
    const notes = await withBooks()
    const query = { vector: v(1, 0, 0, 0), groupBy: 'book' } as const
    const scoreThreshold = (await notes.query({ vector: v(1, 0, 0, 0) }))[4]!.score
    expect(await notes.query({ ...query, scoreThreshold })).toMatchObject([{ id: 'long 0', others: 4 }])
  })

  test.each(legs)('chooses hits that are unlike each other, by %s', async (_, query) => {
    const notes = await withBooks()
    expect(ids(await notes.query({ ...query, limit: 3 }))).toEqual(['long 0', 'long 1', 'long 2'])
    expect(await notes.query({ ...query, mmr: { diversity: 0 } })).toEqual(await notes.query(query))
    const diverse = await notes.query({ ...query, mmr: { diversity: 0.7 }, limit: 3 })
    expect(ids(diverse)[0]).toBe('long 0')
    expect(
      ids(diverse)
        .slice(1)
        .some((id) => String(id).startsWith('long')),
    ).toBe(false)
    const next = await notes.query({ ...query, mmr: { diversity: 0.7 }, limit: 2, offset: 1 })
    expect(next).toEqual(diverse.slice(1))
    const grouped = await notes.query({ ...query, groupBy: 'book', mmr: { diversity: 0.7 }, limit: 6 })
    expect(ids(grouped).filter((id) => String(id).startsWith('long'))).toEqual(['long 0'])
  })

  test.each(['dot', 'l2'] as const)('measures likeness by cosine, whatever the metric is: %s', async (metric) => {
    const opened = await openNotes({ metric })
    await opened.now.upsert([
      { id: 'a', vector: v(2, 0, 0, 0), payload: { title: 'a' } },
      { id: 'same direction', vector: v(1.9, 0, 0, 0), payload: { title: 'b' } },
      { id: 'other', vector: v(1.8, 1.8, 0, 0), payload: { title: 'c' } },
      { id: 'far', vector: v(-9, 0, 0, 0), payload: { title: 'd' } },
      { id: 'none', vector: v(0, 0, 0, 0), payload: { title: 'e' } },
    ])
    const notes = await opened.settle()
    const hits = await notes.query({ vector: v(2, 0, 0, 0), mmr: { diversity: 0.4 }, limit: 5 })
    expect(ids(hits).slice(0, 3)).not.toContain('same direction')
    expect(ids(hits)[0]).toBe('a')
    expect(hits).toHaveLength(5)
  })

  test('refuses groups and diversities that are none', async () => {
    const notes = await withNotes()
    const wrong: object[] = [
      { groupBy: '' },
      { groupBy: 7 },
      { groupBy: ['tags'] },
      { groupSize: 2 },
      ...[0, 1.5, -1, 10_001, '1', Number.NaN].map((groupSize) => ({ groupBy: 'tags', groupSize })),
      ...[-0.1, 1.1, Number.NaN, '0', undefined].map((diversity) => ({ mmr: { diversity } })),
      ...[-0.1, 1.1, Number.NaN, '0', undefined].map((share) => ({ support: { by: 'tags', share } })),
      { support: 'tags' },
      { support: { by: '', share: 0.1 } },
      { support: { by: 'tags', share: 0.1, of: 3 } },
      { mmr: 0.5 },
      { mmr: null },
      { mmr: { diversity: 0.5, lambda: 1 } },
      { mmr: { diversity: 0.5 }, limit: 1_001 },
      { mmr: { diversity: 0.5 }, limit: 10, offset: 991 },
    ]
    for (const options of wrong) {
      expect(await failure(notes.query({ vector: v(1, 0, 0, 0), ...options } as never)), JSON.stringify(options)).toBe(
        'invalid-argument',
      )
    }
    await expect(notes.query({ text: 'a', mmr: { diversity: 2 } })).rejects.toMatchObject({
      expected: 'a number from 0 to 1',
      received: '2',
    })
  })
}
