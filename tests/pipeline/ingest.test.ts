import {
  type DocumentOutcome,
  type IngestOptions,
  type IngestResult,
  ingest,
  type LibraryParts,
  type LibraryPayload,
  listDocuments,
  readDocument,
  removeDocuments,
  search,
  sweep,
} from '@voisin/rag'
import { type Document, EmptyTextError, isVoisinError, type Progress, StorageFullError } from '@voisin/spec'
import { expect, test } from 'vitest'
import { createFakeEmbedder } from '../support/fake-embedder.ts'
import { through } from '../support/library-books.ts'
import { openParts } from '../support/open-parts.ts'

async function ingestAll(
  documents: Document | Iterable<Document>,
  options: IngestOptions,
): Promise<{ result: IngestResult; progress: Progress[] }> {
  const progress: Progress[] = []
  const steps = ingest(documents, options)
  for (;;) {
    const step = await steps.next()
    if (step.done) return { result: step.value, progress }
    progress.push(step.value)
  }
}

const hashesOf = async ({ collection }: LibraryParts, id: string) => {
  const hashes = new Set<string>()
  for await (const { payload } of collection.scroll({ filter: { documentId: id, kind: 'chunk' } })) hashes.add(payload.hash)
  return [...hashes]
}

const paris: Document = { id: 'paris.md', text: '# Paris\nParis is the capital of France.', metadata: { year: 2024 } }
const rome: Document = { id: 'rome.md', text: '# Rome\nRome is the capital of Italy.', metadata: { year: 2020 } }
/** A document of about `count` chunks that are all different. */
const longDocument = (id: string, count: number): Document => ({
  id,
  text: Array.from({ length: count }, (_, n) => `## Part ${n}\n${id} number ${n} says word${n}.`).join('\n\n'),
})

test('what was ingested is found, as the exact span of its document', async () => {
  const parts = await openParts()
  const { result } = await ingestAll([paris, rome], parts)
  expect(result).toEqual({ added: ['paris.md', 'rome.md'], unchanged: [], replaced: [], failed: [] })
  const [hit] = await search('capital of France', parts)
  expect(hit).toMatchObject({
    chunk: { documentId: 'paris.md', headings: ['Paris'], text: 'Paris is the capital of France.' },
    document: { id: 'paris.md', metadata: { year: 2024 } },
  })
  expect(paris.text.slice(hit!.chunk.start, hit!.chunk.end)).toBe(hit!.chunk.text)
  expect(hit!.matches.map(({ start, end }) => hit!.chunk.text.slice(start, end))).toEqual(['capital', 'France'])
})

test('headings are embedded with the text, and a title of the metadata above them', async () => {
  const parts = await openParts()
  await ingestAll({ ...paris, metadata: { title: 'Cities' } }, parts)
  expect(parts.embedder.embedded).toEqual(['Cities › Paris', 'Paris is the capital of France.'])
})

test('an unchanged document is not embedded again, whatever the order of its metadata', async () => {
  const parts = await openParts()
  await ingestAll({ ...paris, metadata: { a: 1, b: [1n, new Date(5)] } }, parts)
  const before = parts.embedder.embedded.length
  const { result } = await ingestAll({ ...paris, metadata: { b: [1n, new Date(5)], a: 1 } }, parts)
  expect(result.unchanged).toEqual(['paris.md'])
  expect(parts.embedder.embedded.length).toBe(before)
})

test('a change of text, metadata or embedder replaces a document, and its old chunks are gone', async () => {
  const parts = await openParts()
  await ingestAll([longDocument('book', 40), rome], parts)
  const changes: [Document, LibraryParts][] = [
    [longDocument('book', 30), parts],
    [{ ...longDocument('book', 30), metadata: { year: 1 } }, parts],
    [
      { ...longDocument('book', 30), metadata: { year: 1 } },
      { ...parts, embedder: createFakeEmbedder({ fingerprint: 'fake-2' }) },
    ],
  ]
  for (const [document, to] of changes) {
    const before = await hashesOf(parts, 'book')
    const { result } = await ingestAll(document, to)
    expect(result.replaced).toEqual(['book'])
    const after = await hashesOf(parts, 'book')
    expect(after).toHaveLength(1)
    expect(after).not.toEqual(before)
    expect(await parts.collection.count({ documentId: 'book', kind: 'chunk' })).toBe(30)
    expect(await parts.collection.count({ kind: { $in: ['document', 'text'] } })).toBe(4)
  }
})

