import { openCollection } from '@voisin/store'
import { expect, onTestFinished, test } from 'vitest'
import {
  type Document,
  deleteLibrary,
  type Generator,
  isVoisinError,
  type Library,
  type LibraryOptions,
  listLibraries,
  openLibrary,
  type Progress,
} from 'voisin'
import { createFakeEmbedder } from '../support/fake-embedder.ts'
import { tempDatabase } from '../support/temp-database.ts'

async function open(name: string, options: LibraryOptions): Promise<Library> {
  const library = await openLibrary(name, options)
  onTestFinished(() => library.close())
  return library
}

const paris: Document = { id: 'paris.md', text: '# Paris\nParis is the capital of France.', metadata: { year: 2024 } }
const tea: Document = { id: 'tea.md', text: '# Tea\nTea is made from the leaves of a shrub.', metadata: { year: 2020 } }
const longDocument = (id: string, count: number, word: string): Document => ({
  id,
  text: Array.from({ length: count }, (_, n) => `## Part ${n}\nThe ${word} number ${n} of ${id}.`).join('\n\n'),
})

test('three lines: the built-in model, IndexedDB, workers', async () => {
  const library = await open('notes', { database: tempDatabase() })
  const progress: Progress[] = []
  const result = await library.add([paris, tea], { onProgress: (step) => progress.push(step) })
  expect(result).toEqual({ added: ['paris.md', 'tea.md'], unchanged: [], replaced: [], failed: [] })
  expect(progress.at(-1)).toMatchObject({ phase: 'store', done: 2, total: 2 })

  const [hit] = await library.search('Which city governs France?')
  expect(hit!.chunk.text).toBe('Paris is the capital of France.')
  expect(hit!.document).toEqual({ id: 'paris.md', metadata: { year: 2024 } })
  expect(paris.text.slice(hit!.chunk.start, hit!.chunk.end)).toBe(hit!.chunk.text)
  expect(hit!.matches.map(({ start, end }) => hit!.chunk.text.slice(start, end))).toEqual(['France'])

  const answer = await library.ask('What is the capital of France?')
  expect(answer.kind).toBe('found')
  expect(answer.text).toBe('Paris is the capital of France. [1]')
  const [citation] = answer.citations
  expect(paris.text.slice(citation!.start, citation!.end)).toBe(citation!.quote)
  expect(await library.ask('How do I reset my wifi router?')).toMatchObject({ kind: 'not-in-documents', citations: [] })
  expect(await library.status()).toMatchObject({
    name: 'notes',
    documents: 2,
    chunks: 2,
    dataState: 'intact',
    durability: 'power',
  })
})

test('says how a search is answered, and how much of the nearest its searches find', async () => {
  const library = await open('notes', { database: tempDatabase(), embedder: createFakeEmbedder() })
  await library.add([paris, tea, longDocument('book', 30, 'apple')])
  const options = { filter: { year: { $gte: 2020 } }, limit: 5 }
  const { hits, filter, dense, lexical, embedMs, ms } = await library.explain('capital of France', options)
  expect(hits).toBe((await library.search('capital of France', options)).length)
  expect([filter!.points, dense!.wanted, lexical!.points]).toEqual([2, 2, 2])
  expect([dense!.isExact, ms >= dense!.ms, embedMs >= 0]).toEqual([true, true, true])
  const byWords = await library.explain('apple', { using: 'words' })
  expect([byWords.dense, byWords.embedMs, byWords.lexical!.points]).toEqual([undefined, 0, 10])
  expect(await library.checkRecall()).toBe(1)
  await expect(library.explain('  ')).rejects.toMatchObject({ code: 'invalid-argument' })
  await library.close()
  await expect(library.explain('apple')).rejects.toMatchObject({ code: 'closed' })
})

