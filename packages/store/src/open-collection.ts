import {
  type Collection,
  type CollectionSchema,
  classOf,
  type Durability,
  InvalidArgumentError,
  type LongCallOptions,
  type Notice,
  type Payload,
} from '@voisin/spec'
import { hasWorkers, startScript, type WorkerLike, type WorkerScript } from '@voisin/worker'
import { checkName, checkSchema } from './collection/check-schema.ts'
import type { CheckpointAfter } from './collection/upkeep.ts'
import { clientPart, enginePart } from './late-parts.ts'
import { checkKeys, checkOptions } from './points/check-keys.ts'

/** The IndexedDB database that holds all collections, unless another is named. */
export const DEFAULT_DATABASE = 'voisin'

export interface StorageOptions {
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
   * Where the work is done: `true` in a worker that all collections of the database share, `false` here, a function in the worker it
   * makes; the same function shares the same worker. It is a module worker that runs this package's `dist/voisin-store-worker.js`.
   * @default true in pages and in their workers; false in service workers and on servers
   */
  readonly worker?: boolean | (() => WorkerLike)
  /** How much log may gather before it is folded into blocks, in the background. @default { entries: 512, bytes: 8 MiB } */
  readonly checkpointAfter?: CheckpointAfter
  /** Name of the IndexedDB database. @default 'voisin' */
  readonly database?: string
  /**
   * Write although some of what is stored cannot be read at this time. Without it such a collection can be read only: what cannot be
   * read today may be readable tomorrow, and must not be contradicted.
   * @default false
   */
  readonly goOn?: boolean
  /** How long a call may wait for its turn at the database, in milliseconds; the first collection opened decides. @default 60,000 */
  readonly deadlineMs?: number
}

export type OpenCollectionOptions<P extends object = Payload> = CollectionSchema<P> & StorageOptions & LongCallOptions

const DURABILITIES: readonly string[] = ['power', 'process', 'memory']
const SCHEMA_KEYS = ['dim', 'metric', 'model', 'vectors', 'fields']
const CALL_KEYS = ['signal', 'onProgress']
const STORAGE_KEYS = ['durability', 'onNotice', 'worker', 'checkpointAfter', 'database', 'goOn', 'deadlineMs']

/**
 * Opens a collection, created on first use. Reopened, it answers as it did.
 *
 * @throws {DimensionMismatchError | ModelMismatchError | InvalidArgumentError} It exists with another schema, or the options are none.
 * @throws {CorruptDataError} Nothing says any more what the collection is: it can be salvaged or deleted.
 * @throws {StorageError | UnsupportedError} IndexedDB cannot be opened, or there is none.
 */
export async function openCollection<P extends object = Payload>(
  name: string,
  options: OpenCollectionOptions<P>,
): Promise<Collection<P>> {
  checkName(name)
  checkStorageOptions(options)
  const {
    worker = hasWorkers(),
    database = DEFAULT_DATABASE,
    deadlineMs,
    signal,
    onProgress,
    onNotice: listener,
    ...rest
  } = options
  const onNotice = guarded(listener)
  // Here already, so that what is wrong with it is said before anything is started for it.
  const schema = checkSchema(options as CollectionSchema<never>)
  signal?.throwIfAborted()
  const { durability = 'power', ...stored } = rest
  const call = { ...(signal && { signal }), ...(onProgress && { onProgress }) }
  if (durability === 'memory') return await (await enginePart.load()).openMemory<P>(name, schema, call)
  const kept = { ...stored, durability }
  if (worker === false) {
    const { openHere } = await enginePart.load()
    const options = { ...kept, ...call, onNotice } as Parameters<typeof openHere>[2]
    return await openHere<P>(database, name, options, deadlineMs === undefined ? {} : { deadlineMs })
  }
  const start = typeof worker === 'function' ? worker : startWorker
  const { openInWorker } = await clientPart.load()
  return await openInWorker<P>(database, start, name, kept as never, deadlineMs, onNotice, call)
}

export type OpenMemoryCollectionOptions<P extends object = Payload> = CollectionSchema<P> & LongCallOptions

/** A collection that lives in this realm's memory: the same verbs and answers, nothing stored, gone when closed. */
export async function openMemoryCollection<P extends object = Payload>(
  name: string,
  options: OpenMemoryCollectionOptions<P>,
): Promise<Collection<P>> {
  checkName(name)
  checkKeys(options, [...SCHEMA_KEYS, ...CALL_KEYS, ...STORAGE_KEYS], 'set of options of openMemoryCollection')
  const schema = checkSchema(options as CollectionSchema<never>)
  return await (await enginePart.load()).openMemory<P>(name, schema, options)
}

/** What goes wrong in the app's own listener is the app's, and nothing of the collection's. */
function guarded(listener: StorageOptions['onNotice']): (notice: Notice) => void {
  return (notice) => {
    try {
      listener?.(notice)
    } catch (error) {
      reportError(error)
    }
  }
}

function checkStorageOptions(options: unknown): void {
  checkKeys(options, [...SCHEMA_KEYS, ...STORAGE_KEYS, ...CALL_KEYS], 'set of options of openCollection')
  const { durability, onNotice, worker, database, goOn, deadlineMs, checkpointAfter, signal, onProgress } = options as Record<
    string,
    unknown
  >
  checkOptions({ signal, onProgress }, CALL_KEYS, 'openCollection')
  const check = (isRight: boolean, what: string, expected: string, value: unknown) => {
    if (isRight || value === undefined) return
    throw new InvalidArgumentError(`No such ${what}.`, {
      expected,
      received: typeof value === 'string' || typeof value === 'number' ? JSON.stringify(value) : classOf(value),
    })
  }
  check(DURABILITIES.includes(durability as string), 'durability', DURABILITIES.join(', '), durability)
  check(typeof onNotice === 'function', 'onNotice', 'a function', onNotice)
  check(typeof worker === 'boolean' || typeof worker === 'function', 'worker', 'true, false or a function', worker)
  check(typeof goOn === 'boolean', 'goOn', 'true or false', goOn)
  check(typeof deadlineMs === 'number' && deadlineMs > 0, 'deadlineMs', 'a number of milliseconds > 0', deadlineMs)
  if (database !== undefined) checkName(database, 'database')
  if (checkpointAfter === undefined) return
  checkKeys(checkpointAfter, ['entries', 'bytes'], 'checkpointAfter')
  for (const [name, limit] of Object.entries(checkpointAfter as CheckpointAfter)) {
    check(typeof limit === 'number' && limit > 0, `checkpointAfter.${name}`, 'a number > 0', limit)
  }
}

const script: WorkerScript = {
  start: () => new Worker(new URL('./voisin-store-worker.js', import.meta.url), { type: 'module' }),
  load: () => import('./worker-text.ts'),
}

const startWorker = () => startScript(script)
