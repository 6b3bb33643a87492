import { createChunker, embeddedText, type OldDocumentPayload } from '@voisin/rag'
import type { Collection, Document, Payload } from '@voisin/spec'
import { contentHash } from '../../../packages/rag/src/hashes.ts'
import { createFakeEmbedder } from '../../support/fake-embedder.ts'
import { DIM } from './library-tab.ts'

const chunker = createChunker()
const embedder = createFakeEmbedder({ dim: DIM })

/** Stores a document as it was stored when a library was two collections: its chunks, then its point and its text. */
export async function writeOldDocument(
  document: Document,
  { collection, documents }: { readonly collection: Collection<object>; readonly documents: Collection<OldDocumentPayload> },
): Promise<void> {
  const { id, text } = document
  const metadata = (document.metadata ?? {}) as Payload
  const fingerprints = { chunkerFingerprint: chunker.fingerprint, embedderFingerprint: embedder.fingerprint }
  const hash = await contentHash({ id, text, metadata, ...fingerprints })
  const chunks = chunker.chunk(document)
  const { data, dim } = await embedder.embedDocuments(chunks.map(embeddedText))
  const storedAt = new Date(0)
  await collection.upsert(
    chunks.map(({ id: chunkId, start, end, headings, text }, index) => ({
      id: `${hash}:${index}`,
      vector: data.subarray(index * dim, (index + 1) * dim),
      payload: { documentId: id, hash, chunkId, start, end, headings, text, metadata, storedAt },
    })),
  )
  await documents.upsert([
    { id, payload: { kind: 'document', hash, metadata, chunkCount: chunks.length, length: text.length, storedAt } },
    { id: `text:${hash}`, payload: { kind: 'text', text } },
  ])
}
