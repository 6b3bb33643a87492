import { deleteCollection } from '@voisin/store'
import { expect, onTestFinished, test } from 'vitest'
import { flip } from '../support/damages.ts'
import { eventually, failureOf, lookInto, notes as many, note, openTab } from '../support/note-tabs.ts'
import { storedRecords } from '../support/stored-records.ts'
import { tempDatabase } from '../support/temp-database.ts'

const PLACES = [
  ['here', false],
  ['in one worker', true],
] as const

test.each(PLACES)('two openings of one collection, %s, hear of each other’s writes', async (_, worker) => {
  const database = tempDatabase()
  const a = await openTab(database, { worker })
  const b = await openTab(database, { worker })
  await a.notes.upsert(many(3))
  await eventually(async () => expect(await b.notes.count()).toBe(3))
  await b.notes.delete([1])
  await eventually(async () => expect(await a.notes.count()).toBe(2))
})

test.each(PLACES)(
  'of a database that was deleted, %s, a collection can be opened anew beside one that was open',
  async (_, worker) => {
    const database = tempDatabase()
    const a = await openTab(database, { worker })
    const b = await openTab(database, { worker }, 'other')
    await a.notes.upsert(many(3))
    await dropped(database)
    await eventually(async () => expect(await failureOf(a.notes.upsert([note(1)]))).toMatchObject({ code: 'not-found' }))
    const again = await openTab(database, { worker })
    await again.notes.upsert([note(7)])
    expect(await again.notes.count()).toBe(1)
    expect(await failureOf(b.notes.upsert([note(1)]))).toMatchObject({ code: 'not-found' })
  },
)

test.each(PLACES)('a listener that throws, %s, costs nobody anything', async (_, worker) => {
  const database = tempDatabase()
  const names = ['a', 'b']
  for (const name of names) {
    const { notes } = await openTab(database, {}, name)
    for (let id = 0; id < 3; id++) await notes.upsert([note(id)])
    await notes.close()
  }
  const stored = storedRecords(database)
  for (const key of await stored.keys('entries')) if (key[1] === 2) await flip(40)(stored, 'entries', key)
  const errors = expectedErrors()
  const onNotice = () => {
    throw new Error('the app’s own')
  }
  const a = await openTab(database, { worker, onNotice }, 'a')
  const b = await openTab(database, { worker }, 'b')
  await eventually(() => expect(b.notices).toEqual(['data-loss']))
  for (const { notes } of [a, b]) expect((await notes.status()).dataState).toBe('partial')
  expect(await a.notes.count()).toBe(2)
  await eventually(() => expect(errors).toEqual(['the app’s own']))
})

test('what is deleted while it is being closed is gone, and no loss', async () => {
  for (let round = 0; round < 20; round++) {
    const database = tempDatabase()
    const { notes } = await openTab(database)
    await notes.upsert(many(3))
    const closing = notes.close()
    await deleteCollection('notes', { database })
    await closing
    expect(await lookInto(database)).toMatchObject({ points: [], dataState: 'intact', notices: [] })
  }
})

test('collections and databases whose names together spell the same are not taken for one another', async () => {
  const database = tempDatabase()
  await openTab(database, {}, 'x/y').then(async ({ notes }) => {
    await notes.upsert(many(3))
    await notes.close()
  })
  const other = `${database}/x`
  onTestFinished(() => dropped(other))
  expect(await lookInto(other, {}, 'y')).toMatchObject({ points: [], dataState: 'intact', notices: [] })
})

function dropped(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name)
    request.onsuccess = () => resolve()
    request.onerror = () => reject(request.error)
  })
}

/** Messages of errors that are reported while this test runs, and must not fail it. */
function expectedErrors(): string[] {
  const messages: string[] = []
  const listener = (event: ErrorEvent) => {
    event.preventDefault()
    event.stopImmediatePropagation()
    messages.push(event.error.message)
  }
  addEventListener('error', listener, { capture: true })
  onTestFinished(() => removeEventListener('error', listener, { capture: true }))
  return messages
}
