import { describe, expect, test } from 'vitest'
import { DAMAGES, flip, remove, SOME_DAMAGES } from '../support/damages.ts'
import { lookInto, note, openTab, storedNotes } from '../support/note-tabs.ts'
import { type StoredRecords, storedRecords } from '../support/stored-records.ts'
import { tempDatabase } from '../support/temp-database.ts'

const FIVE = [{ write: 1 }, { write: 1 }, { write: 1 }, { write: 1 }, { write: 1 }]

/** Key of the entry of this lsn, of the only collection there is. */
async function entryKey(stored: StoredRecords, lsn: number) {
  const [number] = [...(await stored.numbers()).values()]
  return [number!, lsn] as const
}

/** A point of each write in a row but those of the entries named. Write n holds point n − 1. */
const without = (count: number, ...lsns: number[]) =>
  Array.from({ length: count }, (_, id) => id).filter((id) => !lsns.includes(id + 1))

describe.each([
  ['the first', 1],
  ['one between others', 3],
  ['the last', 5],
])('of the log’s entries %s', (_, lsn) => {
  // That the last one is missing altogether, only a witness can know: witness.test.ts.
  const damages = lsn === 5 ? DAMAGES.filter(([name]) => name !== 'missing') : DAMAGES
  test.each(damages)('%s costs itself, is told, and costs nothing that is written later', async (_, damage) => {
    const database = await storedNotes(FIVE)
    const stored = storedRecords(database)
    await damage(stored, 'entries', await entryKey(stored, lsn))
    const expected = without(5, lsn)
    expect(await lookInto(database)).toMatchObject({ ids: expected, dataState: 'partial', notices: ['data-loss'] })
    for (const id of [5, 6, 7]) {
      const { notes } = await openTab(database)
      const { lsn: own } = await notes.upsert([note(id)])
      expect(own).toBeGreaterThan(5)
      await notes.close()
      expected.push(id)
      expect(await lookInto(database)).toMatchObject({ ids: expected, dataState: 'partial' })
    }
    // Folding keeps what is there, and loses nothing more.
    const { notes } = await openTab(database)
    await notes.vacuum()
    await notes.close()
    expect((await lookInto(database)).ids).toEqual(expected)
  })
})

test('several damaged entries cost themselves', async () => {
  const database = await storedNotes([...FIVE, ...FIVE])
  const stored = storedRecords(database)
  for (const lsn of [1, 4, 5, 9]) await flip(300)(stored, 'entries', await entryKey(stored, lsn))
  expect(await lookInto(database)).toMatchObject({ ids: without(10, 1, 4, 5, 9), dataState: 'partial' })
})

test('all entries damaged leave an open, empty collection that can be written to', async () => {
  const database = await storedNotes(FIVE)
  const stored = storedRecords(database)
  for (let lsn = 1; lsn <= 5; lsn++) await flip(300)(stored, 'entries', await entryKey(stored, lsn))
  const { ids, dataState } = await lookInto(database)
  expect(ids).toEqual([])
  expect(['partial', 'lost']).toContain(dataState)
  const { notes } = await openTab(database)
  await notes.upsert([note(9)])
  await notes.close()
  expect((await lookInto(database)).ids).toEqual([9])
})

test('an update and a deletion after a damaged entry do what they say', async () => {
  const database = tempDatabase()
  const { notes } = await openTab(database)
  await notes.upsert([note(0), note(1), note(2)])
  await notes.update([1], { text: 'changed once' })
  await notes.update([1], { seen: 2 })
  await notes.delete([2])
  await notes.close()
  const stored = storedRecords(database)
  await flip(300)(stored, 'entries', await entryKey(stored, 2))
  // An update holds the whole payload: what the damaged one had changed before is in the later one.
  const { points, dataState } = await lookInto(database)
  expect(dataState).toBe('partial')
  expect(points.map(({ payload }) => payload)).toEqual([{ text: 'note 0' }, { text: 'changed once', seen: 2 }])
})

type Upkeep = 'the tab that still holds the damaged write' | 'the tab that opened without it' | 'both'

describe.each<Upkeep>(['the tab that still holds the damaged write', 'the tab that opened without it', 'both'])(
  'with upkeep by %s',
  (upkeep) => {
    test.each(SOME_DAMAGES.flatMap(([name, damage]) => [1, 2].map((lsn) => [lsn, name, damage] as const)))(
      'entry %i, %s beneath an open tab, costs no write that another tab makes',
      async (lsn, _, damage) => {
        const database = tempDatabase()
        const stored = storedRecords(database)
        const b = await openTab(database)
        for (const id of [0, 1, 2]) await b.notes.upsert([note(id)])
        await damage(stored, 'entries', await entryKey(stored, lsn))
        const a = await openTab(database)
        // Told here; a vacuum then forgets what was lost.
        expect((await a.notes.status()).dataState).toBe('partial')
        if (upkeep !== 'the tab that opened without it') await b.notes.vacuum()
        if (upkeep !== 'the tab that still holds the damaged write') await a.notes.vacuum()
        await a.notes.upsert([note(3)])
        await a.notes.upsert([note(4)])
        await b.notes.upsert([note(5)])
        await a.notes.close()
        await b.notes.close()
        const { ids } = await lookInto(database)
        // The tab that holds the damaged one may have saved it.
        const damaged = lsn - 1
        expect(ids.filter((id) => id !== damaged)).toEqual([0, 1, 2, 3, 4, 5].filter((id) => id !== damaged))
      },
    )
  },
)

test('two tabs that both hold what was damaged beneath them go on writing, and lose nothing else', async () => {
  const database = tempDatabase()
  const stored = storedRecords(database)
  const tabs = [await openTab(database), await openTab(database)]
  for (let id = 0; id < 4; id++) await tabs[id % 2]!.notes.upsert([note(id)])
  await remove(stored, 'entries', await entryKey(stored, 2))
  for (let id = 4; id < 8; id++) await tabs[id % 2]!.notes.upsert([note(id)])
  await tabs[0]!.notes.vacuum()
  for (let id = 8; id < 12; id++) await tabs[id % 2]!.notes.upsert([note(id)])
  for (const { notes } of tabs) await notes.close()
  const { ids } = await lookInto(database)
  expect(ids.filter((id) => id !== 1)).toEqual(without(12, 2))
})
