import type { Point, PointId } from '@voisin/spec'
import { expect, onTestFinished, test } from 'vitest'
import { tempDatabase } from '../support/temp-database.ts'
import {
  collect,
  everything,
  failure,
  type Implementation,
  ids,
  NOTES,
  type Note,
  type NoteOptions,
  notesOf,
  SCHEMA,
  v,
} from './notes.ts'

/** What holds of calls, whatever they ask for. */
export function testCalls(implementation: Implementation): void {
  const { open, settle } = implementation
  const { openNotes, withNotes } = notesOf(implementation)

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
}
