import type { CatalogEntry } from '../database/catalog.ts'
import type { FullSchema } from '../database/collection-record.ts'
import type { OldRecord } from '../format-0/records.ts'

/** What a collection is, without opening it. */
export interface CollectionListing {
  readonly name: string
  /**
   * `damaged`: nothing of its schema can be read; it can be salvaged or deleted. `newer`: a newer version wrote it, and this one can only
   * delete it.
   */
  readonly state: 'intact' | 'damaged' | 'newer'
  /** Where there are several. */
  readonly vectors?: FullSchema['vectors']
  readonly dim?: number
  readonly metric?: 'cosine' | 'dot' | 'l2'
  readonly model?: string
  readonly fields?: FullSchema['fields']
}

export function listingOf({ name, record, isNewer }: Pick<CatalogEntry, 'name' | 'record' | 'isNewer'>): CollectionListing {
  if (record === undefined) return { name, state: isNewer ? 'newer' : 'damaged' }
  const { vectors, fields } = record
  return { name, state: 'intact', fields, ...(vectors[''] ?? { vectors }) }
}

export function oldListingOf(name: string, record: OldRecord | undefined): CollectionListing {
  if (record === undefined) return { name, state: 'damaged' }
  const { dim, metric, model, fields } = record
  return { name, state: 'intact', fields, dim, metric, ...(model !== undefined && { model }) }
}
