import {
  createChunker,
  embeddedText,
  type LibraryParts,
  type OldDocumentPayload,
  readDocument,
  removeDocuments,
  search,
  takeOver,
} from '@voisin/rag'
import type { Collection, Document, Payload } from '@voisin/spec'
import { openMemoryCollection } from '@voisin/store'
import { expect, test } from 'vitest'
import { contentHash } from '../../packages/rag/src/hashes.ts'
import type { FakeEmbedder } from '../support/fake-embedder.ts'
import { add, before, book, listed, through } from '../support/library-books.ts'
import { openParts } from '../support/open-parts.ts'

const chunker = createChunker()

interface OldLibrary extends LibraryParts {
  readonly embedder: FakeEmbedder
  readonly fingerprint: string
  readonly documents: Collection<OldDocumentPayload>
}

const shelved = (id: string, count: number) => book(id, count, id, { shelf: id })

/** A library in two collections, as version 0.1 wrote it. */
async function oldLibrary(books: readonly Document[]): Promise<OldLibrary> {
  const parts = await openParts()
  const { embedder } = parts
  const { fingerprint } = embedder
  const documents = await openMemoryCollection<OldDocumentPayload>('old/documents', { dim: 1 })
  const storedAt = new Date(1_000)
  for (const document of books) {
    const metadata = document.metadata as Payload
    const fingerprints = { chunkerFingerprint: chunker.fingerprint, embedderFingerprint: fingerprint }
    const hash = await contentHash({ ...document, metadata, ...fingerprints })
    const chunks = chunker.chunk(document)
    const { data, dim } = await embedder.embedDocuments(chunks.map(embeddedText))
    await parts.collection.upsert(
      chunks.map(({ id: chunkId, start, end, headings, text }, i) => {
        const payload = { documentId: document.id, hash, chunkId, start, end, headings, text, metadata, storedAt }
        return { id: `${hash}:${i}`, vector: data.slice(i * dim, (i + 1) * dim), payload: payload as never }
      }),
    )
    const counts = { chunkCount: chunks.length, length: document.text.length }
    await documents.upsert([
      { id: document.id, payload: { kind: 'document', hash, metadata, ...counts, storedAt } },
      { id: `text:${hash}`, payload: { kind: 'text', text: document.text } },
    ])
  }
  return { ...parts, fingerprint, documents }
}

test('every document is listed, whole, found, and not embedded again', async () => {
  const books = [shelved('a', 3), shelved('b', 1), ...Array.from({ length: 150 }, (_, i) => shelved(`c${i}`, 2))]
  const library = await oldLibrary(books)
  // What no document claims: an ingest that was interrupted, or an older version.
  const orphan = { documentId: 'a', hash: 'x', chunkId: 'a#0', start: 0, end: 1, headings: [], text: 'orphan', metadata: {} }
  await library.collection.upsert([{ id: `${'x'.repeat(43)}:0`, payload: orphan as never }])
  const { length } = library.embedder.embedded
  const done: number[] = []
  await takeOver(library, { onProgress: ({ done: now, total }) => done.push(now / total!) })
  expect(done.at(-1)).toBe(1)
  expect(await listed(library)).toEqual(books.map(({ id }) => id))
  for (const document of books.slice(0, 5)) expect(await readDocument(document.id, library)).toEqual(document)
  const [hit] = await search('the b of number 0', { ...library, filter: { shelf: 'b' } })
  expect(hit!.document).toEqual({ id: 'b', metadata: { shelf: 'b' } })
  expect(await search('orphan', { ...library, using: 'words' })).toEqual([])
  expect((await add(books, library)).unchanged).toHaveLength(books.length)
  expect(library.embedder.embedded).toHaveLength(length)
})

