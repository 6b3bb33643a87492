import { listCollections } from '@voisin/store'
import { expect, onTestFinished } from 'vitest'
import { listLibraries, openLibrary } from 'voisin'
import { createFakeEmbedder } from '../support/fake-embedder.ts'
import { CHANGED_DOCUMENT, DOCUMENTS, LIBRARY_DIM, REMOVED_DOCUMENT } from './golden-writes.ts'

/** What holds of a golden library, whatever version wrote it: it is one collection from now on, and each document is there, whole and found. */
export async function expectGoldenLibrary(database: string): Promise<void> {
  const embedder = createFakeEmbedder({ dim: LIBRARY_DIM })
  expect(await listLibraries({ database })).toEqual([{ name: 'notes', embedder: embedder.fingerprint }])
  const library = await openLibrary('notes', { database, embedder, fields: { year: 'number' } })
  onTestFinished(() => library.close())
  expect((await listCollections({ database })).map(({ name }) => name)).toEqual(['notes'])
  const documents = DOCUMENTS.filter(({ id }) => id !== REMOVED_DOCUMENT).map((document) =>
    document.id === CHANGED_DOCUMENT.id ? CHANGED_DOCUMENT : document,
  )
  const listed = await library.documents()
  expect(listed.map(({ id, isWhole }) => [id, isWhole])).toEqual(documents.map(({ id }) => [id, true]))
  for (const { metadata = {}, ...document } of documents) {
    expect(await library.document(document.id)).toEqual({ ...document, metadata })
    const words = document.text.replaceAll('#', ' ')
    expect((await library.search(words, { using: 'words' }))[0]!.document.id).toBe(document.id)
  }
  const chunks = listed.reduce((sum, { chunkCount }) => sum + chunkCount, 0)
  expect(await library.status()).toMatchObject({ documents: documents.length, chunks, dataState: 'intact' })
  const [hit] = await library.search('How long is bread in the oven?', { filter: { year: 2001 } })
  expect(hit!.chunk.text).toBe('It takes an hour in the oven.')
  expect(embedder.embedded).toEqual([])
  // Documents are cut otherwise since: one that is added again is cut anew. What was embedded with its titles in it is then embedded anew, and no other.
  expect((await library.add(documents)).replaced).toHaveLength(documents.length)
  expect(embedder.embedded.slice(-4)).toEqual([
    'Bread',
    'Bread is flour, water, salt and yeast.',
    'Bread › Time',
    'It takes an hour in the oven.',
  ])
  expect(embedder.embedded).toHaveLength(8)
  expect((await library.add(documents)).unchanged).toHaveLength(documents.length)
}
