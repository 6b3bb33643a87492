import type { ChunkPayload, DocumentPayload, LibraryParts } from '@voisin/rag'
import { createFakeCollection } from './fake-collection.ts'
import { createFakeEmbedder, type FakeEmbedder, type FakeEmbedderOptions } from './fake-embedder.ts'

/** A library's parts in memory, with the fake embedder. */
export async function openParts(options: FakeEmbedderOptions = {}): Promise<LibraryParts & { readonly embedder: FakeEmbedder }> {
  const embedder = createFakeEmbedder(options)
  return {
    embedder,
    collection: createFakeCollection<ChunkPayload>('test', embedder.dim),
    documents: createFakeCollection<DocumentPayload>('test/documents', 1),
  }
}
