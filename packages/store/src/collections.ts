import type { CollectionSchema } from '@voisin/spec'
import { checkName } from './collection-schema.ts'
import { DEFAULT_DATABASE } from './open-local-collection.ts'
import { deleteRecords, listRecords } from './persistence/collection-records.ts'
import { openDatabase } from './persistence/database.ts'
import type { Storage } from './persistence/storage.ts'

export interface DatabaseOptions {
  /** Name of the IndexedDB database. @default 'voisin' */
  readonly database?: string
}

/** What a collection is, without opening it. */
export interface CollectionListing extends Required<Pick<CollectionSchema, 'dim' | 'metric' | 'fields'>> {
  readonly name: string
  readonly model?: string
}

/** All collections of the database, by name. */
export async function listCollections(options: DatabaseOptions = {}): Promise<CollectionListing[]> {
  return await inDatabase(options, async (storage) => {
    const records = await listRecords(storage)
    return records.map(({ number: _, ...listing }) => listing)
  })
}

/** Deletes a collection and all it holds, for good. Resolves to whether there was one. Tabs that have it open can no longer write to it. */
export async function deleteCollection(name: string, options: DatabaseOptions = {}): Promise<boolean> {
  checkName(name)
  return await inDatabase(options, async (storage) => (await deleteRecords(storage, name)) !== undefined)
}

async function inDatabase<T>(
  { database = DEFAULT_DATABASE }: DatabaseOptions,
  work: (storage: Storage) => Promise<T>,
): Promise<T> {
  const storage = await openDatabase(database)
  try {
    return await work(storage)
  } finally {
    storage.close()
  }
}
