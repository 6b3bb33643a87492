import { describe, expect, test } from 'vitest'
import { lookInto, note, openTab, untilFolded } from '../support/note-tabs.ts'
import { type RecordKey, type StoredRecords, type StoreName, storedRecords } from '../support/stored-records.ts'
import { tempDatabase } from '../support/temp-database.ts'

const IDS = Array.from({ length: 12 }, (_, i) => i)
const own = (prefix: string, i: number) => note(`${prefix}-${i}`, `${prefix} ${i}`)

interface Two {
  readonly database: string
  readonly stored: StoredRecords
  /** Keys of one collection's records in a store, in order: the same places in both. */
  keys(name: 'mine' | 'theirs', store: StoreName): Promise<RecordKey[]>
}

/** Two collections of one shape: the same writes, lengths and folds, other ids and texts. */
async function twins(): Promise<Two> {
  const database = tempDatabase()
  for (const name of ['mine', 'theirs'] as const) {
    const prefix = name === 'mine' ? 'm' : 't'
    const folding = await openTab(database, { checkpointAfter: { entries: 1 } }, name)
    await folding.notes.upsert(IDS.slice(0, 4).map((i) => own(prefix, i)))
    await untilFolded(folding.notes)
    await folding.notes.upsert(IDS.slice(4, 8).map((i) => own(prefix, i)))
    await untilFolded(folding.notes)
    await folding.notes.close()
    const { notes } = await openTab(database, {}, name)
    for (const i of IDS.slice(8)) await notes.upsert([own(prefix, i)])
    await notes.close()
  }
  const stored = storedRecords(database)
  const numbers = await stored.numbers()
  return { database, stored, keys: (name, store) => stored.keys(store, numbers.get(name)!) }
}

async function copyAll(
  stored: StoredRecords,
  store: StoreName,
  from: readonly RecordKey[],
  to: readonly RecordKey[],
): Promise<void> {
  const records = await Promise.all(from.map((key) => stored.get(store, key)))
  for (const [i, key] of to.entries()) await stored.put(store, key, records[i % records.length])
}

async function expectMineOnly(database: string, atLeast: readonly number[]): Promise<void> {
  const look = await lookInto(database, {}, 'mine')
  for (const { id, payload } of look.points) expect(payload.text).toBe(String(id).replace('m-', 'm '))
  const ids = look.ids.map((id) => Number(String(id).slice(2)))
  expect(look.ids.every((id) => String(id).startsWith('m-'))).toBe(true)
  for (const id of atLeast) expect(ids).toContain(id)
  expect(look.dataState).toBe(ids.length === IDS.length ? look.dataState : 'partial')
  if (ids.length < IDS.length) expect(look.notices).toContain('data-loss')
  // The other collection is as it was, and both can be written to.
  expect(await lookInto(database, {}, 'theirs')).toMatchObject({ ids: IDS.map((i) => `t-${i}`), dataState: 'intact' })
  const { notes } = await openTab(database, {}, 'mine')
  await notes.upsert([own('m', 99)])
  await notes.close()
  expect((await lookInto(database, {}, 'mine')).ids).toEqual([...look.ids, 'm-99'])
}

describe('a whole record of another collection', () => {
  test.each<[string, StoreName, (key: RecordKey) => boolean, atLeast: number[]]>([
    ['in place of an entry', 'entries', (key) => key[1] === 4, [8, 10, 11]],
    ['in place of the last entry', 'entries', (key) => key[1] === 6, [8, 9, 10]],
    ['in place of every entry', 'entries', () => true, [0, 1, 2, 3, 4, 5, 6, 7]],
    ['in place of one copy of each manifest', 'manifests', (key) => key[2] === 0, IDS],
    ['in place of every manifest', 'manifests', () => true, IDS],
    ['in place of every head', 'blocks', (key) => key[2] === 0, IDS],
    ['in place of every body', 'blocks', (key) => key[2] === 1, [8, 9, 10, 11]],
    ['in place of every head and body', 'blocks', () => true, [8, 9, 10, 11]],
    ['in place of one copy in the catalog', 'catalog', (key) => key[2] === 1, IDS],
  ])('%s is refused', async (_, store, which, atLeast) => {
    const { database, stored, keys } = await twins()
    const from = (await keys('theirs', store)).filter(which)
    const to = (await keys('mine', store)).filter(which)
    expect(to.length).toBeGreaterThan(0)
    await copyAll(stored, store, from, to)
    await expectMineOnly(database, atLeast)
  })
})

describe('a whole record of the same collection', () => {
  test.each<[string, StoreName, (keys: RecordKey[]) => [from: RecordKey[], to: RecordKey[]], atLeast: number[]]>([
    ['an entry in place of a later one', 'entries', (keys) => [keys.slice(-3, -2), keys.slice(-2, -1)], [8, 9, 11]],
    ['an entry in place of the last one', 'entries', (keys) => [keys.slice(-3, -2), keys.slice(-1)], [8, 9, 10]],
    ['an entry after the last one', 'entries', (keys) => [keys.slice(-1), [[keys[0]![0]!, 7]]], IDS],
    ['two entries that changed places', 'entries', (keys) => [keys.slice(-3, -1), keys.slice(-3, -1).toReversed()], [8, 11]],
    ['an older manifest in place of the newest', 'manifests', (keys) => [keys.slice(0, 2), keys.slice(-2)], IDS],
    ['a manifest after the newest', 'manifests', (keys) => [keys.slice(-2), [0, 1].map((copy) => [keys[0]![0]!, 99, copy])], IDS],
    ['a head in place of every head', 'blocks', (keys) => [keys.slice(0, 1), keys.filter((key) => key[2] === 0)], IDS],
    ['a body in place of every body', 'blocks', (keys) => [keys.slice(1, 2), keys.filter((key) => key[2] === 1)], [8, 9, 10, 11]],
    ['heads in place of bodies', 'blocks', (keys) => [keys.slice(0, 1), keys.filter((key) => key[2] === 1)], [8, 9, 10, 11]],
  ])('%s is refused', async (_, store, choose, atLeast) => {
    const { database, stored, keys } = await twins()
    const [from, to] = choose(await keys('mine', store))
    await copyAll(stored, store, from, to)
    await expectMineOnly(database, atLeast)
  })
})
