import type { Point } from '@voisin/spec'
import { checkName } from './collection/check-schema.ts'
import type { DatabaseSession } from './collection/database-session.ts'
import type { CollectionListing } from './collection/listing.ts'
import { clientPart, enginePart } from './late-parts.ts'
import { DEFAULT_DATABASE } from './open-collection.ts'
import { checkKeys, checkOptions } from './points/check-keys.ts'

export interface DatabaseOptions {
  /** Name of the IndexedDB database. @default 'voisin' */
  readonly database?: string
}

/** All collections of the database, by name; one whose record is damaged does not hide the others. */
export async function listCollections(options: DatabaseOptions = {}): Promise<CollectionListing[]> {
  const database = databaseOf(options)
  return await (await clientPart.load()).listHere(database)
}

/**
 * Deletes a collection and all it holds, for good, whatever its records say. Resolves to whether there was one. Tabs that have it open
 * can no longer write to it.
 */
export async function deleteCollection(name: string, options: DatabaseOptions = {}): Promise<boolean> {
  checkName(name)
  return await inDatabase(options, (session) => session.deleteCollection(name))
}

/**
 * Every point of a collection that any of its records still holds, the newest version of each: for a collection that cannot be
 * opened, or of which something was lost. What was deleted may be among them.
 *
 * @throws {NotFoundError} There is no collection of this name.
 */
export async function* salvageCollection(
  name: string,
  options: DatabaseOptions & { readonly signal?: AbortSignal } = {},
): AsyncGenerator<Point, void, undefined> {
  checkName(name)
  checkKeys(options, ['database', 'signal'], 'set of options of salvageCollection')
  checkOptions(options, ['database', 'signal'], 'salvageCollection')
  const { signal, ...rest } = options
  const session = await openSession(rest)
  try {
    yield* session.salvage(name, { ...(signal && { signal }) })
  } finally {
    await session.close()
  }
}

async function inDatabase<T>(options: DatabaseOptions, work: (session: DatabaseSession) => Promise<T>): Promise<T> {
  const session = await openSession(options)
  try {
    return await work(session)
  } finally {
    await session.close()
  }
}

async function openSession(options: DatabaseOptions): Promise<DatabaseSession> {
  const database = databaseOf(options)
  return await (await enginePart.load()).openSession(database)
}

function databaseOf(options: DatabaseOptions): string {
  checkKeys(options, ['database'], 'set of options')
  const { database = DEFAULT_DATABASE } = options
  return checkName(database, 'database')
}
