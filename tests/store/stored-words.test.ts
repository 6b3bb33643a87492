import { LexicalIndex } from '@voisin/lexical'
import type { Collection, Query } from '@voisin/spec'
import { openMemoryCollection } from '@voisin/store'
import { expect, test, vi } from 'vitest'
import { DAMAGES, flip } from '../support/damages.ts'
import { collect, eventually, failureOf, type Note, type NoteOptions, note, openTab, untilFolded } from '../support/note-tabs.ts'
import { blocksHolding, storedRecords } from '../support/stored-records.ts'
import { tempDatabase } from '../support/temp-database.ts'

const MAKER = 'words-6'
const WORDS = ['cat', 'cats', 'dog', 'tax', 'city', 'impôt', 'of', '日本']
const text = (i: number) => `${WORDS[i % 8]} ${WORDS[(i * 3) % 8]} of ${i % 5} ${WORDS[(i * 5 + 1) % 8]}`
const NOTES = Array.from({ length: 60 }, (_, i) => note(i, text(i)))
const QUERIES: readonly Query<Note>[] = [
  { text: 'cats of the city', limit: 60 },
  { text: 'impôt 3', limit: 60 },
  { text: 'tax dog', vector: Float32Array.of(7, 1, 0), limit: 60 },
]

/** What is found and how well; equal scores come in the order of offsets, which is each collection's own. */
async function answers(notes: Collection<Note>) {
  const found = await Promise.all(QUERIES.map((query) => notes.query(query)))
  return found.map((hits) =>
    hits.map(({ id, score, payload }) => ({ id, score, payload })).sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1)),
  )
}

/** What a collection that never left memory answers, with the same points. */
async function inMemory(notes: Collection<Note>, options: Partial<NoteOptions> = {}) {
  const memory = await openMemoryCollection<Note>('memory', { dim: 3, metric: 'l2', fields: { text: 'text' }, ...options })
  await memory.upsert(await collect(notes.scroll({ withVector: true })))
  return await answers(memory)
}

/** Opens a collection, counting the points whose texts are split into words for it. */
async function openCounting(database: string, options: Partial<NoteOptions> = {}) {
  const add = vi.spyOn(LexicalIndex.prototype, 'add')
  const tab = await openTab(database, options)
  const split = add.mock.calls.length
  add.mockRestore()
  return { ...tab, split }
}

/** Folded: some points written anew, some deleted, some with another text, some with another payload of the same text. */
async function folded(): Promise<string> {
  const database = tempDatabase()
  const { notes } = await openTab(database, { checkpointAfter: { entries: 1 } })
  for (let i = 0; i < 60; i += 20) {
    await notes.upsert(NOTES.slice(i, i + 20))
    await untilFolded(notes)
  }
  await notes.upsert([note(3, 'a dog in the city'), note(100, 'another cat')])
  await notes.update([5, 25], { text: 'tax on cats' })
  await notes.update([6, 26], { seen: 1 })
  await notes.delete([9, 10])
  await untilFolded(notes)
  await notes.close()
  return database
}

test('a collection is opened without splitting a text, and answers as one that never left memory', async () => {
  const { notes, split } = await openCounting(await folded())
  expect(split).toBe(0)
  expect(await answers(notes)).toEqual(await inMemory(notes))
})

test('what is written after a fold alone is split when it is opened', async () => {
  const database = await folded()
  const { notes: before } = await openTab(database)
  await before.upsert([note(200, 'a late cat'), note(4, 'no dog')])
  await before.update([7], { seen: 2 })
  await before.close()
  const { notes, split } = await openCounting(database)
  expect(split).toBe(2)
  expect(await answers(notes)).toEqual(await inMemory(notes))
})

test('a payload of which no text has changed leaves the words where they lie', async () => {
  const database = await folded()
  const stored = storedRecords(database)
  const before = await blocksHolding(stored, MAKER)
  const { notes } = await openTab(database, { checkpointAfter: { entries: 1 } })
  await notes.update(
    NOTES.map(({ id }) => id),
    { seen: 9 },
  )
  await untilFolded(notes)
  await notes.close()
  expect(before).toEqual(expect.arrayContaining(await blocksHolding(stored, MAKER)))
  expect((await openCounting(database)).split).toBe(0)
})

test.each(DAMAGES)('of words that are %s nothing is lost and nothing is told: they are made again', async (_, damage) => {
  const database = await folded()
  const stored = storedRecords(database)
  for (const id of await blocksHolding(stored, MAKER)) {
    for (const key of await stored.keys('blocks')) if (key[1] === id) await damage(stored, 'blocks', key)
  }
  const { notes, notices, split } = await openCounting(database, { checkpointAfter: { entries: 1 } })
  expect(split).toBeGreaterThan(0)
  expect([(await notes.status()).dataState, notices]).toEqual(['intact', []])
  expect(await answers(notes)).toEqual(await inMemory(notes))
  await notes.upsert([note(300, 'one more')])
  await untilFolded(notes)
  await notes.close()
  const again = await openCounting(database)
  expect(again.split).toBe(0)
  expect(await answers(again.notes)).toEqual(await inMemory(again.notes))
})

