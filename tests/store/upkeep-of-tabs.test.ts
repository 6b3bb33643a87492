import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { eventually, lookInto, notes as many, note, openTab, type Tab } from '../support/note-tabs.ts'
import { watchWrites } from '../support/storage-ledger.ts'
import { tempDatabase } from '../support/temp-database.ts'

const EVERY = 25

async function openTabs(count: number, database: string): Promise<Tab[]> {
  const tabs: Tab[] = []
  for (let i = 0; i < count; i++) tabs.push(await openTab(database, { checkpointAfter: { entries: EVERY } }))
  return tabs
}

const folded = async (tabs: readonly Tab[]) =>
  await Promise.all(tabs.map(async ({ notes }) => (await notes.status()).checkpointLsn))

describe.each([2, 4])('of %i tabs', (count) => {
  test.each<[string, (tabs: readonly Tab[], i: number) => Tab]>([
    ['one writes', (tabs) => tabs[0]!],
    ['each writes in its turn', (tabs, i) => tabs[i % tabs.length]!],
  ])('of which %s, every fold is made once and adopted by the others', async (_, choose) => {
    const database = tempDatabase()
    const ledger = watchWrites(database)
    const tabs = await openTabs(count, database)
    for (let i = 0; i < 100; i++) await choose(tabs, i).notes.upsert([note(i)])
    for (const { notes } of tabs) expect(await notes.count(undefined, { consistency: 'latest' })).toBe(100)
    await eventually(async () => {
      for (const lsn of await folded(tabs)) expect(lsn).toBeGreaterThanOrEqual(100 - EVERY)
    })
    const committed = ledger.written.filter(({ isCommitted }) => isCommitted)
    const sequences = committed.filter(({ store }) => store === 'manifests').map(({ key }) => key[1])
    // Four are due. Two more are forgiven: upkeep may also be due by time.
    expect(new Set(sequences).size).toBeGreaterThanOrEqual(1)
    expect(new Set(sequences).size).toBeLessThanOrEqual(100 / EVERY + 2)
    // Each stored twice, as the format says, and never again.
    expect(sequences.length).toBe(2 * new Set(sequences).size)
    // Nor was work done for nothing: no tab writes the blocks of a fold that another one makes.
    const bodies = ledger.written.filter(({ store, key }) => store === 'blocks' && key[2] === 1)
    expect(bodies.length).toBeLessThanOrEqual(4 * new Set(sequences).size)
    for (const { notes } of tabs) await notes.close()
    expect(await lookInto(database)).toMatchObject({ ids: Array.from({ length: 100 }, (_, id) => id), dataState: 'intact' })
  })
})

test('writes of all tabs at once fold no more often than those of one', async () => {
  const database = tempDatabase()
  const ledger = watchWrites(database)
  const tabs = await openTabs(4, database)
  await Promise.all(Array.from({ length: 200 }, (_, i) => tabs[i % 4]!.notes.upsert([note(i)])))
  await eventually(async () => {
    for (const lsn of await folded(tabs)) expect(lsn).toBeGreaterThanOrEqual(200 - EVERY)
  })
  const sequences = ledger.written
    .filter(({ store, isCommitted }) => store === 'manifests' && isCommitted)
    .map(({ key }) => key[1])
  expect(new Set(sequences).size).toBeLessThanOrEqual(200 / EVERY + 2)
})

test('vacuums of all tabs at once all succeed, and all is there', async () => {
  const database = tempDatabase()
  const tabs = await openTabs(4, database)
  await tabs[0]!.notes.upsert(many(200))
  await tabs[1]!.notes.delete(Array.from({ length: 100 }, (_, id) => id))
  await Promise.all(tabs.map(({ notes }) => notes.vacuum()))
  await Promise.all(tabs.map(({ notes }, i) => notes.upsert([note(300 + i)])))
  await Promise.all(tabs.map(({ notes }) => notes.vacuum()))
  for (const { notes } of tabs) expect(await notes.count(undefined, { consistency: 'latest' })).toBe(104)
  for (const { notes } of tabs) await notes.close()
  expect((await lookInto(database)).ids).toHaveLength(104)
})

