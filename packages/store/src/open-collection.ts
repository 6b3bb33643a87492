import {
  type Collection,
  type CollectionSchema,
  type Durability,
  InvalidArgumentError,
  type LongCallOptions,
  type Payload,
} from '@voisin/spec'
import { openInWorker } from './client.ts'
import { checkName, checkSchema } from './collection-schema.ts'
import { LocalCollection } from './local-collection.ts'
import { MemoryBacking } from './memory-backing.ts'
import { type OpenCollectionOptions, openLocalCollection } from './open-local-collection.ts'

const DURABILITIES: readonly string[] = ['power', 'process', 'memory']

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
  if (options.worker === false) return await openLocalCollection<P>(name, options)
  // Here already, so that what is wrong with it is said before a worker is started for it.
  checkSchema(options as CollectionSchema<never>)
  return await openInWorker<P>(name, options, typeof options.worker === 'function' ? options.worker : startWorker)
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

function checkDurability(durability: unknown): Durability {
  if (durability === undefined) return 'power'
  if (typeof durability === 'string' && DURABILITIES.includes(durability)) return durability as Durability
  throw new InvalidArgumentError('No such durability.', { expected: DURABILITIES.join(', '), received: String(durability) })
}

function startWorker(): Worker {
  // In this very form, so that bundlers find the worker.
  return new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
}
