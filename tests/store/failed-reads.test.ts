import { describe, expect, test } from 'vitest'
import { failReads } from '../support/failing-reads.ts'
import { collect, eventually, failureOf, lookInto, note, openTab } from '../support/note-tabs.ts'
import type { RecordKey, StoreName } from '../support/stored-records.ts'
import { tempDatabase } from '../support/temp-database.ts'

const LARGE = Array.from({ length: 15 }, (_, i) => note(`large-${i}`, `${i} `.repeat(100_000 / `${i} `.length)))
const LARGE_IDS = LARGE.map(({ id }) => id)
const OLD_IDS = [0, 1, ...LARGE_IDS, 2]

/** Two points in blocks; then, in the log, a write that has blocks of its own (lsn 2) and a small one (lsn 3). */
async function stored(): Promise<string> {
  const database = tempDatabase()
  const { notes } = await openTab(database)
  await notes.upsert([note(0), note(1)])
  await notes.vacuum()
  await notes.upsert(LARGE)
  await notes.upsert([note(2)])
  await notes.close()
  return database
}

type Which = (store: StoreName, key: RecordKey) => boolean

const PLACES: readonly (readonly [name: string, which: Which])[] = [
  ['of a body', (store, key) => store === 'blocks' && key[2] === 1],
  ['of a head', (store, key) => store === 'blocks' && key[2] === 0],
  ['of a block, head and body', (store) => store === 'blocks'],
  ['of the entry of a large write', (store, key) => store === 'entries' && key[1] === 2],
  ['of the last entry', (store, key) => store === 'entries' && key[1] === 3],
  ['of every entry', (store) => store === 'entries'],
  ['of one copy of a manifest', (store, key) => store === 'manifests' && key[2] === 0],
  ['of every manifest', (store) => store === 'manifests'],
  ['of one copy in the catalog', (store, key) => store === 'catalog' && key[2] === 0],
  ['of the catalog', (store) => store === 'catalog'],
]

const sorted = (ids: readonly unknown[]) => ids.map(String).toSorted()

describe.each(PLACES)('reads %s', (name, which) => {
  test('that fail twice at opening cost nothing', async () => {
    const database = await stored()
    failReads({ database, which, times: 2 })
    const { notes, notices } = await openTab(database)
    expect([(await notes.status()).dataState, notices]).toEqual(['intact', []])
    expect(sorted((await collect(notes.scroll())).map(({ id }) => id))).toEqual(sorted(OLD_IDS))
    await notes.upsert([note(10)])
    await notes.delete([1])
    await notes.close()
    const left = OLD_IDS.filter((id) => id !== 1)
    expect(sorted((await lookInto(database)).ids)).toEqual(sorted([...left, 10]))
  })

  test.each([false, true])('that fail for a whole session lose nothing that was or is acknowledged (goOn: %s)', async (goOn) => {
    const database = await stored()
    const fault = failReads({ database, which })
    const opened = await openTab(database, { goOn }).catch((cause: unknown) => failureOf(Promise.reject(cause)))
    const acknowledged: number[] = []
    if ('notes' in opened) {
      for (let id = 10; id < 15; id++) {
        const refusal = await opened.notes.upsert([note(id)]).then(
          () => void acknowledged.push(id),
          (cause: unknown) => failureOf(Promise.reject(cause)),
        )
        if (refusal) expect([refusal.dataState, refusal.remedy]).toEqual(['intact', expect.stringContaining('goOn')])
      }
      await opened.notes.close()
      // Whoever asks for it may write, whatever cannot be read.
      if (goOn) expect(acknowledged).toEqual([10, 11, 12, 13, 14])
    } else {
      // What a collection is cannot be read at all: said, and not taken for damage.
      expect(['storage-failed', 'corrupt-data']).toContain(opened.code)
    }
    // A head need not be read; all else must be, and more than once.
    if (name !== 'of a head') expect(fault.count).toBeGreaterThan(1)
    fault.heal()
    const { ids, dataState, notices } = await lookInto(database)
    expect(sorted(ids)).toEqual(sorted([...OLD_IDS, ...acknowledged]))
    expect([dataState, notices]).toEqual(['intact', []])
  })
})

test('a write in blocks that cannot be read is missing, told, and back when it can be read again', async () => {
  const database = await stored()
  const fault = failReads({ database, which: (store, key) => store === 'blocks' && key[2] === 1 })
  const { notes, notices } = await openTab(database)
  expect((await notes.status()).dataState).toBe('partial')
  expect(notices).toEqual(['data-loss'])
  expect(await notes.retrieve(['large-3'])).toEqual([undefined])
  await notes.close()
  fault.heal()
  const look = await lookInto(database)
  expect(look).toMatchObject({ dataState: 'intact', notices: [] })
  expect(look.points.find(({ id }) => id === 'large-3')).toEqual(LARGE[3])
})

test.each<[string, (tab: Awaited<ReturnType<typeof openTab>>) => Promise<unknown>]>([
  ['an update of it', ({ notes }) => notes.update(['large-3'], { seen: 1 })],
  ['a deletion by filter', ({ notes }) => notes.delete({ filter: { text: { $contains: '3' } } })],
  ['a vacuum', ({ notes }) => notes.vacuum()],
])('%s does not do half while a write cannot be read', async (_, change) => {
  const database = await stored()
  const fault = failReads({ database, which: (store, key) => store === 'entries' && key[1] === 2 })
  const tab = await openTab(database)
  const { dataState, remedy } = await failureOf(change(tab))
  expect([dataState, remedy]).toEqual(['intact', expect.stringContaining('goOn')])
  await tab.notes.close()
  fault.heal()
  const { points } = await lookInto(database)
  // Refused: everything is as it was.
  expect(sorted(points.map(({ id }) => id))).toEqual(sorted(OLD_IDS))
  expect(points.find(({ id }) => id === 'large-3')).toEqual(LARGE[3])
})

test('after going on without a write that could not be read, it is back when it can be read', async () => {
  const database = await stored()
  const fault = failReads({ database, which: (store, key) => store === 'entries' && key[1] === 2 })
  const { notes } = await openTab(database, { goOn: true })
  await notes.upsert([note(10)])
  await notes.upsert([note(11)])
  await notes.close()
  fault.heal()
  const { ids } = await lookInto(database)
  for (const id of [0, 1, 2, 10, 11]) expect(ids).toContain(id)
})

test('what could not be read is there by itself when it can be read, and writes are taken again', async () => {
  const database = await stored()
  const fault = failReads({ database, which: (store, key) => store === 'entries' && key[1] === 2 })
  const { notes, notices } = await openTab(database)
  expect((await notes.status()).dataState).toBe('partial')
  fault.heal()
  await eventually(async () => expect((await notes.status()).dataState).toBe('intact'))
  await notes.upsert([note(10)])
  expect(notices).toEqual(['data-loss'])
  await notes.close()
  expect((await lookInto(database)).ids).toContain(10)
})
