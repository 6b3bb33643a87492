import {
  createChunker,
  embeddedText,
  ingest,
  type LibraryParts,
  listDocuments,
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
import { openParts } from '../support/open-parts.ts'

const chunker = createChunker()

interface OldLibrary extends LibraryParts {
  readonly embedder: FakeEmbedder
  readonly fingerprint: string
  readonly documents: Collection<OldDocumentPayload>
}

const book = (id: string, count: number): Document => ({
  id,
  text: Array.from({ length: count }, (_, n) => `## Part ${n}\nThe ${id} of number ${n}.`).join('\n\n'),
  metadata: { shelf: id },
})

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

async function add(documents: readonly Document[], parts: LibraryParts) {
  const steps = ingest(documents, parts)
  for (;;) {
    const step = await steps.next()
    if (step.done) return step.value
  }
}

const listed = async (parts: LibraryParts) =>
  (await Array.fromAsync(listDocuments(parts))).map(({ id, isWhole }) => (isWhole ? id : `${id}, in part`))

test('every document is listed, whole, found, and not embedded again', async () => {
  const books = [book('a', 3), book('b', 1), ...Array.from({ length: 150 }, (_, i) => book(`c${i}`, 2))]
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
  await add([{ ...book('a', 3), metadata: { shelf: 'new' } }], library)
  expect(library.embedder.embedded).toHaveLength(length)
})

test('what has lost chunks is said, and is made whole by adding it again', async () => {
  const books = [book('a', 5), book('b', 2), book('c', 2)]
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
  const books = Array.from({ length: 200 }, (_, i) => book(`${i}`, 2))
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
  const books = [book('a', 3), book('b', 2)]
  const library = await oldLibrary(books)
  let isFirst = true
  const collection: LibraryParts['collection'] = new Proxy(library.collection, {
    get: (target, key): unknown => {
      const value = Reflect.get(target, key)
      if (typeof value !== 'function') return value
      if (key !== 'write') return value.bind(target)
      return async (...args: unknown[]) => {
        if (isFirst) {
          isFirst = false
          await takeOver(library)
          await removeDocuments(['a'], library)
          await library.documents.close()
        }
        return await value.apply(target, args)
      }
    },
  })
  // The documents' own collection is gone by then.
  await expect(takeOver({ ...library, collection })).rejects.toMatchObject({ code: 'closed' })
  expect(await listed(library)).toEqual(['b'])
})

test('chunks with much metadata are taken over in writes that the log can hold', async () => {
  const thumbnail = 'x'.repeat(400_000)
  const books = Array.from({ length: 15 }, (_, i) => ({ ...book(`${i}`, 4), metadata: { shelf: `${i}`, thumbnail } }))
  const library = await oldLibrary(books)
  const before = (await library.collection.status()).lsn
  await takeOver(library)
  expect((await library.collection.status()).lsn - before).toBeGreaterThan(10)
  expect(await listed(library)).toEqual(books.map(({ id }) => id))
})
