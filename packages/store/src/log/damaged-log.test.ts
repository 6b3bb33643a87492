import { expect, onTestFinished, test } from 'vitest'
import { note, notes, stored, viewOf } from '../testing/notes.ts'
import { flipped, lookInto, openStored, tempDatabase, underneath } from '../testing/open-stored.ts'

const damage = (database: string, lsn: number, at = 30) =>
  underneath(database, async (records) => records.put('entries', [lsn], flipped(await records.get('entries', [lsn]), at)))

test('an entry that is damaged at any byte costs itself, and that is told', async () => {
  const database = await stored(onTestFinished, 2, 1)
  const record = await underneath(database, (records) => records.get('entries', [2]))
  for (let at = 0; at < record.length; at += 5) {
    await underneath(database, (records) => records.put('entries', [2], flipped(record, at)))
    const { points, dataState, notices } = await lookInto(database)
    expect({ points, dataState, notices }, `byte ${at}`).toEqual({
      points: notes(2),
      dataState: 'partial',
      notices: ['data-loss'],
    })
  }
})

test('an entry that is cut off anywhere costs itself', async () => {
  const database = await stored(onTestFinished, 1, 1, 1)
  const record = await underneath(database, (records) => records.get('entries', [2]))
  for (const length of [0, 1, 15, 16, 40, record.length - 1]) {
    await underneath(database, (records) => records.put('entries', [2], record.slice(0, length)))
    const expected = { points: [note(0), note(2)], dataState: 'partial', notices: ['data-loss'] }
    expect(await lookInto(database), `length ${length}`).toMatchObject(expected)
  }
})

test('an entry that is missing between others costs itself, and that is told', async () => {
  const database = await stored(onTestFinished, 1, 1, 1, 1)
  await underneath(database, (records) => records.delete('entries', [2]))
  const expected = { points: [note(0), note(2), note(3)], dataState: 'partial', lsn: 4, notices: ['data-loss'] }
  expect(await lookInto(database)).toMatchObject(expected)
})

test('a first entry that is missing costs itself, and that is told', async () => {
  const database = await stored(onTestFinished, 1, 1)
  await underneath(database, (records) => records.delete('entries', [1]))
  expect(await lookInto(database)).toMatchObject({ points: [note(1)], dataState: 'partial', notices: ['data-loss'] })
})

test('entries in each other’s places are damage, and the others apply', async () => {
  const database = await stored(onTestFinished, 1, 1, 1, 1)
  await underneath(database, async (records) => {
    const [two, three] = [await records.get('entries', [2]), await records.get('entries', [3])]
    await records.put('entries', [2], three)
    await records.put('entries', [3], two)
  })
  expect(await lookInto(database)).toMatchObject({ points: [note(0), note(3)], dataState: 'partial', notices: ['data-loss'] })
})

test('an update and a deletion apply although an entry between them is lost', async () => {
  const database = tempDatabase(onTestFinished)
  const collection = await openStored(database)
  await collection.upsert(notes(3))
  await collection.update([0], { a: 1 })
  await collection.update([0], { b: 2 })
  await collection.delete([1])
  await collection.close()
  await damage(database, 2)
  const { points, dataState } = await lookInto(database)
  // An update holds whole payloads: the lost one before it does not change what it means.
  expect(points.map(({ id, payload }) => [id, payload])).toEqual([
    [0, { text: 'note 0', a: 1, b: 2 }],
    [2, { text: 'note 2' }],
  ])
  expect(dataState).toBe('partial')
})

