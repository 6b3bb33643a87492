import { deleteCollection } from '@voisin/store'
import { describe, expect, test } from 'vitest'
import { eventually, lookInto, note, openTab } from '../support/note-tabs.ts'
import { witnessText } from '../support/page-storage.ts'
import { type StoredRecords, storedRecords } from '../support/stored-records.ts'
import { tempDatabase } from '../support/temp-database.ts'

/** A closed collection of five writes; the witness has heard of the last. */
async function witnessed(then?: 'vacuum'): Promise<{ database: string; stored: StoredRecords; number: number }> {
  const database = tempDatabase()
  const { notes } = await openTab(database)
  for (let id = 0; id < 5; id++) await notes.upsert([note(id)])
  // The witness may lag, but it comes.
  await eventually(async () => expect(await witnessText(database)).toContain('"lsn":5'))
  if (then === 'vacuum') await notes.vacuum()
  await notes.close()
  const stored = storedRecords(database)
  return { database, stored, number: (await stored.numbers()).get('notes')! }
}

const dropAll = async (stored: StoredRecords, stores: readonly ('catalog' | 'entries' | 'manifests' | 'blocks')[]) => {
  for (const store of stores) for (const key of await stored.keys(store)) await stored.delete(store, key)
}

type Loss = (stored: StoredRecords, number: number) => Promise<void>

const LOSSES: readonly (readonly [name: string, then: 'vacuum' | undefined, loss: Loss, left: number[]])[] = [
  ['the last entry', undefined, (stored, number) => stored.delete('entries', [number, 5]), [0, 1, 2, 3]],
  [
    'the last three entries',
    undefined,
    async (stored, number) => {
      for (const lsn of [3, 4, 5]) await stored.delete('entries', [number, lsn])
    },
    [0, 1],
  ],
  ['every entry', undefined, (stored) => dropAll(stored, ['entries']), []],
  ['the record in the catalog', undefined, (stored) => dropAll(stored, ['catalog']), []],
  ['everything but the catalog', 'vacuum', (stored) => dropAll(stored, ['entries', 'manifests', 'blocks']), []],
  ['everything', 'vacuum', (stored) => dropAll(stored, ['catalog', 'entries', 'manifests', 'blocks']), []],
]

describe('what was lost without a trace in the database', () => {
  test.each(LOSSES)('(%s) is noticed and told', async (_, then, loss, left) => {
    const { database, stored, number } = await witnessed(then)
    await loss(stored, number)
    const { ids, dataState, notices } = await lookInto(database)
    // More may be there than what is left in the log, never something else.
    expect(ids).toEqual(expect.arrayContaining(left))
    expect(ids.length).toBeLessThanOrEqual(5)
    if (ids.length < 5) {
      expect(dataState).not.toBe('intact')
      expect(notices.some((kind) => kind === 'data-loss' || kind === 'rolled-back')).toBe(true)
    }
    // And the collection works on.
    const { notes } = await openTab(database)
    await notes.upsert([note(9)])
    await notes.close()
    expect((await lookInto(database)).ids).toEqual([...ids, 9])
  })

  test('(the whole database) is noticed and told', async () => {
    const { database } = await witnessed()
    await new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase(database)
      request.onsuccess = resolve
      request.onerror = reject
    })
    expect(await lookInto(database)).toMatchObject({ ids: [], dataState: 'lost', notices: ['data-loss'] })
  })
})

describe('no loss is told', () => {
  test('where nothing was lost', async () => {
    const { database } = await witnessed('vacuum')
    expect(await lookInto(database)).toMatchObject({ ids: [0, 1, 2, 3, 4], dataState: 'intact', notices: [] })
  })

  test('of a collection that was deleted on purpose', async () => {
    const { database } = await witnessed()
    await deleteCollection('notes', { database })
    expect(await lookInto(database)).toMatchObject({ ids: [], dataState: 'intact', notices: [] })
  })

  test('of a new collection, in a database of its own or beside another', async () => {
    const { database } = await witnessed()
    expect(await lookInto(tempDatabase())).toMatchObject({ ids: [], dataState: 'intact', notices: [] })
    expect(await lookInto(database, {}, 'another')).toMatchObject({ ids: [], dataState: 'intact', notices: [] })
  })

  test('where the witness is gone, or older than what is there', async () => {
    const { database } = await witnessed()
    for (const name of await caches.keys()) await caches.delete(name)
    expect(await lookInto(database)).toMatchObject({ ids: [0, 1, 2, 3, 4], dataState: 'intact', notices: [] })
  })
})
