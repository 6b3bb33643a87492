import { type DatabaseOptions, deleteCollection, listCollections } from '@voisin/store'
import { baseOf, isLibrary, isOldDocuments } from './listing.ts'

/** A library, without opening it. */
export interface LibraryListing {
  readonly name: string
  /** Fingerprint of the embedder whose vectors it keeps. */
  readonly embedder?: string
}

/** All libraries of the database, by name. */
export async function listLibraries(options: DatabaseOptions = {}): Promise<LibraryListing[]> {
  const listings = await listCollections(options)
  return listings.filter(isLibrary).map(({ name, model }) => ({ name, ...(model !== undefined && { embedder: model }) }))
}

/**
 * Deletes a library and all it holds, for good. Resolves to whether there was one. Tabs that have it open can no longer write to it. A
 * collection that is no library stays, except one whose record is so damaged that nobody knows what it was.
 */
export async function deleteLibrary(name: string, options: DatabaseOptions = {}): Promise<boolean> {
  const listings = await listCollections(options)
  const listed = listings.find((listing) => listing.name === name)
  if (listed === undefined || (listed.state === 'intact' && !isLibrary(listed))) return false
  // Of a library that was never opened since it was two collections, the second goes first: by itself it is nothing.
  if (listed.fields?.kind === undefined) {
    const old = listings.find((listing) => isOldDocuments(listing, listings) && baseOf(listing.name) === name)
    if (old !== undefined) await deleteCollection(old.name, options)
  }
  return await deleteCollection(name, options)
}