test('a reopened library answers as it did before it was closed', async () => {
  const database = tempDatabase()
  const before = await open('notes', { database })
  await before.add([paris, tea, longDocument('book', 30, 'apple')])
  const questions = ['capital of France', 'a drink from leaves', 'apple number 7']
  const hits = await Promise.all(questions.map((question) => before.search(question)))
  const answer = await before.ask('What is the capital of France?')
  await before.close()

  const after = await open('notes', { database })
  expect(await Promise.all(questions.map((question) => after.search(question)))).toEqual(hits)
  expect(await after.ask('What is the capital of France?')).toEqual(answer)
  expect((await after.add([paris, tea])).unchanged).toEqual(['paris.md', 'tea.md'])
  expect(await after.document('paris.md')).toEqual(paris)
  expect((await after.documents()).map(({ id, chunkCount }) => [id, chunkCount])).toEqual([
    ['paris.md', 1],
    ['tea.md', 1],
    ['book', 30],
  ])
})

test('an aborted add goes on where it ended, also after the library was reopened', async () => {
  const database = tempDatabase()
  const controller = new AbortController()
  const reason = new Error('enough')
  let batches = 0
  const stopping = createFakeEmbedder({ before: () => void (++batches === 3 && controller.abort(reason)) })
  const library = await open('notes', { database, embedder: stopping })
  const documents = [paris, longDocument('book', 300, 'apple'), tea]
  await expect(library.add(documents, { signal: controller.signal })).rejects.toBe(reason)
  const embeddedBefore = stopping.embedded.length
  expect(embeddedBefore).toBeGreaterThan(16)
  expect((await library.documents()).map(({ id }) => id)).toEqual(['paris.md'])
  await library.close()

  const embedder = createFakeEmbedder()
  const again = await open('notes', { database, embedder })
  expect(await again.add(documents)).toMatchObject({ unchanged: ['paris.md'], added: ['book', 'tea.md'] })
  expect(embeddedBefore + embedder.embedded.length).toBe(2 * 302)
  expect(await again.status()).toMatchObject({ documents: 3, chunks: 302 })
})

test('a document that is being replaced is never half-visible, in this tab or another', async () => {
  const database = tempDatabase()
  const seen = new Set<string>()
  let look = async () => {}
  const library = await open('notes', { database, embedder: createFakeEmbedder({ before: () => look() }) })
  await library.add(longDocument('book', 200, 'apple'))
  const other = await open('notes', { database, embedder: createFakeEmbedder() })
  look = async () => {
    for (const reader of [library, other]) {
      const hits = await reader.search('apple pear number', { limit: 300, using: 'meaning' })
      expect(hits).toHaveLength(200)
      for (const { chunk } of hits) seen.add(chunk.text.split(' ')[1]!)
    }
  }
  expect((await library.add(longDocument('book', 150, 'pear'))).replaced).toEqual(['book'])
  expect([...seen]).toEqual(['apple'])
  expect((await library.search('apple pear number', { limit: 300 })).map(({ chunk }) => chunk.text.split(' ')[1])).toEqual(
    Array.from({ length: 150 }, () => 'pear'),
  )
  expect(await library.status()).toMatchObject({ documents: 1, chunks: 150 })
})

test('two libraries side by side know nothing of each other', async () => {
  const database = tempDatabase()
  const embedder = createFakeEmbedder()
  const cities = await open('cities', { database, embedder })
  const drinks = await open('drinks', { database, embedder })
  await Promise.all([cities.add(paris), drinks.add(tea)])
  expect((await cities.search('capital tea')).map(({ document }) => document.id)).toEqual(['paris.md'])
  expect((await drinks.search('capital tea')).map(({ document }) => document.id)).toEqual(['tea.md'])
  await cities.remove('paris.md')
  await cities.close()
  expect(await drinks.document('tea.md')).toEqual(tea)
})

