import { type LibraryParts, type LibraryPayload, libraryFields } from '@voisin/rag'
import { openMemoryCollection } from '@voisin/store'
import { createFakeEmbedder, type FakeEmbedder, type FakeEmbedderOptions } from './fake-embedder.ts'

/** A library's parts in memory, with the fake embedder. */
export async function openParts(options: FakeEmbedderOptions = {}): Promise<LibraryParts & { readonly embedder: FakeEmbedder }> {
  const embedder = createFakeEmbedder(options)
  return {
    embedder,
    collection: await openMemoryCollection<LibraryPayload>('test', { dim: embedder.dim, fields: libraryFields }),
  }
}
