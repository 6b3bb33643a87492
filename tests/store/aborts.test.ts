import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { holdWrites } from '../support/held-transaction.ts'
import { failureOf, lookInto, note, openTab, type Tab } from '../support/note-tabs.ts'
import { tempDatabase } from '../support/temp-database.ts'
import { turn } from '../support/turn.ts'

/** The whole rule: what is told is what is there. */
async function expectHonest(writing: Promise<{ lsn: number }>, reason: unknown, database: string, tab: Tab): Promise<string> {
  const outcome = await writing.then(
    () => 'made',
    async (cause: unknown) => {
      if (cause === reason) return 'not made'
      expect(await failureOf(Promise.reject(cause))).toMatchObject({ code: 'aborted', dataState: 'unknown', cause: reason })
      return 'unknown'
    },
  )
  const here = (await tab.notes.retrieve([7], { consistency: 'latest' }))[0] !== undefined
  await tab.notes.close()
  const there = (await lookInto(database)).ids.includes(7)
  if (outcome !== 'unknown') expect([outcome, here, there]).toEqual([outcome, outcome === 'made', outcome === 'made'])
  return outcome
}

type Moment = (database: string, abort: () => void) => void

/** Calls `at` when this realm's transactions on the database come to some point. */
function onTransaction(database: string, at: (transaction: IDBTransaction, stores: readonly string[]) => void): void {
  const { transaction } = IDBDatabase.prototype
  const spy = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (
    this: IDBDatabase,
    stores,
    mode,
    options,
  ) {
    const begun = transaction.call(this, stores, mode, options)
    if (this.name === database && mode === 'readwrite') at(begun, [stores].flat() as string[])
    return begun
  })
  onTestFinished(() => spy.mockRestore())
}

function onAdd(database: string, at: (request: IDBRequest) => void): void {
  const { add } = IDBObjectStore.prototype
  const spy = vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(function (this: IDBObjectStore, value, key) {
    const request = add.call(this, value, key)
    if (this.transaction.db.name === database && this.name === 'entries') at(request)
    return request
  })
  onTestFinished(() => spy.mockRestore())
}

const MOMENTS: readonly (readonly [name: string, moment: Moment])[] = [
  ['when its transaction begins', (database, abort) => onTransaction(database, abort)],
  ['when its entry is asked to be added', (database, abort) => onAdd(database, abort)],
  ['when its entry is added', (database, abort) => onAdd(database, (request) => request.addEventListener('success', abort))],
  [
    'when its transaction was told to commit',
    (database, abort) =>
      onAdd(database, (request) => request.addEventListener('success', () => queueMicrotask(() => queueMicrotask(abort)))),
  ],
  [
    'when its transaction is complete',
    (database, abort) => onTransaction(database, (transaction) => transaction.addEventListener('complete', abort)),
  ],
]

const CHANGES = [
  ['an upsert', (tab: Tab, signal: AbortSignal) => tab.notes.upsert([note(7)], { signal })],
  [
    'a write',
    (tab: Tab, signal: AbortSignal) => tab.notes.write({ upsert: [note(7)], delete: { filter: { $id: 1 } } }, { signal }),
  ],
  ['a large upsert', (tab: Tab, signal: AbortSignal) => tab.notes.upsert([note(7, 'x'.repeat(2 ** 21))], { signal })],
] as const

describe.each(CHANGES)('%s that is aborted', (_, change) => {
  test.each(MOMENTS)('%s tells what is there', async (_, moment) => {
    const database = tempDatabase()
    const tab = await openTab(database)
    const reason = new Error('enough')
    const controller = new AbortController()
    moment(database, () => controller.abort(reason))
    const writing = change(tab, controller.signal)
    // Here the transaction can always say how it ended.
    expect(await expectHonest(writing, reason, database, tab)).not.toBe('unknown')
    expect(controller.signal.aborted).toBe(true)
  })

  test.each([0, 1, 2, 3, 5, 8, 13, 21, 34, 55])(
    '%i turns of the event loop after it was sent to a worker tells what is there',
    async (turns) => {
      const database = tempDatabase()
      const tab = await openTab(database, { worker: true })
      const reason = new Error('enough')
      const controller = new AbortController()
      const writing = change(tab, controller.signal)
      for (let i = 0; i < turns; i++) await turn()
      controller.abort(reason)
      await expectHonest(writing, reason, database, tab)
    },
  )

  test('before it is sent, or while it waits for its turn, leaves nothing', async () => {
    const database = tempDatabase()
    const tab = await openTab(database)
    const reason = new Error('enough')
    await expect(change(tab, AbortSignal.abort(reason))).rejects.toBe(reason)
    const held = await holdWrites(database)
    const controller = new AbortController()
    const writing = change(tab, controller.signal)
    await turn()
    controller.abort(reason)
    // Long before the other tab lets go.
    await expect(writing).rejects.toBe(reason)
    await held.release()
    expect((await lookInto(database)).ids).toEqual([])
  })
})
