import { CollectionClient } from '../../collection/collection-client.ts'
import { DatabaseSession } from '../../collection/database-session.ts'
import type { World } from '../../database/world.ts'
import type { SubjectCollection, SubjectSession } from './subject.ts'

/** Kept in reserve for a full disk: less than in earnest, so that a life takes less time. */
const BALLAST_BYTES = 100_000

/** The store itself: a session, and its collections behind the same client as apps have. */
export async function openStore(world: World, databaseName: string): Promise<SubjectSession> {
  const session = await DatabaseSession.open(world, databaseName, { ballastBytes: BALLAST_BYTES })
  return {
    async openCollection(name, options) {
      const engine = await session.openCollection(name, options)
      const client = new CollectionClient(name, engine.schema, engine)
      return Object.assign(client, { checkpoint: () => engine.checkpoint() }) as unknown as SubjectCollection
    },
    listCollections: () => session.listCollections(),
    deleteCollection: (name) => session.deleteCollection(name),
    salvage: (name) => session.salvage(name),
    close: () => session.close(),
  }
}
