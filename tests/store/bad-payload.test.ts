import { describe, expect, test } from 'vitest'
import { failureOf, lookInto, notes as many, type Note, note, openTab } from '../support/note-tabs.ts'
import { sealed } from '../support/sealed.ts'
import { storedRecords } from '../support/stored-records.ts'
import { tempDatabase } from '../support/temp-database.ts'

/** Two places of which one is filled. */
function half<T>(item: T): T[] {
  const list = new Array<T>(2)
  list[1] = item
  return list
}

function knotted(): object {
  const object: Record<string, unknown> = { text: 'x' }
  object.again = object
  return object
}

class Point {
  readonly text = 'x'
}

const deep = (levels: number): object => (levels === 0 ? { text: 'x' } : { inner: deep(levels - 1) })

const PAYLOADS: readonly (readonly [name: string, payload: unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['a text', 'text'],
  ['a number', 5],
  ['an array', [{ text: 'x' }]],
  ['a Date', new Date(0)],
  ['a Map', new Map([['text', 'x']])],
  ['bytes', new Uint8Array(3)],
  ['an object of a class', new Point()],
  ['a function inside', { text: 'x', run: () => 1 }],
  ['a symbol inside', { text: Symbol('x') }],
  ['NaN inside', { text: 'x', seen: Number.NaN }],
  ['a Map inside', { text: 'x', more: new Map() }],
  ['no date inside', { text: 'x', at: new Date(Number.NaN) }],
  ['itself inside', knotted()],
  ['a hole inside', { text: 'x', list: new Array(2) }],
  ['too many levels', deep(70)],
]

const batch = (payloads: readonly unknown[]) => ({
  ids: [7, 8],
  vectors: { data: Float32Array.of(1, 2, 3, 4, 5, 6), count: 2, dim: 3 },
  payloads: payloads as Note[],
})

describe.each([
  ['here', false],
  ['in a worker', true],
])('%s', (_, worker) => {
  const expectRefused = async (work: (notes: Awaited<ReturnType<typeof openTab>>['notes']) => Promise<unknown>) => {
    const database = tempDatabase()
    const { notes } = await openTab(database, { worker })
    await notes.upsert(many(3))
    const stored = storedRecords(database)
    const before = await stored.keys('entries')
    const error = await failureOf(() => work(notes))
    expect(error).toMatchObject({ code: 'invalid-payload', dataState: 'intact', retryable: false })
    expect([typeof error.expected, typeof error.received]).toEqual(['string', 'string'])
    expect(await stored.keys('entries')).toEqual(before)
    await notes.upsert([note(3)])
    await notes.close()
    expect(await lookInto(database)).toMatchObject({ ids: [0, 1, 2, 3], dataState: 'intact', notices: [] })
  }

  test('a batch with two places for payloads of which one is set is refused', async () => {
    await expectRefused((notes) => notes.upsert(batch(half({ text: 'one' }))))
    await expectRefused((notes) => notes.upsert(batch(half({ text: 'one' })), { transfer: true }))
  })

  test.each(PAYLOADS)('a payload that is or has %s is refused, whichever verb brings it', async (_, payload) => {
    await expectRefused((notes) => notes.upsert([note(7), { ...note(8), payload: payload as Note }]))
    await expectRefused((notes) => notes.upsert(batch([{ text: 'good' }, payload])))
    await expectRefused((notes) => notes.update([0], payload as Note))
    await expectRefused((notes) => notes.write({ upsert: [note(7)], update: [{ ids: [0], payload: payload as Note }] }))
  })
})

/** Turns the payload that holds `text` into bytes that are no payload, in a record that is whole. */
async function spoil(database: string, text: string, as: (bytes: Uint8Array, at: number) => void): Promise<void> {
  const stored = storedRecords(database)
  const wanted = new TextEncoder().encode(text)
  for (const { key, value } of await stored.all(['entries'])) {
    const record = (value as Uint8Array).slice()
    const at = record.findIndex((_, i) => wanted.every((byte, j) => record[i + j] === byte))
    if (at === -1) continue
    as(record, at)
    await stored.put('entries', key, sealed(record))
    return
  }
  expect.fail('no entry holds the text')
}

test.each<[string, (bytes: Uint8Array, at: number) => void]>([
  // CBOR: 0xff is a break where none may be; 0xc3 is no text in UTF-8 without what follows; 0x1c is reserved.
  ['a byte that begins nothing', (bytes, at) => bytes.set([0xff], at - 7)],
  ['a text that is no UTF-8', (bytes, at) => void bytes.fill(0xc3, at, at + 4)],
  ['a length beyond its end', (bytes, at) => bytes.set([0x78], at - 1)],
  ['zeros', (bytes, at) => void bytes.fill(0, at - 6, at + 6)],
])('a stored payload that cannot be decoded, %s, costs its point and never the collection', async (_, as) => {
  const database = tempDatabase()
  const { notes } = await openTab(database)
  await notes.upsert(many(3))
  // The last entry, whose checksum nothing else names.
  await notes.upsert([note(10), note(11, 'spoilt text'), note(12)])
  await notes.close()
  await spoil(database, 'spoilt text', as)

  const look = await lookInto(database)
  expect(look.ids.filter((id) => id !== 11)).toEqual([0, 1, 2, 10, 12])
  expect([look.dataState, look.notices]).toEqual(['partial', ['data-loss']])
  const tab = await openTab(database)
  expect(await tab.notes.query({ text: 'note' })).toHaveLength(5)
  expect(await tab.notes.count({ text: { $contains: 'note 1' } })).toBe(3)
  await tab.notes.upsert([note(20)])
  await tab.notes.vacuum()
  await tab.notes.upsert([note(11, 'written again')])
  await tab.notes.close()
  const { points } = await lookInto(database)
  expect(points.map(({ id }) => id).toSorted((a, b) => Number(a) - Number(b))).toEqual([0, 1, 2, 10, 11, 12, 20])
  expect(points.find(({ id }) => id === 11)!.payload.text).toBe('written again')
})
