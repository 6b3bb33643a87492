import { listCatalog } from '../database/catalog.ts'
import type { Storage } from '../database/storage.ts'
import type { Clock } from '../database/world.ts'
import { listOld } from '../format-0/take-over.ts'
import { findOrphans } from './find-orphan.ts'
import { type CollectionListing, listingOf, oldListingOf } from './listing.ts'

/** All collections of a database, by name; one whose record is damaged does not hide the others. */
export async function listStored(storage: Storage, clock: Clock): Promise<CollectionListing[]> {
  const listings = (await listCatalog(storage, clock)).map(listingOf)
  const isListed = (name: string) => listings.some((listing) => listing.name === name)
  for (const record of await findOrphans(storage, clock))
    if (!isListed(record.name)) listings.push(listingOf({ name: record.name, record, isNewer: false }))
  for (const { name, record } of await listOld(storage)) if (!isListed(name)) listings.push(oldListingOf(name, record))
  return listings.sort((a, b) => (a.name < b.name ? -1 : 1))
}
