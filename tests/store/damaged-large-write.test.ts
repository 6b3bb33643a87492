import { describe, expect, test } from 'vitest'
import { type Damage, flip, remove, SOME_DAMAGES } from '../support/damages.ts'
import { lookInto, note, openTab, untilFolded } from '../support/note-tabs.ts'
import { type RecordKey, type StoreName, storedRecords } from '../support/stored-records.ts'
import { tempDatabase } from '../support/temp-database.ts'

/** Fifteen points of 100 KB: a write that is kept in blocks, not in its entry. */
const LARGE = Array.from({ length: 15 }, (_, i) => note(`large-${i}`, `${i} `.repeat(100_000 / `${i} `.length)))

async function withLargeWrite(): Promise<string> {
  const database = tempDatabase()
  const { notes } = await openTab(database)
  await notes.upsert([note(0)])
  await notes.upsert(LARGE)
  await notes.upsert([note(1)])
  await notes.close()
  return database
}

/** What is shown of the large write must be whole and right, whichever part of it was damaged. */
function expectRest(look: Awaited<ReturnType<typeof lookInto>>, others: readonly number[], isForgotten = false): void {
  expect(look.ids.filter((id) => typeof id === 'number')).toEqual(others)
  for (const point of look.points.filter(({ id }) => typeof id === 'string')) {
    const written = LARGE.find(({ id }) => id === point.id)!
    expect(point.payload.text === written.payload.text, String(point.id)).toBe(true)
    if (point.vector !== undefined) expect(point.vector).toEqual(written.vector)
  }
  const isWhole = look.points.filter(({ id, vector }) => typeof id === 'string' && vector !== undefined).length === LARGE.length
  if (!isForgotten) expect([look.dataState, look.notices]).toEqual(isWhole ? ['intact', []] : ['partial', ['data-loss']])
}

const isHead = (key: RecordKey) => key[2] === 0

const PLACES: readonly (readonly [name: string, store: StoreName, which: (keys: readonly RecordKey[]) => RecordKey[]])[] = [
  ['the first body of its blocks', 'blocks', (keys) => keys.filter((key) => !isHead(key)).slice(0, 1)],
  ['the last body of its blocks', 'blocks', (keys) => keys.filter((key) => !isHead(key)).slice(-1)],
  ['all bodies of its blocks', 'blocks', (keys) => keys.filter((key) => !isHead(key))],
  ['a block, head and body', 'blocks', (keys) => keys.filter((key) => key[1] === keys[0]![1])],
  ['its entry', 'entries', (keys) => keys.filter((key) => key[1] === 2)],
]

describe.each(PLACES)('a large write, in %s', (_, store, which) => {
  test.each(SOME_DAMAGES)('%s, costs no other write, made before or after, in four openings', async (_, damage) => {
    const database = await withLargeWrite()
    const stored = storedRecords(database)
    const chosen = which(await stored.keys(store))
    expect(chosen.length).toBeGreaterThan(0)
    for (const key of chosen) await damage(stored, store, key)
    const others = [0, 1]
    for (let opening = 0; opening < 4; opening++) {
      const id = 10 + opening
      const { notes } = await openTab(database)
      await notes.upsert([note(id)])
      if (opening === 2) await notes.vacuum()
      await notes.close()
      others.push(id)
      // A vacuum forgets what was lost.
      expectRest(await lookInto(database), others, opening >= 2)
    }
  })
})

test.each<readonly [string, Damage]>([
  ['altered in its first bit', flip(0)],
  ['altered in its last bit', flip(-1)],
  ['missing', remove],
])('a head of a large write’s blocks that is %s costs nothing: the body has it', async (_, damage) => {
  const database = await withLargeWrite()
  const stored = storedRecords(database)
  const heads = (await stored.keys('blocks')).filter(isHead)
  expect(heads.length).toBeGreaterThan(0)
  for (const key of heads) await damage(stored, 'blocks', key)
  const { ids, dataState, notices } = await lookInto(database)
  expect([ids.length, dataState, notices]).toEqual([17, 'intact', []])
})

test('a damaged large write can be written again', async () => {
  const database = await withLargeWrite()
  const stored = storedRecords(database)
  for (const key of await stored.keys('blocks')) await flip(500)(stored, 'blocks', key)
  const { notes } = await openTab(database)
  await notes.upsert(LARGE)
  await notes.close()
  const { points } = await lookInto(database)
  expect(points.map(({ id }) => id).toSorted()).toEqual([0, 1, ...LARGE.map(({ id }) => id)].toSorted())
  expectRest({ ...(await lookInto(database)), dataState: 'intact', notices: [] }, [0, 1])
})

test('what is lost of a damaged large write does not come back by half when the others are folded, nor after it was deleted', async () => {
  for (const isHead of [true, false]) {
    const database = await withLargeWrite()
    const stored = storedRecords(database)
    const bodies = (await stored.keys('blocks')).filter((key) => key[2] === 1)
    await flip(5_000)(stored, 'blocks', isHead ? bodies[0]! : bodies.at(-1)!)
    const before = (await lookInto(database)).ids
    const { notes } = await openTab(database, { checkpointAfter: { entries: 1 } })
    await notes.delete([LARGE[1]!.id])
    await notes.upsert([note(10)])
    await untilFolded(notes)
    await notes.close()
    expect((await lookInto(database)).ids).toEqual([...before, 10])
  }
})