test('each name is a library of its own; libraries are listed and deleted without being opened', async () => {
  const database = tempDatabase()
  const options = { database, embedder: createFakeEmbedder() }
  const names = ['notes', 'notes/documents', 'notes/documents/documents', '/documents', 'x'.repeat(512)]
  for (const [i, name] of names.entries()) await (await open(name, options)).add({ ...paris, metadata: { i } })
  const again = await open('notes/documents', options)
  expect((await again.document('paris.md'))!.metadata).toEqual({ i: 1 })
  const plain = await openCollection('plain', { database, dim: 2 })
  await plain.close()
  const { fingerprint } = options.embedder
  expect(await listLibraries({ database })).toEqual([...names].sort().map((name) => ({ name, embedder: fingerprint })))
  await expect(openLibrary('plain', options)).rejects.toMatchObject({ code: 'conflict' })
  expect(await deleteLibrary('plain', { database })).toBe(false)
  expect(await deleteLibrary('notes', { database })).toBe(true)
  expect(await deleteLibrary('notes', { database })).toBe(false)
  expect((await listLibraries({ database })).map(({ name }) => name)).toEqual(names.slice(1).sort())
  expect((await again.document('paris.md'))!.metadata).toEqual({ i: 1 })
})

test.each([
  ['by that library’s next opening', ['notes', 'notes/documents']],
  ['where another library takes its name', ['notes/documents', 'notes']],
])('the documents of a library of an earlier version move to it: %s', async (_, order) => {
  const database = tempDatabase()
  const embedder = createFakeEmbedder()
  const { dim, fingerprint } = embedder
  const fields = { text: 'text', headings: 'text', documentId: 'keyword' } as const
  const chunks = await openCollection<Record<string, never>>('notes', { database, dim, model: fingerprint, fields })
  const documents = await openCollection<Record<string, never>>('notes/documents', { database, dim: 1 })
  const hash = 'h'.repeat(43)
  const [vector] = [await embedder.embedQuery('Tea is made')]
  const chunk = { documentId: 'tea', hash, chunkId: 'tea#0', start: 0, end: 12, headings: [], text: 'Tea is made.' }
  await chunks.upsert([{ id: `${hash}:0`, vector, payload: { ...chunk, metadata: {}, storedAt: new Date() } as never }])
  const head = { kind: 'document', hash, metadata: { year: 1 }, chunkCount: 1, length: 12, storedAt: new Date() }
  await documents.upsert([
    { id: 'tea', payload: head as never },
    { id: `text:${hash}`, payload: { kind: 'text', text: 'Tea is made.' } as never },
  ])
  await chunks.close()
  await documents.close()
  for (const name of order) await open(name, { database, embedder })
  const [notes, other] = [await open('notes', { database, embedder }), await open('notes/documents', { database, embedder })]
  expect(await notes.document('tea')).toEqual({ id: 'tea', text: 'Tea is made.', metadata: { year: 1 } })
  expect((await notes.search('tea')).map(({ document }) => document.id)).toEqual(['tea'])
  expect(await other.documents()).toEqual([])
})

test('a collection that only has the name of an old library’s documents stays as it is', async () => {
  const database = tempDatabase()
  const options = { database, embedder: createFakeEmbedder() }
  const own = async () => {
    const collection = await openCollection<{ mine: string }>('notes/documents', { database, dim: 1 })
    const count = await collection.count({ mine: 'x' })
    await collection.close()
    return count
  }
  const first = await open('notes', options)
  await first.add(paris)
  await first.close()
  const collection = await openCollection<{ mine: string }>('notes/documents', { database, dim: 1 })
  await collection.upsert([{ id: 'x', payload: { mine: 'x' } }])
  await collection.close()
  const again = await open('notes', options)
  expect((await again.documents()).map(({ id }) => id)).toEqual(['paris.md'])
  expect(await own()).toBe(1)
  await expect(openLibrary('notes/documents', options)).rejects.toMatchObject({ code: 'conflict' })
  await again.close()
  expect(await deleteLibrary('notes', { database })).toBe(true)
  expect(await own()).toBe(1)
})