test('after a lost entry all is written and kept as ever, in every tab, through checkpoints, and its record is left for salvage', async () => {
  const database = await stored(onTestFinished, 1, 1, 1)
  await damage(database, 2)
  const one = await openStored(database)
  const two = await openStored(database)
  expect(await one.upsert([note(10)])).toEqual({ lsn: 4 })
  expect(await two.upsert([note(11)])).toEqual({ lsn: 5 })
  const expected = [note(0), note(2), note(10), note(11)]
  expect((await viewOf(two)).ids).toEqual([0, 2, 10, 11])
  expect((await viewOf(one)).ids).toEqual([0, 2, 10, 11])
  await one.close()
  expect((await lookInto(database)).points).toEqual(expected)
  for (let id = 12; id < 15; id++) {
    await two.checkpoint()
    expect(await two.upsert([note(id)])).toEqual({ lsn: id - 6 })
  }
  await two.checkpoint()
  await two.close()
  expect(await lookInto(database)).toMatchObject({ points: [...expected, ...notes(3, 12)], lsn: 8 })
  expect(await underneath(database, (records) => records.keys('entries'))).toContainEqual([2])
})

test('the record of a lost entry is left for salvage by a purge, and not by a vacuum: it may hold what was deleted', async () => {
  const database = await stored(onTestFinished, 1, 1, 1)
  await damage(database, 2)
  const collection = await openStored(database)
  await collection.checkpoint()
  await collection.local.purge()
  // The last one stays beside it.
  expect(await underneath(database, (records) => records.keys('entries'))).toEqual([[2], [3]])
  await collection.vacuum()
  await collection.close()
  expect(await underneath(database, (records) => records.keys('entries'))).toEqual([])
})

test('a large write whose block is altered is told, and nothing that was acknowledged after it is lost, however often it is opened', async () => {
  const database = tempDatabase(onTestFinished)
  const collection = await openStored(database)
  await collection.upsert([note(0)])
  await collection.upsert(notes(40, 100))
  await collection.close()
  await underneath(database, async (records) => {
    const [key] = (await records.keys('blocks')).filter(([, piece]) => piece === 1)
    await records.put('blocks', key!, flipped(await records.get('blocks', key!), 300))
  })
  for (let round = 1; round <= 4; round++) {
    const opened = await openStored(database)
    expect((await viewOf(opened)).dataState).toBe('partial')
    expect(await opened.upsert([note(round)])).toEqual({ lsn: 2 + round })
    await opened.close()
    expect(await lookInto(database)).toMatchObject({ points: notes(round + 1), dataState: 'partial', notices: ['data-loss'] })
  }
})

/** Every acknowledged write is there, and what is not was told. */
async function expectKept(
  view: Promise<{ ids: number[]; dataState: string }>,
  kept: readonly number[],
  damaged: number,
): Promise<void> {
  const { ids, dataState } = await view
  expect(ids.filter((id) => id !== damaged)).toEqual(kept)
  if (!ids.includes(damaged)) expect(dataState).toBe('partial')
}
const lookAt = async (database: string) => {
  const { points, dataState } = await lookInto(database)
  return { ids: points.map(({ id }) => id as number), dataState }
}

test.each([
  ['in the middle of the log', 2],
  ['at its end', 3],
])('an entry %s that one tab still holds and another cannot read costs no later write', async (_, lsn) => {
  for (const isPurged of [false, true]) {
    const database = await stored(onTestFinished, 1, 1, 1)
    const old = await openStored(database)
    await damage(database, lsn)
    const fresh = await openStored(database)
    await old.checkpoint()
    if (isPurged) await old.local.purge()
    expect(await fresh.upsert([note(3)])).toEqual({ lsn: 4 })
    expect(await fresh.upsert([note(4)])).toEqual({ lsn: 5 })
    const kept = [0, 1, 2, 3, 4].filter((id) => id !== lsn - 1)
    await expectKept(viewOf(fresh), kept, lsn - 1)
    await expectKept(viewOf(old), kept, lsn - 1)
    await expectKept(lookAt(database), kept, lsn - 1)
    await old.checkpoint()
    await fresh.checkpoint()
    await fresh.close()
    await old.close()
    await expectKept(lookAt(database), kept, lsn - 1)
  }
})