/** Notes the names of all locks that are asked for here, and those that were to be taken by force; but for those that say that a tab is alive. */
function watchLocks(): { readonly names: ReadonlySet<string>; readonly stolen: readonly string[] } {
  const names = new Set<string>()
  const stolen: string[] = []
  const { request } = LockManager.prototype
  const spy = vi.spyOn(LockManager.prototype, 'request').mockImplementation(function (
    this: LockManager,
    ...parameters: unknown[]
  ) {
    const [name, options] = parameters as [string, LockOptions]
    const isOfUpkeep = !name.includes('/tab/')
    if (isOfUpkeep) names.add(name)
    if (isOfUpkeep && typeof options === 'object' && options.steal) stolen.push(name)
    return (request as (...parameters: unknown[]) => Promise<unknown>).apply(this, parameters)
  })
  onTestFinished(() => spy.mockRestore())
  return { names, stolen }
}

describe('the lock of upkeep', () => {
  test('is never stolen while tabs that are well take turns', async () => {
    const database = tempDatabase()
    const locks = watchLocks()
    const tabs = await openTabs(3, database)
    for (let i = 0; i < 150; i++) await tabs[i % 3]!.notes.upsert([note(i)])
    await Promise.all(tabs.map(({ notes }) => notes.vacuum()))
    expect([...locks.names].filter((name) => name.includes(database))).not.toEqual([])
    expect(locks.stolen).toEqual([])
  })

  test('is not stolen from somebody who holds it for a moment, again and again', async () => {
    const database = tempDatabase()
    const locks = watchLocks()
    const [a, b] = (await openTabs(2, database)) as [Tab, Tab]
    for (let i = 0; i < EVERY; i++) await a.notes.upsert([note(i)])
    await eventually(async () => expect((await a.notes.status()).checkpointLsn).toBe(EVERY))
    const names = [...locks.names].filter((name) => name.includes(database))
    expect(names).not.toEqual([])
    for (let i = 0; i < 40; i++) {
      const held = names.map((name) =>
        navigator.locks.request(name, async () => {
          // As long as another tab's reading takes.
          await b.notes.count(undefined, { consistency: 'latest' })
        }),
      )
      await a.notes.upsert([note(100 + i)])
      await a.notes.delete([100 + i - 1])
      // A lock that was stolen would reject.
      await Promise.all(held)
    }
    expect(locks.stolen).toEqual([])
    await a.notes.vacuum()
  })

  test('is taken from somebody who holds it and answers nothing, and no upkeep of theirs counts', async () => {
    const database = tempDatabase()
    const locks = watchLocks()
    const [a, b] = (await openTabs(2, database)) as [Tab, Tab]
    for (let i = 0; i < EVERY; i++) await a.notes.upsert([note(i)])
    await eventually(async () => expect((await a.notes.status()).checkpointLsn).toBe(EVERY))
    // A frozen tab: it holds every lock of the database and hears no message.
    const lost = [...locks.names]
      .filter((name) => name.includes(database))
      .map((name) => navigator.locks.request(name, { steal: true }, () => new Promise<never>(() => {})))
    const anyLost = Promise.any(
      lost.map((held) =>
        held.then(
          () => expect.fail('it was let go'),
          (reason: unknown) => reason,
        ),
      ),
    )
    for (let i = 0; i < 2 * EVERY; i++) await b.notes.upsert([note(100 + i)])
    expect(await anyLost).toBeInstanceOf(DOMException)
    await eventually(async () => {
      for (const lsn of await folded([a, b])) expect(lsn).toBeGreaterThan(EVERY)
    })
  })
})

test('a tab that never stops writing goes on folding after another one has numbered the offsets anew', async () => {
  const database = tempDatabase()
  const FOLDED = 100
  const a = await openTab(database, { checkpointAfter: { entries: FOLDED } })
  for (let round = 0; round < 30; round++) await a.notes.upsert(many(100))
  let writes = 0
  let isOver = false
  const writer = async () => {
    while (!isOver) await a.notes.upsert([note(writes++ % 100)])
  }
  const writing = [writer(), writer(), writer()]
  const b = await openTab(database)
  await b.notes.vacuum()
  await b.notes.close()
  await eventually(async () => {
    const { lsn, checkpointLsn } = await a.notes.status()
    expect(writes).toBeGreaterThan(5 * FOLDED)
    expect(lsn - checkpointLsn).toBeLessThan(3 * FOLDED)
  })
  isOver = true
  await Promise.all(writing)
  expect(await a.notes.count()).toBe(100)
})
