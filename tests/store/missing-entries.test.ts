import { describe, expect, test } from 'vitest'
import { failureOf, lookInto, notes as many, note, openTab, type Tab, untilFolded } from '../support/note-tabs.ts'
import { type StoredRecords, storedRecords } from '../support/stored-records.ts'
import { tempDatabase } from '../support/temp-database.ts'

const deleteAll = async (stored: StoredRecords, store: 'entries' | 'manifests' | 'blocks' | 'catalog', last?: number) => {
  for (const key of (await stored.keys(store)).slice(last === undefined ? 0 : -last)) await stored.delete(store, key)
}

type Removal = (stored: StoredRecords) => Promise<void>

const REMOVALS: readonly (readonly [name: string, remove: Removal])[] = [
  ['the last entry', (stored) => deleteAll(stored, 'entries', 1)],
  ['the last two entries', (stored) => deleteAll(stored, 'entries', 2)],
  ['every entry', (stored) => deleteAll(stored, 'entries')],
  ['every manifest', (stored) => deleteAll(stored, 'manifests')],
  [
    'every entry and manifest',
    async (stored) => {
      await deleteAll(stored, 'entries')
      await deleteAll(stored, 'manifests')
    },
  ],
  ['every block', (stored) => deleteAll(stored, 'blocks')],
]

const BEGINNINGS: readonly (readonly [name: string, begin: (tab: Tab) => Promise<void>])[] = [
  ['after a fold', async ({ notes }) => await untilFolded(notes)],
  [
    'after a vacuum',
    async ({ notes }) => {
      await notes.vacuum()
      await notes.upsert([note(5)])
    },
  ],
  ['before any fold', async () => {}],
]

async function begun(begin: (tab: Tab) => Promise<void>, folds: boolean): Promise<{ database: string; tab: Tab }> {
  const database = tempDatabase()
  const tab = await openTab(database, folds ? { checkpointAfter: { entries: 1 } } : {})
  for (const point of many(5)) await tab.notes.upsert([point])
  await begin(tab)
  return { database, tab }
}

/** Writes; either it is acknowledged, and then there, or it is refused with an error of ours. It never hangs. */
async function write({ notes }: Tab, id: number): Promise<boolean> {
  return await notes.upsert([note(id)]).then(
    () => true,
    async (cause: unknown) => {
      expect((await failureOf(Promise.reject(cause))).dataState).not.toBe('unknown')
      return false
    },
  )
}

describe.each(BEGINNINGS)('%s', (name, begin) => {
  test.each(REMOVALS)('%s deleted beneath an open tab: its writes end, and those acknowledged are there', async (_, remove) => {
    const { database, tab } = await begun(begin, name === 'after a fold')
    await remove(storedRecords(database))
    const acknowledged: number[] = []
    for (const id of [10, 11, 12]) if (await write(tab, id)) acknowledged.push(id)
    await tab.notes.close()
    const { ids } = await lookInto(database)
    for (const id of acknowledged) expect(ids).toContain(id)
  })

  test.each(REMOVALS)('%s deleted between two openings: writes of the next are taken and are there', async (_, remove) => {
    const { database, tab } = await begun(begin, name === 'after a fold')
    await tab.notes.close()
    await remove(storedRecords(database))
    const again = await openTab(database)
    for (const id of [10, 11, 12]) expect(await write(again, id)).toBe(true)
    await again.notes.close()
    const { ids } = await lookInto(database)
    for (const id of [10, 11, 12]) expect(ids).toContain(id)
  })

  test.each(REMOVALS)('%s deleted beneath two tabs: both end every call', async (_, remove) => {
    const { database, tab } = await begun(begin, name === 'after a fold')
    const other = await openTab(database)
    await remove(storedRecords(database))
    const acknowledged: number[] = []
    for (const id of [10, 11, 12, 13]) if (await write(id % 2 ? tab : other, id)) acknowledged.push(id)
    for (const { notes } of [tab, other]) {
      await notes.count(undefined, { consistency: 'latest' }).catch((cause: unknown) => failureOf(Promise.reject(cause)))
      await notes.flush().catch((cause: unknown) => failureOf(Promise.reject(cause)))
      await notes.vacuum().catch((cause: unknown) => failureOf(Promise.reject(cause)))
      await notes.close()
    }
    const { ids } = await lookInto(database)
    for (const id of acknowledged) expect(ids).toContain(id)
  })
})

test('a collection whose records in the catalog were deleted is lost to the tab that has it open, and says so', async () => {
  const { database, tab } = await begun(async () => {}, false)
  await deleteAll(storedRecords(database), 'catalog')
  expect(await failureOf(tab.notes.upsert([note(10)]))).toMatchObject({ code: 'not-found', dataState: 'lost' })
})