test('documents are removed by id, by many, by what their metadata say, and all together; and get other ids', async () => {
  const library = await open('notes', { database: tempDatabase(), embedder: createFakeEmbedder() })
  const many = Array.from({ length: 30 }, (_, i) => ({
    id: `${i}.md`,
    text: `Number ${i}.`,
    metadata: { folder: i < 10 ? 'a' : 'b' },
  }))
  await library.add([paris, tea, ...many])
  expect(await library.remove('tea.md')).toBe(true)
  expect(await library.remove('tea.md')).toBe(false)
  expect(await library.remove(['0.md', '1.md', 'absent'])).toBe(2)
  expect((await library.documents({ filter: { folder: 'a' } })).map(({ id }) => id)).toEqual(
    many.slice(2, 10).map(({ id }) => id),
  )
  expect(await library.remove({ filter: { folder: 'a' } })).toBe(8)
  expect(await library.rename('paris.md', 'cities/paris.md')).toBe(true)
  expect((await library.search('capital of France'))[0]!.document.id).toBe('cities/paris.md')
  await expect(library.rename('29.md', '28.md')).rejects.toMatchObject({ code: 'conflict' })
  expect(await library.clear()).toBe(21)
  expect(await library.search('capital of France')).toEqual([])
  expect(await library.status()).toMatchObject({ documents: 0, chunks: 0 })
})

test('files, texts and documents are added alike, and a bad file does not stop the rest', async () => {
  const library = await open('notes', { database: tempDatabase(), embedder: createFakeEmbedder() })
  const utf16 = new Uint8Array([0xff, 0xfe, 0x54, 0, 0xe9, 0])
  const { added, failed } = await library.add([
    new File(['# Note\nA file in Markdown.'], 'note.md'),
    new File(['Plain text.'], 'plain.txt', { type: 'text/plain' }),
    new File([utf16], 'utf16.txt'),
    new File([new Uint8Array([0xe9, 0x74, 0xe9])], 'latin1.txt'),
    new File([new Uint8Array(9)], 'nul.txt'),
    new File(['%PDF-1.7'], 'paper.pdf', { type: 'application/pdf' }),
    new File([''], 'empty.md'),
    'A text without a name.',
    paris,
  ])
  expect(added).toEqual(['note.md', 'plain.txt', 'utf16.txt', expect.stringMatching(/^text-.{16}$/), 'paris.md'])
  expect(failed.map(({ id, error }) => [id, isVoisinError(error) && error.code])).toEqual([
    ['latin1.txt', 'invalid-argument'],
    ['nul.txt', 'unsupported'],
    ['paper.pdf', 'unsupported'],
    ['empty.md', 'empty-text'],
  ])
  expect((await library.document('utf16.txt'))?.text).toBe('Té')
  expect((await library.add('A text without a name.')).unchanged).toHaveLength(1)
})

test('a filter speaks of metadata, and declared text fields are searched by words', async () => {
  const embedder = createFakeEmbedder()
  const library = await open('notes', { database: tempDatabase(), embedder, fields: { author: 'text', year: 'number' } })
  await library.add([
    { ...paris, metadata: { year: 2024, author: 'Colette' } },
    { ...tea, metadata: { year: 2020, author: 'Lu Yu' } },
  ])
  expect((await library.search('the', { filter: { year: { $gte: 2021 } } })).map(({ document }) => document.id)).toEqual([
    'paris.md',
  ])
  expect((await library.search('Colette', { using: 'words' })).map(({ document }) => document.id)).toEqual(['paris.md'])
})

test('fields stay for those that name none, and go for those that name others', async () => {
  const database = tempDatabase()
  const embedder = createFakeEmbedder()
  const found = async (fields?: { readonly [path: string]: 'text' | 'number' }) => {
    const library = await open('notes', { database, embedder, ...(fields && { fields }) })
    await library.add([{ ...tea, metadata: { author: 'Lu Yu' } }])
    const hits = await library.search('Lu Yu', { using: 'words' })
    await library.close()
    return hits.length
  }
  expect(await found({ author: 'text' })).toBe(1)
  expect(await found()).toBe(1)
  expect(await found({ year: 'number' })).toBe(0)
  expect(await found()).toBe(0)
  expect(await found({ author: 'text' })).toBe(1)
})

