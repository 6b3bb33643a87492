import { deleteCollection, listCollections, openCollection, salvageCollection } from '@voisin/store'
import { describe, expect, test } from 'vitest'
import { DAMAGES, flipped, SOME_DAMAGES } from '../support/damages.ts'
import { collect, eventually, failureOf, lookInto, notes as many, note, openTab, storedNotes } from '../support/note-tabs.ts'
import { sealed } from '../support/sealed.ts'
import { type RecordKey, type StoredRecords, storedRecords } from '../support/stored-records.ts'
import { tempDatabase } from '../support/temp-database.ts'

const catalogKeys = async (stored: StoredRecords, name: string): Promise<RecordKey[]> =>
  (await stored.keys('catalog')).filter((key) => key[0] === name)

/** Three collections, of which the middle one is going to be damaged. Some of it is in blocks and some in the log. */
async function three(): Promise<{ database: string; stored: StoredRecords; keys: RecordKey[] }> {
  const database = await storedNotes([{ write: 3, after: 'vacuum' }, { write: 2 }])
  for (const name of ['letters', 'years']) {
    const { notes } = await openTab(database, {}, name)
    await notes.upsert(many(2))
    await notes.close()
  }
  const stored = storedRecords(database)
  const keys = await catalogKeys(stored, 'notes')
  expect(keys).toHaveLength(2)
  return { database, stored, keys }
}

const stateOf = async (database: string) =>
  Object.fromEntries((await listCollections({ database })).map(({ name, state }) => [name, state]))

const WHOLE = { letters: 'intact', notes: 'intact', years: 'intact' }

test('the list says what each collection is', async () => {
  const { database } = await three()
  const list = await listCollections({ database })
  expect(list.map(({ name }) => name)).toEqual(['letters', 'notes', 'years'])
  expect(list[1]).toMatchObject({ name: 'notes', state: 'intact', dim: 3, metric: 'l2', fields: { text: 'text' } })
  await openCollection('two', {
    vectors: { title: { dim: 2 }, body: { dim: 4, metric: 'dot' } },
    database,
    worker: false,
  }).then((opened) => opened.close())
  const two = (await listCollections({ database })).find(({ name }) => name === 'two')
  expect(two).toMatchObject({ state: 'intact', vectors: { title: { dim: 2 }, body: { dim: 4, metric: 'dot' } } })
})

describe.each([0, 1])('copy %i of a collection’s record', (copy) => {
  test.each(DAMAGES)('%s, costs nothing and is mended by the next opening', async (_, damage) => {
    const { database, stored, keys } = await three()
    const whole = await stored.get('catalog', keys[copy]!)
    await damage(stored, 'catalog', keys[copy]!)
    expect(await stateOf(database)).toEqual(WHOLE)
    const { notes, notices } = await openTab(database)
    expect([await notes.count(), (await notes.status()).dataState, notices]).toEqual([5, 'intact', []])
    await eventually(async () => expect(await stored.get('catalog', keys[copy]!)).toEqual(whole))
    await notes.close()
    // So the other copy may go now.
    await damage(stored, 'catalog', keys[1 - copy]!)
    expect((await lookInto(database)).ids).toEqual([0, 1, 2, 3, 4])
  })
})

describe('both copies of a collection’s record', () => {
  const damages = DAMAGES.filter(([name]) => name !== 'missing')

  test.each(damages)('%s, hide no other collection, and this one can be read out', async (_, damage) => {
    const { database, stored, keys } = await three()
    for (const key of keys) await damage(stored, 'catalog', key)
    expect(await stateOf(database)).toEqual({ ...WHOLE, notes: 'damaged' })
    expect((await lookInto(database, {}, 'letters')).ids).toEqual([0, 1])
    const points = await collect(salvageCollection('notes', { database }))
    expect(points.toSorted((a, b) => Number(a.id) - Number(b.id))).toEqual(many(5))
    await openTab(database, {}, 'another')
    expect(Object.keys(await stateOf(database))).toEqual(['another', 'letters', 'notes', 'years'])
  })

  test.each(damages)('%s, can be deleted, and the name is free', async (_, damage) => {
    const { database, stored, keys } = await three()
    const number = keys[0]![1] as number
    for (const key of keys) await damage(stored, 'catalog', key)
    expect(await deleteCollection('notes', { database })).toBe(true)
    expect(await stateOf(database)).toEqual({ letters: 'intact', years: 'intact' })
    for (const store of ['catalog', 'entries', 'blocks', 'manifests', 'parts'] as const) {
      expect(await stored.keys(store, number)).toEqual([])
    }
    expect(await lookInto(database)).toMatchObject({ ids: [], dataState: 'intact', notices: [] })
    expect(await deleteCollection('notes', { database })).toBe(true)
    expect(await deleteCollection('notes', { database })).toBe(false)
  })

  test.each(damages)('%s, leave a collection that opens from its manifest, or says why not', async (_, damage) => {
    const { database, stored, keys } = await three()
    for (const key of keys) await damage(stored, 'catalog', key)
    const opening = openTab(database)
    const error = await opening.then(
      () => undefined,
      (cause: unknown) => failureOf(Promise.reject(cause)),
    )
    // Never a new, empty collection over the old one.
    if (error === undefined) expect(await (await opening).notes.count()).toBe(5)
    else expect([error.code, typeof error.remedy]).toEqual(['corrupt-data', 'string'])
    expect(await collect(salvageCollection('notes', { database }))).toHaveLength(5)
  })
})