test('what a checkpoint has folded in before its entry was damaged is there: the tab that folded it in had it', async () => {
  const database = await stored(onTestFinished, 1, 1, 1)
  const old = await openStored(database)
  await damage(database, 3)
  const fresh = await openStored(database)
  await old.checkpoint()
  await fresh.upsert([note(3)])
  await fresh.close()
  await old.close()
  expect(await lookAt(database)).toEqual({ ids: [0, 1, 2, 3], dataState: 'intact' })
})

test('an entry that is damaged beneath open tabs costs nothing that was written after it, in any of them', async () => {
  const database = await stored(onTestFinished, 1)
  const old = await openStored(database)
  await old.upsert([note(1)])
  await damage(database, 2, 20)
  const fresh = await openStored(database)
  await fresh.upsert([note(2)])
  await expectKept(viewOf(old), [0, 2], 1)
  await old.upsert([note(3)])
  await expectKept(viewOf(fresh), [0, 2, 3], 1)
  await old.close()
  await fresh.close()
  await expectKept(lookAt(database), [0, 2, 3], 1)
})

test('a log whose end is gone beneath an open tab is made whole from memory, and receipts never go back', async () => {
  const database = await stored(onTestFinished, 1)
  const notices: string[] = []
  const collection = await openStored(database, { onNotice: ({ kind }) => notices.push(kind) })
  await collection.upsert([note(1)])
  await underneath(database, (records) => records.delete('entries', [2]))
  expect(await collection.upsert([note(2)])).toEqual({ lsn: 3 })
  expect(await viewOf(collection)).toEqual({ ids: [0, 1, 2], dataState: 'intact' })
  expect(notices).toEqual([])
  await collection.checkpoint()
  await collection.close()
  expect((await lookInto(database)).points).toEqual([note(0), note(1), note(2)])
})

test('an end of the log that a checkpoint has folded in may be gone: writes go on', async () => {
  const database = await stored(onTestFinished, 1)
  const collection = await openStored(database)
  await collection.upsert([note(1)])
  await collection.checkpoint()
  await underneath(database, (records) => records.delete('entries', [2]))
  expect(await collection.upsert([note(2)])).toEqual({ lsn: 3 })
  await collection.checkpoint()
  expect(await collection.upsert([note(3)])).toEqual({ lsn: 4 })
  await collection.close()
  expect(await lookInto(database)).toMatchObject({ points: notes(4), dataState: 'intact' })
})

test('a witness notices that the last entries, or all of a collection, are gone', async () => {
  const database = await stored(onTestFinished, 1, 1, 1)
  const number = await underneath(database, async (records) => records.number)
  const kept = new Map<string, string>()
  const witness = {
    read: async (key: string) => kept.get(key),
    write: async (key: string, value: string) => void kept.set(key, value),
    remove: async (key: string) => void kept.delete(key),
  }
  const world = { witness }
  const collection = await openStored(database, { world })
  await collection.upsert([note(3)])
  await collection.close()
  expect(Array.from(kept.values(), (json) => JSON.parse(json))).toEqual([{ number, lsn: 4 }])
  expect(await lookInto(database, { world })).toMatchObject({ dataState: 'intact', notices: [] })
  await underneath(database, async (records) => {
    for (const lsn of [3, 4]) await records.delete('entries', [lsn])
  })
  const shortened = { points: notes(2), dataState: 'rolledBack', notices: ['rolled-back'] }
  expect(await lookInto(database, { world })).toMatchObject(shortened)

  await underneath(database, async ({ storage, keys, delete: remove }) => {
    for (const [lsn] of await keys('entries')) await remove('entries', [lsn!])
    await storage.write(['catalog'], 'strict', (transaction) => transaction.deleteRange('catalog', { prefix: ['c'] }))
  })
  expect(await lookInto(database, { world })).toMatchObject({ points: [], dataState: 'lost', notices: ['data-loss'] })
})