test('while a document is being replaced a search sees it as it was, then as it is', async () => {
  const old = longDocument('book', 100)
  const next: Document = { id: 'book', text: old.text.replaceAll('says', 'tells') }
  let seen: string[] = []
  const parts = await openParts({
    before: async () => {
      const hits = await search('book number says tells', { ...parts, limit: 200 })
      seen.push(...hits.map(({ chunk }) => (chunk.text.includes('says') ? 'old' : 'new')))
    },
  })
  await ingestAll(old, parts)
  expect(seen).toEqual([])
  await ingestAll(next, parts)
  expect(new Set(seen)).toEqual(new Set(['old']))
  expect(seen.length).toBeGreaterThan(200)
  seen = (await search('book number', { ...parts, limit: 200 })).map(({ chunk }) => chunk.text)
  expect(seen).toHaveLength(100)
  expect(seen.every((text) => text.includes('tells'))).toBe(true)
})

test('one bad document does not stop the others', async () => {
  const parts = await openParts({
    before: (texts) => {
      if (texts.some((text) => text.includes('poison'))) throw new TypeError('cannot embed poison')
    },
  })
  const outcomes: DocumentOutcome[] = []
  const { result } = await ingestAll(
    [
      paris,
      { id: 'empty', text: ' \n' },
      { id: 'poison', text: 'This is poison.' },
      { id: '', text: 'No id.' },
      { id: 'bad', text: 'Text.', metadata: { f: () => 1 } },
      paris,
      { id: 'no-text' } as unknown as Document,
      rome,
    ],
    { ...parts, onResult: (outcome) => outcomes.push(outcome) },
  )
  expect(result.added).toEqual(['paris.md', 'rome.md'])
  const codes = result.failed.map(({ id, error }) => [id, isVoisinError(error) ? error.code : error.message])
  expect(Object.fromEntries(codes)).toEqual({
    '': 'invalid-argument',
    'no-text': 'invalid-argument',
    'paris.md': 'invalid-argument',
    empty: 'empty-text',
    bad: 'invalid-payload',
    poison: 'cannot embed poison',
  })
  expect(outcomes).toHaveLength(8)
  expect((await search('poison', parts)).some(({ document }) => document.id === 'poison')).toBe(false)
})

test('a text without a word that the model knows is found by its words, and by its title', async () => {
  const parts = await openParts({
    before: (texts) => {
      if (texts.some((text) => text.includes('qwrtz'))) throw new EmptyTextError('No known word.')
    },
  })
  const { result } = await ingestAll([paris, { id: 'odd', text: '# A\nqwrtz\n# B\nSome plain words.' }, rome], parts)
  expect(result.added).toEqual(['paris.md', 'odd', 'rome.md'])
  expect(await parts.collection.status()).toMatchObject({ points: 4 + 6, vectors: 4 })
  const [hit] = await search('qwrtz', { ...parts, using: 'words' })
  expect(hit?.chunk.text).toBe('qwrtz')
})

test('an abort rejects with its reason, and the same ingest again goes on where it ended', async () => {
  const controller = new AbortController()
  const reason = new Error('enough')
  let batches = 0
  const parts = await openParts({ before: () => void (++batches === 3 && controller.abort(reason)) })
  const documents = [paris, longDocument('book', 400), rome]
  await expect(ingestAll(documents, { ...parts, signal: controller.signal })).rejects.toBe(reason)
  const before = parts.embedder.embedded.length
  expect(before).toBeGreaterThan(16)
  const visible = await search('capital number', { ...parts, limit: 500 })
  expect(visible.map(({ document }) => document.id)).toEqual(['paris.md'])

  const { result } = await ingestAll(documents, parts)
  expect(result).toMatchObject({ unchanged: ['paris.md'], added: ['book', 'rome.md'] })
  // A title and a text of each.
  expect(parts.embedder.embedded.length).toBe(2 * 402)
  expect(await parts.collection.count({ kind: 'chunk' })).toBe(402)
})

