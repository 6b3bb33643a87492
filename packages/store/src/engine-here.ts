// The engine, for this realm: what a page whose worker does the work never needs.
import { prepareKernels } from '@voisin/index'
import type { Collection, LongCallOptions } from '@voisin/spec'
import { CollectionClient } from './collection/collection-client.ts'
import { DatabaseSession, type SessionOptions, type StoredCollectionOptions } from './collection/database-session.ts'
import { LocalCollection } from './collection/local-collection.ts'
import { MemoryJournal } from './collection/memory-journal.ts'
import { browserWorld } from './database/browser-world.ts'
import type { FullSchema } from './database/collection-record.ts'
import { followPage } from './worker/page-life.ts'

/** A collection in memory. */
export async function openMemory<P extends object>(
  name: string,
  schema: FullSchema,
  { signal }: LongCallOptions,
): Promise<Collection<P>> {
  signal?.throwIfAborted()
  const collection = await LocalCollection.open(name, schema, new MemoryJournal(schema), browserWorld.clock)
  return new CollectionClient<P>(name, schema, collection)
}

/** A collection in a database that is opened for it alone. */
export async function openHere<P extends object>(
  database: string,
  name: string,
  options: StoredCollectionOptions<never>,
  sessionOptions: SessionOptions,
): Promise<Collection<P>> {
  void prepareKernels()
  const session = await openSession(database, sessionOptions)
  try {
    const collection = await session.openCollection(name, options)
    const leavePage = followPage({ pause: () => void session.pause(), resume: () => session.resume() })
    return new CollectionClient<P>(name, collection.schema, collection, async () => {
      leavePage()
      await session.close()
    })
  } catch (error) {
    await session.close()
    throw error
  }
}

/** A database, in this realm. */
export async function openSession(database: string, options: SessionOptions = {}): Promise<DatabaseSession> {
  return await DatabaseSession.open(browserWorld, database, options)
}
