import { ConflictError } from '@voisin/spec'
import type { CollectionListing } from '@voisin/store'

/** Of the collection that held a library's documents when a library was two collections. */
const DOCUMENTS = '/documents'

/** Whether a collection is a library's: of this version, or the chunks of an earlier one. */
export function isLibrary({ fields }: CollectionListing): boolean {
  return fields?.documentId === 'keyword' && fields.text === 'text' && fields.headings === 'text'
}

/** The name of the library whose documents an earlier version has kept in a collection of this name. */
export function baseOf(name: string): string {
  return name.slice(0, -DOCUMENTS.length)
}

/** Whether an earlier version has kept a library's documents there. */
export function isOldDocuments(
  { name, state, dim, model, fields = {} }: CollectionListing,
  listings: readonly CollectionListing[],
): boolean {
  if (!name.endsWith(DOCUMENTS) || state !== 'intact') return false
  const isBare = dim === 1 && model === undefined && Object.keys(fields).length === 0
  return isBare && listings.some((listing) => listing.name === baseOf(name) && isLibrary(listing))
}

export function notALibrary(name: string): ConflictError {
  return new ConflictError(`There is a collection "${name}", and it is no library.`, {
    expected: 'a name that is free, or a library’s',
    dataState: 'intact',
    remedy: 'Choose another name or another database, or delete that collection.',
  })
}
