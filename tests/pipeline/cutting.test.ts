import { createEmbedder } from '@voisin/embed'
import { miniModel } from '@voisin/mini'
import { answer, type LibraryPayload, libraryFields, readDocument, renameDocument, retrieve, search } from '@voisin/rag'
import type { Document } from '@voisin/spec'
import { openCollection, openMemoryCollection } from '@voisin/store'
import { expect, test } from 'vitest'
import { createFakeEmbedder } from '../support/fake-embedder.ts'
import { add } from '../support/library-books.ts'
import { openParts } from '../support/open-parts.ts'
import { tempDatabase } from '../support/temp-database.ts'

const ROWS = Array.from({ length: 60 }, (_, i) => [`Plant ${i}`, `${(i * 7) % 50}.5 litres`, i % 2 === 0 ? 'shade' : 'sun'])
const TABLE: Document = {
  id: 'garden.md',
  text: `# Garden\n\n| Plant | Water per week | Place |\n|---|---|---|\n${ROWS.map((row) => `| ${row.join(' | ')} |`).join('\n')}`,
}
const VALUES: Document = {
  id: 'garden.csv',
  text: ['Plant,Water per week,Place', ...ROWS.map((row) => row.join(','))].join('\n'),
}

test.each([TABLE, VALUES])('a row is found by its header, and is what answers: $id', async (document) => {
  const embedder = await createEmbedder({ model: miniModel })
  const { dim, fingerprint } = embedder
  const collection = await openMemoryCollection<LibraryPayload>('garden', { dim, model: fingerprint, fields: libraryFields })
  const parts = { embedder, collection }
  await add(document, parts)
  const question = 'How much water does Plant 57 need per week?'
  const context = await retrieve(question, parts)
  expect(context.text).toContain('Water per week')
  const { text, citations } = await answer(question, { context, embedder, maxSentences: 1 })
  expect(text).toContain('Plant 57')
  expect(citations[0]!.quote.split('\n')).toHaveLength(1)
  expect(document.text.slice(citations[0]!.start, citations[0]!.end)).toBe(citations[0]!.quote)
  await embedder.close()
})

test('words find what a chunk is read under, and say so', async () => {
  const parts = await openParts()
  await add(VALUES, parts)
  const hits = await search('litres water', { ...parts, using: 'words', limit: 100 })
  expect(hits.map(({ chunk }) => chunk.lead).sort()).toEqual(['Plant,Water per week,Place', undefined])
  expect((await search('place', { ...parts, using: 'words' })).every(({ why }) => why === 'exact')).toBe(true)
})

test('a format is kept with its document, under another id too', async () => {
  const parts = await openParts()
  const document: Document = { id: 'a', text: 'def f():\n  # no title\n  return 1', metadata: {}, format: 'code' }
  await add(document, parts)
  expect(await readDocument('a', parts)).toEqual(document)
  await renameDocument('a', 'b', parts)
  expect(await readDocument('b', parts)).toEqual({ ...document, id: 'b' })
  expect((await add({ ...document, id: 'b', format: 'plain' }, parts)).replaced).toEqual(['b'])
  expect((await add({ ...document, format: 'html' as 'plain' }, parts)).failed).toMatchObject([{ id: 'a', field: 'format' }])
})

test('a library from before chunks had leads is found in as before, and what is added again is cut anew', async () => {
  const database = tempDatabase()
  const embedder = createFakeEmbedder()
  const { dim, fingerprint } = embedder
  const schema = { database, dim, model: fingerprint }
  const { lead: _, ...before } = libraryFields
  const old = await openCollection<LibraryPayload>('notes', { ...schema, fields: before })
  const chunker = {
    fingerprint: 'markdown-1:900',
    chunk: ({ id, text }: Document) => [{ id: `${id}#0`, documentId: id, start: 0, end: text.length, headings: [], text }],
  }
  await add({ id: 'garden.csv', text: VALUES.text.slice(0, 400) }, { collection: old, embedder, chunker } as never)
  await old.close()
  const collection = await openCollection<LibraryPayload>('notes', { ...schema, fields: libraryFields })
  const parts = { collection, embedder }
  const [hit] = await search('plant 3', { ...parts, using: 'words' })
  expect(hit!.chunk).toEqual({
    id: 'garden.csv#0',
    documentId: 'garden.csv',
    start: 0,
    end: 400,
    headings: [],
    text: VALUES.text.slice(0, 400),
  })
  expect((await add(VALUES, parts)).replaced).toEqual(['garden.csv'])
  expect(
    (await search('water', { ...parts, using: 'words' })).some(({ chunk }) => chunk.lead === 'Plant,Water per week,Place'),
  ).toBe(true)
  await collection.close()
})
