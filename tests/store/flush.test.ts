import { describe, expect, test } from 'vitest'
import { eventually, lookInto, notes as many, note, openTab, type Tab } from '../support/note-tabs.ts'
import { type StorageLedger, watchWrites } from '../support/storage-ledger.ts'
import { storedRecords } from '../support/stored-records.ts'
import { tempDatabase } from '../support/temp-database.ts'

/** From this size on Chromium keeps a value in a file, which a strict commit that comes later does not make safe. */
const FILE_BYTES = 65_536

/** Whether a power cut would leave every record that is there: what docs/storage.md says of `flush`. */
async function expectSafe(database: string, ledger: StorageLedger): Promise<void> {
  const identity = ({ store, key }: { store: string; key: unknown }) => `${store} ${JSON.stringify(key)}`
  const there = new Set((await storedRecords(database).all(['catalog', 'entries', 'blocks', 'manifests'])).map(identity))
  // The last writing of each record counts.
  const last = new Map<string, number>()
  ledger.written.forEach((record, at) => {
    if (record.isCommitted && there.has(identity(record))) last.set(identity(record), at)
  })
  expect(last.size).toBeGreaterThan(0)
  const lastStrict = Math.max(0, ...ledger.strictCommits)
  for (const [name, at] of last) {
    const { bytes, isStrict } = ledger.written[at]!
    if (bytes >= FILE_BYTES) expect([name, isStrict]).toEqual([name, true])
    // A small one needs a strict commit of whatever after it: what Chromium keeps them in is synced as a whole.
    else expect([name, isStrict || at < lastStrict]).toEqual([name, true])
  }
}

type Writes = (tab: Tab) => Promise<unknown>

const WRITES: readonly (readonly [name: string, writes: Writes, count: number])[] = [
  ['a small write', ({ notes }) => notes.upsert(many(3)), 3],
  [
    'many small writes',
    async ({ notes }) => {
      for (const point of many(30)) await notes.upsert([point])
    },
    30,
  ],
  ['a write of 100 KiB', ({ notes }) => notes.upsert([note(0, 'x'.repeat(100 * 1024))]), 1],
  [
    'writes of 100 KiB and small ones',
    async ({ notes }) => {
      for (const point of many(6)) {
        await notes.upsert([{ ...point, payload: { text: String(point.id).repeat(100 * 1024) } }])
        await notes.update([point.id], { seen: 1 })
      }
    },
    6,
  ],
  ['a write above 1 MiB', ({ notes }) => notes.upsert(many(12).map(({ id }) => note(id, String(id).repeat(150_000)))), 12],
  [
    'an update of 100 KiB',
    async ({ notes }) => {
      await notes.upsert(many(2))
      await notes.update([1], { text: 'y'.repeat(100 * 1024) })
    },
    2,
  ],
]

describe.each(WRITES)("with 'process', after %s,", (_, writes, count) => {
  const options = { durability: 'process' } as const

  test('flush makes all of it safe', async () => {
    const database = tempDatabase()
    const ledger = watchWrites(database)
    const tab = await openTab(database, options)
    await writes(tab)
    await tab.notes.flush()
    await expectSafe(database, ledger)
    await tab.notes.close()
    expect((await lookInto(database)).ids).toHaveLength(count)
  })

  test('flush makes all of it safe in the next opening too', async () => {
    const database = tempDatabase()
    const ledger = watchWrites(database)
    const tab = await openTab(database, options)
    await writes(tab)
    await tab.notes.close()
    const again = await openTab(database, options)
    await again.notes.flush()
    await expectSafe(database, ledger)
    await again.notes.upsert([note(100)])
    await again.notes.flush()
    await expectSafe(database, ledger)
  })

  test.each(['process', 'power'] as const)("flush of another tab with '%s' makes all of it safe", async (durability) => {
    const database = tempDatabase()
    const ledger = watchWrites(database)
    await writes(await openTab(database, options))
    // The tab that wrote is still there, as one that was killed is not; neither has to take part.
    const other = await openTab(database, { durability })
    await other.notes.flush()
    await expectSafe(database, ledger)
    expect(await other.notes.count()).toBe(count)
  })

  test('flush leaves nothing that says it is unsafe', async () => {
    const database = tempDatabase()
    const tab = await openTab(database, options)
    await writes(tab)
    await tab.notes.flush()
    const unsafe = (await storedRecords(database).keys('meta')).filter(([kind]) => kind === 'unsafe')
    expect(unsafe).toEqual([])
  })
})

test("flush with 'power' makes safe what another tab has written and this one shows", async () => {
  const database = tempDatabase()
  const ledger = watchWrites(database)
  const here = await openTab(database)
  const other = await openTab(database, { durability: 'process' })
  await other.notes.upsert([note(1)])
  await here.notes.upsert([note(2)])
  await other.notes.upsert([note(3)])
  await eventually(async () => expect(await here.notes.count()).toBe(3))
  await here.notes.flush()
  await expectSafe(database, ledger)
})

test("with 'power' there is nothing left to flush", async () => {
  const database = tempDatabase()
  const ledger = watchWrites(database)
  const { notes } = await openTab(database)
  for (const point of many(5)) await notes.upsert([point])
  await notes.upsert([note(9, 'x'.repeat(100 * 1024))])
  await expectSafe(database, ledger)
  for (const record of ledger.written.filter(({ store }) => store === 'entries')) expect(record.isStrict).toBe(true)
})