test('a store that fails ends the ingest, and what was stored before stays', async () => {
  const parts = await openParts()
  await ingestAll(paris, parts)
  const full = new StorageFullError('No room.')
  const failing = through(parts, { write: () => Promise.reject(full) })
  await expect(ingestAll([rome, longDocument('book', 3)], failing)).rejects.toBe(full)
  expect((await search('capital', parts)).map(({ document }) => document.id)).toEqual(['paris.md'])
})

test('progress ends at its total and never moves backwards', async () => {
  const { progress } = await ingestAll([longDocument('a', 300), longDocument('b', 50), paris], await openParts())
  expect(progress[0]).toMatchObject({ phase: 'chunk', done: 0, total: 3, unit: 'documents' })
  expect(progress.at(-1)).toMatchObject({ phase: 'store', done: 351, total: 351, unit: 'chunks' })
  for (const phase of ['chunk', 'embed', 'store']) {
    const steps = progress.filter((step) => step.phase === phase)
    expect(new Set(steps.map(({ total }) => total)).size).toBe(1)
    expect(steps.map(({ done }) => done)).toEqual(steps.map(({ done }) => done).toSorted((a, b) => a - b))
  }
})

test('a stored document is read as it was given, and a removed one is gone', async () => {
  const parts = await openParts()
  await ingestAll([paris, rome], parts)
  expect(await readDocument('paris.md', parts)).toEqual(paris)
  const list = await Array.fromAsync(listDocuments(parts))
  expect(list.map(({ id, chunkCount, length }) => [id, chunkCount, length])).toEqual([
    ['paris.md', 1, paris.text.length],
    ['rome.md', 1, rome.text.length],
  ])
  expect(await removeDocuments(['paris.md'], parts)).toBe(1)
  expect(await removeDocuments(['paris.md'], parts)).toBe(0)
  expect(await readDocument('paris.md', parts)).toBeUndefined()
  expect((await search('capital of France', parts)).map(({ document }) => document.id)).toEqual(['rome.md'])
  expect(await parts.collection.count()).toBe(3)
})

test('drafts that an interrupted ingest has left are never shown, and swept when they are old', async () => {
  const controller = new AbortController()
  let batches = 0
  const parts = await openParts({ before: () => void (++batches === 3 && controller.abort()) })
  const documents = [paris, longDocument('book', 400)]
  await expect(ingestAll(documents, { ...parts, signal: controller.signal })).rejects.toThrow()
  const drafts = await parts.collection.count({ kind: 'draft' })
  expect(drafts).toBeGreaterThan(10)
  expect(await search('book number', { ...parts, using: 'meaning', limit: 5 })).toHaveLength(1)
  expect(await sweep(parts)).toBe(0)
  expect(await sweep(parts, { olderThanMs: 0 })).toBe(drafts)
  expect(await parts.collection.count()).toBe(3)
})

test('a filter speaks of the documents and their metadata', async () => {
  const parts = await openParts()
  await ingestAll([paris, rome], parts)
  const find = async (filter: NonNullable<Parameters<typeof search>[1]['filter']>) =>
    (await search('capital', { ...parts, filter })).map(({ document }) => document.id)
  expect(await find({ year: { $gte: 2021 } })).toEqual(['paris.md'])
  expect(await find({ year: 2020 })).toEqual(['rome.md'])
  expect(await find({ $id: { $in: ['rome.md', 'x'] } })).toEqual(['rome.md'])
  expect(await find({ $and: [{ year: 2020 }, { $id: 'paris.md' }] })).toEqual([])
})

test('a reranker decides the order', async () => {
  const parts = await openParts()
  await ingestAll(longDocument('book', 20), parts)
  const hits = await search('number', {
    ...parts,
    limit: 3,
    rerank: async (_, texts) => texts.map((text) => Number(/\d+/.exec(text)![0])),
  })
  const scores = hits.map(({ score }) => score)
  expect(scores).toEqual(scores.toSorted((a, b) => b - a))
  expect(hits).toHaveLength(3)
})

test('a payload tells where its chunk stands', async () => {
  const parts = await openParts()
  await ingestAll(paris, parts)
  const payloads: LibraryPayload[] = []
  for await (const { payload } of parts.collection.scroll({ filter: { kind: 'chunk' } })) payloads.push(payload)
  expect(payloads[0]).toMatchObject({ documentId: 'paris.md', start: 8, end: 39, chunkId: 'paris.md#8' })
})
