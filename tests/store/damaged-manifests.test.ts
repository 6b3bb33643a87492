import { describe, expect, test } from 'vitest'
import { flip, SOME_DAMAGES } from '../support/damages.ts'
import { eventually, lookInto, notes as many, note, openTab, type Step, storedNotes } from '../support/note-tabs.ts'
import { blocksHolding, type RecordKey, storedRecords } from '../support/stored-records.ts'
import { tempDatabase } from '../support/temp-database.ts'

const FIFTY = Array.from({ length: 50 }, (_, id) => id)

/** Five writes of ten; each is folded, so that the manifest before the newest is still there. */
const FOLDED: readonly Step[] = Array.from({ length: 5 }, () => ({ write: 10, after: 'fold' }))
/** The same, after which nothing is left but one manifest and its blocks. */
const PURGED: readonly Step[] = Array.from({ length: 5 }, () => ({ write: 10, after: 'vacuum' }))

/** Keys of manifests by sequence, the newest first; both copies of each. */
async function manifests(database: string): Promise<RecordKey[][]> {
  const keys = await storedRecords(database).keys('manifests')
  const sequences = [...new Set(keys.map((key) => key[1] as number))].toSorted((a, b) => b - a)
  return sequences.map((sequence) => keys.filter((key) => key[1] === sequence))
}

async function expectWorkingOn(database: string): Promise<void> {
  const before = await lookInto(database)
  const { notes } = await openTab(database)
  await notes.upsert([note(100)])
  await notes.delete([3])
  await notes.vacuum()
  await notes.close()
  expect((await lookInto(database)).ids).toEqual([...before.ids.filter((id) => id !== 3), 100])
}

describe.each([
  ['with an older one beside it', FOLDED],
  ['with nothing beside it', PURGED],
] as const)('a manifest %s', (_, steps) => {
  test.each([0, 1])('whose copy %i is damaged costs nothing, and has two copies again', async (copy) => {
    for (const [name, damage] of SOME_DAMAGES) {
      const database = await storedNotes(steps)
      const stored = storedRecords(database)
      for (const pair of await manifests(database)) await damage(stored, 'manifests', pair[copy]!)
      const tab = await openTab(database)
      expect([await tab.notes.count(), (await tab.notes.status()).dataState, tab.notices], name).toEqual([50, 'intact', []])
      await eventually(async () => {
        const [newest] = await manifests(database)
        const copies = await Promise.all(newest!.map((key) => stored.get('manifests', key)))
        expect(copies.length, name).toBe(2)
        expect(copies[0]).toEqual(copies[1])
      })
      await tab.notes.close()
      await expectWorkingOn(database)
    }
  })

  test.each(SOME_DAMAGES)('of which all copies are %s leaves every point that blocks and log have', async (_, damage) => {
    const database = await storedNotes(steps)
    const stored = storedRecords(database)
    for (const key of await stored.keys('manifests')) await damage(stored, 'manifests', key)
    const { ids, dataState, notices } = await lookInto(database)
    expect(ids.toSorted((a, b) => Number(a) - Number(b))).toEqual(FIFTY)
    // Deleted points may be back where no manifest says what is live, and that is told, although here there are none.
    expect([dataState, notices]).toEqual(['partial', ['data-loss']])
    await expectWorkingOn(database)
  })
})

test.each(SOME_DAMAGES)(
  'the newest manifest, %s in both copies, costs nothing: the one before and the log have it all',
  async (_, damage) => {
    const database = await storedNotes([...FOLDED.slice(0, 4), { write: 10, after: 'fold' }])
    const stored = storedRecords(database)
    const [newest, older] = await manifests(database)
    expect(older).toBeDefined()
    for (const key of newest!) await damage(stored, 'manifests', key)
    expect(await lookInto(database)).toMatchObject({ ids: FIFTY, dataState: 'intact', notices: [] })
    await expectWorkingOn(database)
  },
)

const SWAPS: readonly (readonly [
  name: string,
  swap: (newest: Uint8Array[], older: Uint8Array[]) => [Uint8Array[], Uint8Array[]],
])[] = [
  ['changed places', (newest, older) => [older, newest]],
  ['are both the older one', (_, older) => [older, older]],
  ['are both the newest one', (newest) => [newest, newest]],
  [
    'changed places in one copy',
    ([a, b], [c, d]) => [
      [c!, b!],
      [a!, d!],
    ],
  ],
]

test.each(SWAPS)('two manifests that %s cost no point', async (_, swap) => {
  const database = await storedNotes(FOLDED)
  const stored = storedRecords(database)
  const [newest, older] = await manifests(database)
  const read = (keys: readonly RecordKey[]) => Promise.all(keys.map((key) => stored.get('manifests', key)))
  const [first, second] = swap(await read(newest!), await read(older!))
  for (const [i, key] of newest!.entries()) await stored.put('manifests', key, first[i])
  for (const [i, key] of older!.entries()) await stored.put('manifests', key, second[i])
  const { ids } = await lookInto(database)
  expect(ids.toSorted((a, b) => Number(a) - Number(b))).toEqual(FIFTY)
  await expectWorkingOn(database)
})

test('with every manifest gone, points that were replaced or updated are as they were last', async () => {
  const database = await storedNotes(PURGED)
  const { notes } = await openTab(database)
  await notes.upsert([note(7, 'replaced')])
  await notes.update([8], { text: 'updated' })
  await notes.vacuum()
  await notes.upsert([note(9, 'in the log')])
  await notes.close()
  const stored = storedRecords(database)
  for (const key of await stored.keys('manifests')) await flip(999)(stored, 'manifests', key)
  const { points, dataState } = await lookInto(database)
  const texts = new Map(points.map(({ id, payload }) => [id, payload.text]))
  expect(texts.size).toBe(50)
  expect([7, 8, 9, 10].map((id) => texts.get(id))).toEqual(['replaced', 'updated', 'in the log', 'note 10'])
  expect(dataState).toBe('partial')
})

test('a damaged block of payloads costs its own points, and is told', async () => {
  for (const [name, damage] of SOME_DAMAGES) {
    const database = await storedNotes(PURGED)
    const stored = storedRecords(database)
    const [block] = await blocksHolding(stored, 'note 0')
    for (const key of await stored.keys('blocks')) if (key[1] === block) await damage(stored, 'blocks', key)
    const { points, dataState, notices } = await lookInto(database)
    expect([dataState, notices], name).toEqual(['partial', ['data-loss']])
    for (const { id, payload } of points) expect(payload.text).toBe(`note ${id}`)
    await expectWorkingOn(database)
  }
})

test.each([0, 1])('a manifest whose copy %i is damaged while a tab has it open keeps nobody from forgetting', async (copy) => {
  const database = tempDatabase()
  const stored = storedRecords(database)
  const { notes } = await openTab(database)
  await notes.upsert([...many(20), note('s', 'a secret')])
  await notes.vacuum()
  const newest = (await stored.keys('manifests')).filter((key) => key[2] === copy).at(-1)!
  await flip(900)(stored, 'manifests', newest)
  await notes.delete(['s'])
  await eventually(async () => expect(await stored.holding('a secret')).toEqual([]))
  await flip(900)(stored, 'manifests', (await stored.keys('manifests')).filter((key) => key[2] === copy).at(-1)!)
  await notes.vacuum()
  await notes.close()
  const { ids, dataState, notices } = await lookInto(database)
  expect([ids.length, dataState, notices]).toEqual([20, 'intact', []])
})