test('a generator answers from fenced passages, and its citations are spans', async () => {
  let seen = ''
  const generator: Generator = {
    async *generate(messages) {
      seen = messages.map(({ content }) => content).join('\n')
      yield 'It is Paris, the capital of Fr'
      yield 'ance [1'
      yield '] and not Lyon [7].'
    },
  }
  const library = await open('notes', { database: tempDatabase(), embedder: createFakeEmbedder(), generator })
  await library.add([paris, tea])
  const parts = []
  for await (const part of library.askStream('What is the capital of France?')) parts.push(part)
  const end = parts.at(-1)
  expect(end).toMatchObject({
    type: 'end',
    answer: {
      kind: 'found',
      text: 'It is Paris, the capital of France [1] and not Lyon .',
      citations: [{ number: 1, documentId: 'paris.md', quote: 'Paris is the capital of France.' }],
    },
  })
  expect(
    parts
      .filter(({ type }) => type === 'text')
      .map((part) => 'text' in part && part.text)
      .join(''),
  ).toBe('It is Paris, the capital of France [1] and not Lyon .')
  expect(seen).toContain('Paris is the capital of France.')
})

test('after close every call rejects with ClosedError, and what was running ends', async () => {
  const embedder = createFakeEmbedder({ before: () => library.close() })
  const library: Library = await open('notes', { database: tempDatabase(), embedder })
  const code = (promise: Promise<unknown>) =>
    promise.then(
      () => 'resolved',
      (error) => (isVoisinError(error) ? error.code : error),
    )
  expect(await code(library.add(paris))).toBe('closed')
  const calls: Promise<unknown>[] = [
    library.add(paris),
    library.search('x'),
    library.ask('x'),
    library.askStream('x')[Symbol.asyncIterator]().next(),
    library.remove('x'),
    library.remove(['x']),
    library.clear(),
    library.rename('x', 'y'),
    library.document('x'),
    library.documents(),
    library.status(),
  ]
  expect(await Promise.all(calls.map(code))).toEqual(calls.map(() => 'closed'))
  await library.close()
  expect(await embedder.embedQuery('still mine')).toHaveLength(64)
})

test('another embedder is refused, and the library stays as it is', async () => {
  const database = tempDatabase()
  const library = await open('notes', { database, embedder: createFakeEmbedder() })
  await library.add(paris)
  await library.close()
  const error = await openLibrary('notes', { database, embedder: createFakeEmbedder({ fingerprint: 'fake-2' }) }).catch(
    (reason) => reason,
  )
  expect(isVoisinError(error) && error.code).toBe('model-mismatch')
  const again = await open('notes', { database, embedder: createFakeEmbedder() })
  expect(await again.document('paris.md')).toEqual(paris)
})

test('nonsense is refused with what was expected', async () => {
  const library = await open('notes', { database: tempDatabase(), embedder: createFakeEmbedder() })
  const code = (promise: Promise<unknown>) =>
    promise.then(
      () => 'resolved',
      (error) => (isVoisinError(error) ? error.code : error),
    )
  expect(await code(library.search(''))).toBe('invalid-argument')
  expect(await code(library.search('x', { limit: 0 }))).toBe('invalid-argument')
  expect(await code(library.ask('x', { minEvidence: 2 }))).toBe('invalid-argument')
  expect(await code(library.ask('\u200b'))).toBe('invalid-argument')
  expect(await code(library.add(7 as never))).toBe('invalid-argument')
  expect(await code(openLibrary(''))).toBe('invalid-argument')
  expect(await library.search('an empty library')).toEqual([])
  expect((await library.ask('Is anything here?')).kind).toBe('not-in-documents')
})