test('what has lost chunks is said, and is made whole by adding it again', async () => {
  const books = [shelved('a', 5), shelved('b', 2), shelved('c', 2)]
  const library = await oldLibrary(books)
  const chunkIds = (document: string) =>
    Array.fromAsync(library.collection.scroll({ filter: { documentId: document } }), ({ id }) => id)
  await library.collection.delete([(await chunkIds('a'))[2]!, ...(await chunkIds('b'))])
  await takeOver(library)
  expect((await listed(library)).sort()).toEqual(['a, in part', 'b, in part', 'c'])
  expect((await add(books, library)).replaced).toEqual(['a', 'b'])
  expect((await listed(library)).sort()).toEqual(['a', 'b', 'c'])
})

test('may be done twice, and again where it was interrupted; what is newer stays', async () => {
  const books = Array.from({ length: 200 }, (_, i) => shelved(`${i}`, 2))
  const library = await oldLibrary(books)
  const controller = new AbortController()
  const interrupted = takeOver(library, {
    signal: controller.signal,
    onProgress: ({ done }) => done >= 64 && controller.abort(new Error('enough')),
  })
  await expect(interrupted).rejects.toThrow('enough')
  const changed = { id: '3', text: 'Changed since.', metadata: {} }
  await add([changed], library)
  await Promise.all([takeOver(library), takeOver(library)])
  expect(await listed(library)).toEqual(books.map(({ id }) => id))
  expect(await readDocument('3', library)).toEqual(changed)
})

test('what another tab has taken over and removed since does not come back', async () => {
  const books = [shelved('a', 3), shelved('b', 2)]
  const library = await oldLibrary(books)
  const overtaken = through(library, {
    write: before(1, async () => {
      await takeOver(library)
      await removeDocuments(['a'], library)
      await library.documents.close()
    }),
  })
  // The documents' own collection is gone by then.
  await expect(takeOver(overtaken)).rejects.toMatchObject({ code: 'closed' })
  expect(await listed(library)).toEqual(['b'])
})

test('chunks with much metadata are taken over in writes that the log can hold', async () => {
  const thumbnail = 'x'.repeat(400_000)
  const books = Array.from({ length: 15 }, (_, i) => ({ ...shelved(`${i}`, 4), metadata: { shelf: `${i}`, thumbnail } }))
  const library = await oldLibrary(books)
  const before = (await library.collection.status()).lsn
  await takeOver(library)
  expect((await library.collection.status()).lsn - before).toBeGreaterThan(10)
  expect(await listed(library)).toEqual(books.map(({ id }) => id))
})

test('what another tab has taken over and replaced since is not replaced by what was', async () => {
  const library = await oldLibrary([shelved('a', 3), shelved('b', 2)])
  const newer = book('a', 4, 'pear')
  // The chunks have what they lacked by then, and the documents are about to join them.
  const overtaken = through(library, {
    write: before(3, async () => {
      await takeOver(library)
      await add(newer, library)
    }),
  })
  await takeOver(overtaken)
  expect(await listed(library)).toEqual(['a', 'b'])
  expect((await readDocument('a', library))!.text).toBe(newer.text)
})

test('drafts of what another tab has removed and adds again are not made visible', async () => {
  const long = shelved('a', 200)
  const library = await oldLibrary([long, shelved('b', 2)])
  const overtaken = through(library, {
    write: before(1, async () => {
      await takeOver(library)
      await removeDocuments(['a'], library)
      const controller = new AbortController()
      let batches = 0
      const { embedder } = await openParts({ before: () => void (++batches === 2 && controller.abort()) })
      await expect(add(long, { ...library, embedder, signal: controller.signal })).rejects.toThrow()
      await library.documents.close()
    }),
  })
  await expect(takeOver(overtaken)).rejects.toMatchObject({ code: 'closed' })
  expect(await library.collection.count({ documentId: 'a', kind: 'draft' })).toBeGreaterThan(0)
  expect(await library.collection.count({ documentId: 'a', kind: 'chunk' })).toBe(0)
  expect(await listed(library)).toEqual(['b'])
})