describe('salvage', () => {
  test.each(['catalog', 'entries', 'blocks', 'manifests'] as const)('gives all that %s being damaged has left', async (store) => {
    for (const [, damage] of SOME_DAMAGES.filter(([name]) => name !== 'missing')) {
      const { database, stored, keys } = await three()
      for (const key of await stored.keys(store, keys[0]![1] as number)) await damage(stored, store, key)
      const points = await collect(salvageCollection('notes', { database }))
      const expected = store === 'entries' ? [0, 1, 2] : store === 'blocks' ? [3, 4] : [0, 1, 2, 3, 4]
      const ids = points.map(({ id }) => id)
      for (const id of expected) expect(ids).toContain(id)
      for (const point of points) expect(point).toEqual(note(point.id))
    }
  })

  test('of what does not exist says so', async () => {
    const { database } = await three()
    expect((await failureOf(collect(salvageCollection('nobody', { database })))).code).toBe('not-found')
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(collect(salvageCollection('notes', { database, signal }))).rejects.toBe(signal.reason)
  })
})

describe('a collection whose record a newer version wrote', () => {
  const newer = async () => {
    const { database, stored, keys } = await three()
    const record = await stored.get('catalog', keys[0]!)
    // The fifth byte of a frame is the format's version.
    record[5]!++
    for (const key of keys) await stored.put('catalog', key, sealed(record))
    return { database, stored, keys }
  }

  test('hides no other, is not opened, and its record stays', async () => {
    const { database, stored, keys } = await newer()
    expect(await stateOf(database)).toEqual({ ...WHOLE, notes: 'newer' })
    const before = await stored.get('catalog', keys[0]!)
    expect(await failureOf(openTab(database))).toMatchObject({
      code: 'unsupported',
      dataState: 'intact',
      remedy: expect.any(String),
    })
    expect(await stored.get('catalog', keys[0]!)).toEqual(before)
    expect((await lookInto(database, {}, 'years')).ids).toEqual([0, 1])
  })

  test('can be deleted', async () => {
    const { database, stored } = await newer()
    expect(await deleteCollection('notes', { database })).toBe(true)
    expect(await stateOf(database)).toEqual({ letters: 'intact', years: 'intact' })
    expect(await stored.holding('note 1')).toHaveLength(2)
  })
})

test.each(SOME_DAMAGES)(
  'both copies of the record of a collection that nothing was written to, %s, cost nothing',
  async (_, damage) => {
    const database = tempDatabase()
    await (await openTab(database)).notes.close()
    const stored = storedRecords(database)
    const keys = await catalogKeys(stored, 'notes')
    for (const key of keys.slice(1)) await damage(stored, 'catalog', key)
    await stored.change('catalog', keys[0]!, (record) => flipped(record, 400))
    const { notes, notices } = await openTab(database)
    await notes.upsert([note(7)])
    expect([(await notes.status()).dataState, notices]).toEqual(['intact', []])
    await notes.close()
    expect((await lookInto(database)).ids).toEqual([7])
  },
)

describe('a collection whose record is gone, both copies, and that was folded', () => {
  const orphaned = async () => {
    const { database, stored, keys } = await three()
    for (const key of keys) await stored.delete('catalog', key)
    return { database, stored }
  }

  test('is listed, salvaged and opened by what its data say', async () => {
    const { database } = await orphaned()
    expect(await stateOf(database)).toEqual(WHOLE)
    expect((await collect(salvageCollection('notes', { database }))).map(({ id }) => id).sort()).toEqual([0, 1, 2, 3, 4])
    expect((await lookInto(database)).ids).toEqual([0, 1, 2, 3, 4])
  })

  test('is deleted for good', async () => {
    const { database, stored } = await orphaned()
    expect(await deleteCollection('notes', { database })).toBe(true)
    expect(await deleteCollection('notes', { database })).toBe(false)
    expect(await stateOf(database)).toEqual({ letters: 'intact', years: 'intact' })
    expect(await stored.holding('note 4')).toEqual([])
    expect((await lookInto(database)).ids).toEqual([])
  })
})
