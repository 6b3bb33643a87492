import { type Calibration, calibrate, ingest, type LibraryParts, type LibraryPayload, readCalibration, search } from '@voisin/rag'
import type { Document, Progress, Query } from '@voisin/spec'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type Library, type LibraryOptions, openLibrary } from 'voisin'
import { createFakeEmbedder } from '../support/fake-embedder.ts'
import { openParts } from '../support/open-parts.ts'
import { tempDatabase } from '../support/temp-database.ts'

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n)

/** Four sentences a document that have their words in common. */
const repeating = (count: number): Document[] =>
  numbers(count).map((n) => ({
    id: `${n}.md`,
    text: numbers(4)
      .map((line) => `Name${n} place${n} thing${n} of line ${line}.`)
      .join(' '),
  }))

/** A number as a word: what has digits is a name, which no model knows. */
const inLetters = (n: number) => String(n).replace(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)]!)

/** Four sentences a document that have no word in common; each has two that other documents have. */
const rewording = (count: number): Document[] =>
  numbers(count).map((n) => ({
    id: `${n}.md`,
    text: ['abc', 'def', 'ghi', 'jkl']
      .map((line, i) => [
        ...[...line].map((letter) => `K${inLetters(n)}${letter}`),
        `M${inLetters((n + 7 * i) % 20)}`,
        `P${inLetters((n + 3 * i) % 17)}`,
      ])
      .map((words) => `${words.join(' ')}.`)
      .join(' '),
  }))

/** Knows what rewording documents are about, and nothing else. */
function knowing({ embedder, collection }: Awaited<ReturnType<typeof openParts>>): LibraryParts {
  const topics = (text: string) => text.replace(/\b[Kk]([q-z]+)[a-l]\b/g, 'topic$1')
  return {
    collection,
    embedder: {
      ...embedder,
      embedDocuments: (texts, options) => embedder.embedDocuments(texts.map(topics), options),
      embedQuery: (text, options) => embedder.embedQuery(topics(text), options),
      knows: async (words) => words.map((word) => topics(word) !== word),
    },
  }
}

async function filled(documents: readonly Document[], parts: LibraryParts): Promise<LibraryParts> {
  for await (const _ of ingest(documents, parts));
  return parts
}

async function open(options: LibraryOptions): Promise<Library> {
  const library = await openLibrary('notes', options)
  onTestFinished(() => library.close())
  return library
}

test('meaning gets the weight that the documents say: much where words do not find, little where vectors say nothing', async () => {
  const reworded = await filled(rewording(60), knowing(await openParts({ dim: 512 })))
  const found = await calibrate(reworded)
  expect(found).toMatchObject({ chunks: 60, calibratedAt: expect.any(Date) })
  expect(found!.meaning).toBeGreaterThanOrEqual(0.5)

  // One dimension: all texts are the same or the opposite.
  const repeated = await filled(repeating(60), await openParts({ dim: 1 }))
  expect((await calibrate(repeated))!.meaning).toBeLessThan(0.35)
})

test('a calibration is kept for its model, and for no other', async () => {
  const parts = await filled(repeating(30), await openParts())
  expect(await readCalibration(parts)).toBeUndefined()
  const found = await calibrate(parts)
  expect(await readCalibration(parts)).toEqual(found)
  const other = createFakeEmbedder({ fingerprint: 'fake-2' })
  expect(await readCalibration({ ...parts, embedder: other })).toBeUndefined()
})

test('where too few chunks are long enough nothing is found, and nothing kept', async () => {
  const parts = await filled(repeating(19), await openParts())
  expect(await calibrate(parts)).toBeUndefined()
  expect(await readCalibration(parts)).toBeUndefined()
  expect(await calibrate(await openParts())).toBeUndefined()
})

test('a hit stands out as far as the library has learned, and can be left out where it does not', async () => {
  const parts = await filled(repeating(40), await openParts({ dim: 512 }))
  expect((await search('Name7 place7', parts))[0]).not.toHaveProperty('confidence')
  const calibration = (await calibrate(parts))!
  for (const lists of Object.values(calibration.unanswered!)) {
    expect(lists).toHaveLength(4)
    for (const scores of lists) expect(scores).toEqual(scores.toSorted((a, b) => a - b))
  }
  for (const using of ['both', 'words', 'meaning'] as const) {
    const options = { ...parts, calibration, using, limit: 40 }
    const hits = await search('Name7 place7 thing7', options)
    expect(hits[0]).toMatchObject({ document: { id: '7.md' } })
    expect(hits[0]!.confidence).toBeGreaterThan(0.9)
    const confidences = hits.map(({ confidence }) => confidence!)
    expect(confidences).toEqual(confidences.toSorted((a, b) => b - a))
    expect(await search('Name7 place7 thing7', { ...options, minConfidence: 0.9 })).toEqual(
      hits.filter(({ confidence }) => confidence! >= 0.9),
    )
    const [without] = await search('Name7 place7 thing7', { ...options, filter: { $id: { $ne: '7.md' } } })
    expect(without?.confidence ?? 0).toBeLessThan(0.9)
  }
  expect(await search('Name7', { ...parts, minConfidence: 1 })).not.toEqual([])
  for (const minConfidence of [-0.1, 1.1, Number.NaN])
    await expect(search('Name7', { ...parts, minConfidence })).rejects.toThrow('a number from 0 to 1')
})

