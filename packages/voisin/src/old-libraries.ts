import {
  ingest,
  type LibraryParts,
  type LibraryPayload,
  libraryFields,
  type OldDocumentPayload,
  readDocument,
  takeOver,
} from '@voisin/rag'
import { type Chunker, isVoisinError, type LongCallOptions } from '@voisin/spec'
import { type CollectionListing, deleteCollection, listCollections, openCollection } from '@voisin/store'
import { baseOf } from './listing.ts'

interface KeptOptions extends LongCallOptions {
  readonly worker: boolean
  readonly database?: string
}

/** Brings the documents of a library of an earlier version over to their chunks, and makes whole what can be. */
export async function takeOverDocuments(
  { name }: CollectionListing,
  { chunker, ...parts }: LibraryParts & { readonly chunker: Chunker },
  kept: KeptOptions,
): Promise<void> {
  const { embedder, collection } = parts
  const missing = await move(name, embedder.fingerprint, collection, kept)
  const { signal } = kept
  for (const id of missing) {
    const document = await readDocument(id, parts, signal ? { signal } : {}).catch(() => undefined)
    if (document === undefined) continue
    const steps = ingest(document, { ...parts, chunker, ...(signal && { signal }) })
    while (!(await steps.next()).done);
  }
}

/** A library is to get the name of the collection of another one's documents: these move to where they belong. */
export async function makeRoom(
  documents: CollectionListing,
  listings: readonly CollectionListing[],
  kept: KeptOptions,
): Promise<void> {
  const base = listings.find(({ name }) => name === baseOf(documents.name))!
  const { dim, metric, model, fields } = base
  const schema = { dim: dim!, metric: metric!, ...(model !== undefined && { model }), fields: { ...fields, ...libraryFields } }
  const collection = await openCollection<LibraryPayload>(base.name, { ...kept, ...schema })
  try {
    await move(documents.name, model ?? '', collection, kept)
  } finally {
    await collection.close()
  }
}

async function move(
  name: string,
  fingerprint: string,
  collection: LibraryParts['collection'],
  kept: KeptOptions,
): Promise<string[]> {
  const { database, signal, onProgress } = kept
  const where = database === undefined ? {} : { database }
  try {
    const documents = await openCollection<OldDocumentPayload>(name, { ...kept, dim: 1 })
    try {
      const call = { ...(signal && { signal }), ...(onProgress && { onProgress }) }
      const missing = await takeOver({ fingerprint, collection, documents }, call)
      await collection.flush()
      await deleteCollection(name, where)
      return missing
    } finally {
      await documents.close()
    }
  } catch (error) {
    // Another tab has done it.
    if (!isVoisinError(error) || signal?.aborted || (await listCollections(where)).some((listing) => listing.name === name))
      throw error
    return []
  }
}
