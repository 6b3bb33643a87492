import { type CollectionSchema, StorageError, StorageFullError } from '@voisin/spec'
import { isInCatalog, putInCatalog } from '../database/catalog.ts'
import type { CollectionRecord, FullSchema } from '../database/collection-record.ts'
import type { Storage } from '../database/storage.ts'
import { isSame } from '../query/same-value.ts'

/**
 * The record of a collection with the fields that the caller names, if any: what follows from fields is derived from payloads, so they
 * may change at any opening. They are stored for those who name none; where they cannot be, they hold for this opening only.
 */
export async function agreeOnFields(
  storage: Storage,
  record: CollectionRecord,
  asked: CollectionSchema<never>['fields'],
): Promise<CollectionRecord> {
  if (asked === undefined || isSame(record.fields, asked)) return record
  const changed: CollectionRecord = { ...record, fields: { ...asked } as FullSchema['fields'] }
  try {
    await storage.write(['catalog'], 'strict', async (transaction) => {
      // Another tab may have deleted it: what this one finds then, it finds as before.
      if (await isInCatalog(transaction, record)) await putInCatalog(transaction, changed)
    })
  } catch (error) {
    if (!(error instanceof StorageError || error instanceof StorageFullError)) throw error
  }
  return changed
}
