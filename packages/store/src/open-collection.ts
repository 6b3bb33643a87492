import {
  type Collection,
  type CollectionSchema,
  type Durability,
  InvalidArgumentError,
  type LongCallOptions,
  type Notice,
  type Payload,
} from '@voisin/spec'
import { checkName, checkSameSchema, checkSchema } from './collection-schema.ts'
import { LocalCollection } from './local-collection.ts'
import { MemoryBacking } from './memory-backing.ts'
import { findOrCreate } from './persistence/collection-records.ts'
import { openDatabase } from './persistence/database.ts'
import { type CheckpointAfter, StoredBacking } from './stored-backing.ts'

/** The IndexedDB database that holds all collections, unless another is named. */
export const DEFAULT_DATABASE = 'voisin'

const DURABILITIES: readonly string[] = ['power', 'process', 'memory']

export interface OpenCollectionOptions<P extends object = Payload> extends CollectionSchema<P>, LongCallOptions {
  /**
   * When a write counts as done. `power`: it survives a power cut. `process`: it survives a crash of the tab or browser; a power
   * cut may lose the last seconds. `memory`: nothing is stored, and closing forgets everything. See docs/storage.md.
   * @default 'power'
   */
  readonly durability?: Durability
  /** Told of losses, evictions and newer tabs, at most once each. */
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

/**
 * Opens a collection, created on first use. Reopened, it answers as it did.
 *
 * @throws {DimensionMismatchError | ModelMismatchError | InvalidArgumentError} It exists with another schema, or the schema is none.
 * @throws {StorageError} IndexedDB cannot be opened.
 */
export async function openCollection<P extends object = Payload>(
  name: string,
  options: OpenCollectionOptions<P>,
): Promise<Collection<P>> {
  checkName(name)
  const durability = checkDurability(options.durability)
  if (durability === 'memory') return await openMemoryCollection<P>(name, options)
  return await openLocalCollection<P>(name, options)
}

export type OpenMemoryCollectionOptions<P extends object = Payload> = CollectionSchema<P> & LongCallOptions

/** A collection that lives in this realm's memory: the same verbs and answers, nothing stored, gone when closed. */
export async function openMemoryCollection<P extends object = Payload>(
  name: string,
  options: OpenMemoryCollectionOptions<P>,
): Promise<Collection<P>> {
  checkName(name)
  const schema = checkSchema(options as CollectionSchema<never>)
  return await LocalCollection.open<P>(name, schema, new MemoryBacking(schema), options)
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

function checkDurability(durability: unknown): Durability {
  if (durability === undefined) return 'power'
  if (typeof durability === 'string' && DURABILITIES.includes(durability)) return durability as Durability
  throw new InvalidArgumentError('No such durability.', { expected: DURABILITIES.join(', '), received: String(durability) })
}
