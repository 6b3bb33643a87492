// What a page needs of collections once one is opened or listed.
import type { Collection, LongCallOptions, Notice } from '@voisin/spec'
import { CollectionClient } from './collection/collection-client.ts'
import { listStored } from './collection/list-collections.ts'
import type { CollectionListing } from './collection/listing.ts'
import { browserWorld } from './database/browser-world.ts'
import { DEADLINE_MS, DeadlineStorage } from './database/deadline-storage.ts'
import type { OpenRequest } from './worker/database-methods.ts'
import { databaseWorker, type StartWorker } from './worker/database-worker.ts'

/** A collection in the worker of its database, which is started where it is not there yet. */
export async function openInWorker<P extends object>(
  database: string,
  start: StartWorker,
  name: string,
  options: OpenRequest['options'],
  deadlineMs: number | undefined,
  onNotice: (notice: Notice) => void,
  call: LongCallOptions,
): Promise<Collection<P>> {
  const opened = await databaseWorker(database, start).open(name, options, deadlineMs, onNotice, call)
  return new CollectionClient<P>(name, opened.schema, opened.engine)
}

/** All collections of a database, without opening one. */
export async function listHere(database: string): Promise<CollectionListing[]> {
  const { clock, openStorage } = browserWorld
  const opened = await openStorage(database, {}, DEADLINE_MS)
  try {
    return await listStored(new DeadlineStorage(opened, clock, DEADLINE_MS), clock)
  } finally {
    await opened.rest?.()
    opened.close()
  }
}