test('words of other fields are of no use, and those of these fields take their place', async () => {
  const database = await folded()
  const fields = { text: 'text', owner: 'text' } as const
  const { notes, split } = await openCounting(database, { fields, checkpointAfter: { entries: 1 } })
  expect(split).toBe(59)
  await notes.update([1], { owner: 'the city' })
  expect(await answers(notes)).toEqual(await inMemory(notes, { fields }))
  await untilFolded(notes)
  await notes.close()
  const again = await openCounting(database, { fields })
  expect(again.split).toBe(0)
  expect(await answers(again.notes)).toEqual(await inMemory(again.notes, { fields }))
})

test('without fields no words are kept', async () => {
  const database = await folded()
  const { notes } = await openTab(database, { fields: {}, checkpointAfter: { entries: 1 } })
  await notes.upsert([note(300)])
  await notes.vacuum()
  expect(await blocksHolding(storedRecords(database), MAKER)).toEqual([])
})

test.each(['deleted', 'written anew, then deleted', 'given another text, then deleted'])(
  'the words of a point that was %s leave the disk',
  async (what) => {
    const database = tempDatabase()
    const stored = storedRecords(database)
    const { notes } = await openTab(database, { checkpointAfter: { entries: 1 } })
    await notes.upsert([...NOTES, note('s', 'the xylophone of the city')])
    await untilFolded(notes)
    expect(await stored.holding('xylophon')).not.toEqual([])
    if (what.startsWith('written')) await notes.upsert([note('s', 'nothing')])
    if (what.startsWith('given')) await notes.update(['s'], { text: 'nothing' })
    await untilFolded(notes)
    await notes.delete(['s'])
    await eventually(async () => expect(await stored.holding('xylophon')).toEqual([]))
    await notes.close()
    const { notes: again, split } = await openCounting(database)
    expect(split).toBe(0)
    expect(await answers(again)).toEqual(await inMemory(again))
  },
)

test('two tabs that fold in turn keep the words whole', async () => {
  const database = await folded()
  const one = await openTab(database, { checkpointAfter: { entries: 1 } })
  const two = await openTab(database, { checkpointAfter: { entries: 1 } })
  for (let round = 0; round < 4; round++) {
    const { notes } = round % 2 === 0 ? one : two
    await notes.upsert([note(400 + round, text(round)), note(round, `another ${text(round)}`)])
    await untilFolded(notes)
  }
  const expected = await inMemory(one.notes)
  for (const { notes } of [one, two]) {
    await notes.count(undefined, { consistency: 'latest' })
    expect(await answers(notes)).toEqual(expected)
    await notes.close()
  }
  const { notes, split } = await openCounting(database)
  expect(split).toBe(0)
  expect(await answers(notes)).toEqual(expected)
})

test('words for which there was no memory are in no block, and there when they are opened with more', async () => {
  const database = await folded()
  const reading = vi.spyOn(LexicalIndex.prototype, 'readSteps').mockImplementationOnce(() => {
    throw new RangeError('Array buffer allocation failed')
  })
  const { notes: poor } = await openTab(database, { checkpointAfter: { entries: 1 } })
  await poor.upsert([note(300, 'a late dog')])
  await untilFolded(poor)
  expect((await failureOf(poor.query({ text: 'cat' }))).code).toBe('limit-exceeded')
  await poor.close()
  reading.mockRestore()
  const { notes } = await openTab(database)
  expect((await notes.query({ text: 'cat', limit: 60 })).length).toBeGreaterThan(10)
  expect(await answers(notes)).toEqual(await inMemory(notes))
})

test('a tab that writes without an entry which another one has read leaves that one no false words', async () => {
  const database = tempDatabase()
  const stored = storedRecords(database)
  const { notes: whole } = await openTab(database, { checkpointAfter: { entries: 3 } })
  await whole.upsert([note(1, 'cat'), note(2, 'cat')])
  await whole.update([1], { text: 'dog' })
  await flip(-1)(stored, 'entries', (await stored.keys('entries')).at(-1)!)
  const { notes: lacking } = await openTab(database)
  await lacking.update([1], { seen: 1 })
  await lacking.close()
  await whole.count(undefined, { consistency: 'latest' })
  expect(await answers(whole)).toEqual(await inMemory(whole))
  await untilFolded(whole)
  await whole.close()
  const { notes } = await openTab(database)
  expect(await answers(notes)).toEqual(await inMemory(notes))
})