test('it reports how far it is, and stops when it is told to', async () => {
  const parts = await filled(repeating(60), await openParts())
  const controller = new AbortController()
  const seen: Progress[] = []
  const onProgress = (progress: Progress) => {
    seen.push(progress)
    if (progress.done === 7) controller.abort('enough')
  }
  await expect(calibrate({ ...parts, signal: controller.signal, onProgress })).rejects.toBe('enough')
  expect(seen.at(-1)).toMatchObject({ phase: 'calibrate', done: 7, total: 180, unit: 'texts' })
  expect(seen).toHaveLength(7)
  expect(await readCalibration(parts)).toBeUndefined()
})

test('a search weighs meaning by the calibration and by what the model knows of the question', async () => {
  const { collection, embedder } = await filled(repeating(3), await openParts())
  const asked: Query<LibraryPayload>[] = []
  const watched: LibraryParts['collection'] = new Proxy(collection, {
    get: (target, name) => {
      const value = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      return (...given: unknown[]) => {
        if (name === 'query') asked.push(given[0] as Query<LibraryPayload>)
        return value.apply(target, given)
      }
    },
  })
  const weight = async (question: string, change: Partial<LibraryParts> & { denseWeight?: number; using?: 'words' } = {}) => {
    await search(question, { embedder, collection: watched, ...change })
    return asked.at(-1)!.denseWeight
  }
  const knows = { ...embedder, knows: async (words: readonly string[]) => words.map((word) => word === 'tea') }
  const calibration: Calibration = { meaning: 0.8, chunks: 3, calibratedAt: new Date() }
  expect(await weight('some tea')).toBeUndefined()
  expect(await weight('some tea', { calibration })).toBe(0.8)
  expect(await weight('the tea', { embedder: knows })).toBeCloseTo(0.5)
  expect(await weight('tea place', { embedder: knows })).toBeCloseTo(0.35)
  expect(await weight('tea name1', { embedder: knows })).toBeCloseTo(0.275)
  expect(await weight('place', { embedder: knows, calibration })).toBeCloseTo(0.32)
  expect(await weight('the tea', { embedder: knows, calibration })).toBeCloseTo(0.8)
  expect(await weight('the tea', { embedder: knows, calibration, denseWeight: 0.1 })).toBe(0.1)
  expect(await weight('the tea', { embedder: knows, calibration, using: 'words' })).toBeUndefined()
})

test('a library calibrates itself in the background, and what it found is no document', async () => {
  const database = tempDatabase()
  const library = await open({ database })
  await library.add(repeating(60))
  const calibrated = async () => {
    const { calibration } = await library.status()
    expect(calibration).toBeDefined()
    return calibration!
  }
  const calibration = await vi.waitFor(calibrated, { timeout: 30_000, interval: 50 })
  expect(calibration.chunks).toBe(60)
  expect(await library.status()).toMatchObject({ documents: 60, chunks: 60 })
  expect(await library.documents()).toHaveLength(60)
  const hits = await library.search('calibration meaning', { limit: 100 })
  expect(hits.every(({ document }) => document.id.endsWith('.md'))).toBe(true)

  const id = `calibration:${'a'.repeat(43)}`
  expect((await library.add({ id, text: 'A text.' })).failed).toMatchObject([{ id, field: 'id' }])

  await library.close()
  const again = await open({ database })
  expect((await again.status()).calibration).toEqual(calibration)
  expect(await again.clear()).toBe(60)
  expect((await again.status()).calibration).toBeUndefined()
})

test('an embedder that cannot tell what it knows is used for nothing that nobody asked for', async () => {
  const embedder = createFakeEmbedder()
  const library = await open({ database: tempDatabase(), embedder })
  await library.add(repeating(60))
  const before = embedder.embedded.length
  expect((await library.status()).calibration).toBeUndefined()
  expect(embedder.embedded.length).toBe(before)
  const found = await library.calibrate()
  expect((await library.status()).calibration).toEqual(found)
})

test('closing ends a calibration', async () => {
  const library = await open({ database: tempDatabase(), embedder: createFakeEmbedder() })
  await library.add(repeating(60))
  const closed = Promise.withResolvers<void>()
  const onProgress = ({ done }: Progress) => {
    if (done === 3) closed.resolve(library.close())
  }
  await expect(library.calibrate({ onProgress })).rejects.toMatchObject({ code: 'closed' })
  await closed.promise
  await expect(library.calibrate()).rejects.toMatchObject({ code: 'closed' })
})
