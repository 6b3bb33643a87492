import { openCollection } from '@voisin/store'
import { expect, onTestFinished, test } from 'vitest'
import { failureOf, lookInto, note, openTab, untilFolded } from '../support/note-tabs.ts'
import { tempDatabase } from '../support/temp-database.ts'

// Strings that some step on the way may trim, fold, cut or take for another.
const ODD = [
  ' ',
  'x',
  'X',
  ' x',
  'x ',
  '\ufeffx',
  '\ufeff\ufeffx',
  'x\ufeff',
  '\u200bx',
  'x\0',
  '\0',
  '__proto__',
  'constructor',
  'é',
  'e\u0301',
  'ß',
  'ss',
  '0',
  '-0',
  '00',
  'NaN',
  'undefined',
  '日本',
  '🗝',
  '\u{10ffff}',
  'x/y',
  '../x',
  'x'.repeat(512),
]

test.each([
  ['from the log', 1_000],
  ['from blocks', 1],
])('ids that look alike or odd stay different points, read %s', async (_, entries) => {
  const database = tempDatabase()
  const { notes } = await openTab(database, { checkpointAfter: { entries } })
  // The number 0 and the text '0' are two ids as well.
  const ids = [0, ...ODD]
  await notes.upsert(ids.map((id) => note(id, `text of ${typeof id} ${id}`)))
  if (entries === 1) await untilFolded(notes)
  await notes.close()
  const { points, dataState } = await lookInto(database)
  expect(dataState).toBe('intact')
  expect(points.map(({ id, payload }) => [id, payload.text])).toEqual(ids.map((id) => [id, `text of ${typeof id} ${id}`]))
})

test('so do collections', async () => {
  const database = tempDatabase()
  for (const name of ODD) {
    const { notes } = await openTab(database, {}, name)
    await notes.upsert([note(1, `of ${name}`)])
    await notes.close()
  }
  for (const name of ODD) {
    const { points, dataState, notices } = await lookInto(database, {}, name)
    expect([points[0]!.payload.text, dataState, notices]).toEqual([`of ${name}`, 'intact', []])
  }
})

test('so do names of vectors and of fields', async () => {
  const database = tempDatabase()
  const names = ODD.filter((name) => name.length <= 64 && !(name in {})).slice(0, 16)
  const vectors = Object.fromEntries(names.map((name) => [name, { dim: 2 }]))
  const keys = ODD.filter((name) => name !== '__proto__')
  const fields = Object.fromEntries(keys.map((name) => [name, 'keyword'])) as Record<string, 'keyword'>
  const open = async () => {
    const opened = await openCollection<Record<string, string>>('odd', { database, worker: false, vectors, fields } as never)
    onTestFinished(() => opened.close())
    return opened
  }
  const first = await open()
  const own = Object.fromEntries(names.map((name, i) => [name, Float32Array.of(i, 1)]))
  await first.upsert([{ id: 1, vectors: own, payload: Object.fromEntries(keys.map((name) => [name, `of ${name}`])) }] as never)
  await first.close()
  const again = await open()
  const [point] = await again.retrieve([1], { withVector: true })
  expect(Object.entries(point!.vectors!)).toEqual(Object.entries(own))
  expect(point!.payload).toEqual(Object.fromEntries(keys.map((name) => [name, `of ${name}`])))
  expect((await again.status()).dataState).toBe('intact')
})

test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('a vector called %s is refused', async (name) => {
  const vectors = Object.fromEntries([[name, { dim: 2 }]])
  const opening = openCollection('odd', { database: tempDatabase(), worker: false, vectors } as never)
  expect(await failureOf(opening)).toMatchObject({ code: 'invalid-argument' })
})
