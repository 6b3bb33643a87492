import { type ChunkPayload, chunkFields, type DocumentPayload, type LibraryParts } from '@voisin/rag'
import { openMemoryCollection } from '@voisin/store'
import { createFakeEmbedder, type FakeEmbedder, type FakeEmbedderOptions } from './fake-embedder.ts'

/** A library's parts in memory, with the fake embedder. */
export async function openParts(options: FakeEmbedderOptions = {}): Promise<LibraryParts & { readonly embedder: FakeEmbedder }> {
  const embedder = createFakeEmbedder(options)
  return {
    embedder,
    collection: await openMemoryCollection<ChunkPayload>('test', { dim: embedder.dim, fields: chunkFields }),
    documents: await openMemoryCollection<DocumentPayload>('test/documents', { dim: 1 }),
  }
}
