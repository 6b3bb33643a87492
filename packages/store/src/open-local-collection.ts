import type { CollectionSchema, Durability, LongCallOptions, Notice, Payload } from '@voisin/spec'
import { checkSameSchema, checkSchema } from './collection-schema.ts'
import { LocalCollection } from './local-collection.ts'
import { findOrCreate } from './persistence/collection-records.ts'
import { openDatabase } from './persistence/database.ts'
import { type CheckpointAfter, StoredBacking } from './stored-backing.ts'

/** The IndexedDB database that holds all collections, unless another is named. */
export const DEFAULT_DATABASE = 'voisin'

export interface OpenCollectionOptions<P extends object = Payload> extends CollectionSchema<P>, LongCallOptions {
  /**
   * When a write counts as done. `power`: it survives a power cut. `process`: it survives a crash of the tab or browser; a power
   * cut may lose the last seconds. `memory`: nothing is stored, closing forgets everything, and the work is done here. See
   * docs/storage.md.
   * @default 'power'
   */
  readonly durability?: Durability
  /** Told of losses, evictions, a full disk and newer tabs; see docs/storage.md. */
  readonly onNotice?: (notice: Notice) => void
  /**
   * Where the work is done: `true` in a worker of its own, `false` here, a function in the worker it makes. The worker is a module
   * worker that runs this package's `worker.ts`. @default true
   */
  readonly worker?: boolean | (() => Worker)
  /** How much log may gather before it is folded into blocks, in the background. @default { entries: 512, bytes: 8 MiB } */
  readonly checkpointAfter?: CheckpointAfter
  /** Name of the IndexedDB database. @default 'voisin' */
  readonly database?: string
}

/** Opens a collection whose work is done here, in the realm that calls. */
export async function openLocalCollection<P extends object>(
  name: string,
  options: OpenCollectionOptions<P>,
): Promise<LocalCollection<P>> {
  options.signal?.throwIfAborted()
  const schema = checkSchema(options as CollectionSchema<never>)
  const { durability = 'power', checkpointAfter, onNotice = () => {} } = options
  const storage = await openDatabase(options.database ?? DEFAULT_DATABASE, {
    onReplaced: () =>
      onNotice({ kind: 'closed-by-newer-tab', message: 'Another tab deleted the database or opened a newer version of it.' }),
    onWiped: () =>
      onNotice({ kind: 'data-loss', message: 'The browser found the whole database damaged and made it anew, empty.' }),
    onTerminated: () => onNotice({ kind: 'evicted', message: 'The browser closed the database, perhaps to clear it.' }),
  })
  try {
    const record = await findOrCreate(storage, name, schema)
    checkSameSchema(name, record, options as CollectionSchema<never>)
    const backing = new StoredBacking(storage, record, { durability, onNotice, ...(checkpointAfter && { checkpointAfter }) })
    return await LocalCollection.open<P>(name, record, backing, options)
  } catch (error) {
    storage.close()
    throw error
  }
}
