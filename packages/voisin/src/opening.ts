import { createEmbedder, fingerprintOf } from '@voisin/embed'
import { miniModel } from '@voisin/mini'
import { createChunker, type LibraryPayload, libraryFields, readCalibration } from '@voisin/rag'
import type { CollectionSchema, FieldKind } from '@voisin/spec'
import { type CollectionListing, listCollections, openCollection, type WorkerLike } from '@voisin/store'
import type { Library, LibraryOptions } from './library.ts'
import { isLibrary, isOldDocuments, notALibrary } from './listing.ts'
import { makeRoom, takeOverDocuments } from './old-libraries.ts'
import { OpenLibrary } from './opened-library.ts'
import { withViteFiles } from './vite-files.ts'

/**
 * `openLibrary`, when all that it needs is here.
 * @param found The collections of the database.
 */
export async function open(name: string, options: LibraryOptions, found: readonly CollectionListing[]): Promise<Library> {
  const { signal, worker, workers = {}, database, durability, onNotice, onProgress } = options
  signal?.throwIfAborted()
  const call = { ...(signal && { signal }), ...(onProgress && { onProgress }) }
  const placed = (start: (() => WorkerLike) | undefined) => {
    const where = worker === false ? worker : (start ?? worker)
    return where === undefined ? {} : { worker: where }
  }
  const kept = {
    ...placed(workers.store),
    ...call,
    ...(database !== undefined && { database }),
    ...(durability !== undefined && { durability }),
    ...(onNotice && { onNotice }),
  }
  const files = options.model === undefined ? await withViteFiles(miniModel.files, import.meta.url) : { model: options.model }
  const model = { ...miniModel, files }
  const { dim, fingerprint } = options.embedder ?? { dim: miniModel.dim, fingerprint: fingerprintOf(miniModel) }
  let listings = found
  let listed = listings.find((listing) => listing.name === name)
  if (listed !== undefined && isOldDocuments(listed, listings)) {
    await makeRoom(name, kept)
    listings = await listCollections(database === undefined ? {} : { database })
    listed = listings.find((listing) => listing.name === name)
  }
  if (listed?.state === 'intact' && !isLibrary(listed)) throw notALibrary(name)
  const schema: CollectionSchema<LibraryPayload> = { dim, model: fingerprint, fields: fieldsOf(listed, options) }

  const opening = [
    options.embedder ?? createEmbedder({ model, ...placed(workers.embed), ...call }),
    openCollection<LibraryPayload>(name, { ...schema, ...kept }),
  ] as const
  try {
    const [embedder, collection] = await Promise.all(opening)
    const parts = { embedder, collection }
    const chunker = options.chunker ?? createChunker()
    const old = listings.find((listing) => listing.name === `${name}/documents` && isOldDocuments(listing, listings))
    if (old !== undefined) await takeOverDocuments(old.name, { ...parts, chunker }, kept)
    const owned = options.embedder ? [collection] : [embedder, collection]
    // Only a search's weights depend on it: a library can be opened without.
    const calibration = await readCalibration(parts, call).catch(() => undefined)
    return new OpenLibrary(name, { ...parts, calibration }, owned, chunker, options.generator, options.loaders ?? [])
  } catch (error) {
    const opened = await Promise.allSettled(opening)
    for (const part of opened) if (part.status === 'fulfilled' && part.value !== options.embedder) await part.value.close()
    throw error
  }
}

/** What the caller names of metadata, or else what the library has. */
function fieldsOf(listed: CollectionListing | undefined, { fields }: LibraryOptions): { readonly [path: string]: FieldKind } {
  if (fields === undefined) return { ...listed?.fields, ...libraryFields }
  const named = Object.entries(fields).map(([path, kind]) => [`metadata.${path}`, kind])
  return { ...libraryFields, ...Object.fromEntries(named) }
}
