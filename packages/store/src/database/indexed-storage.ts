import { AbortedError, ClosedError, DeadlineError, type VoisinError } from '@voisin/spec'
import { type IDBPDatabase, type IDBPTransaction, openDB } from 'idb'
import {
  type CommitStrength,
  type Key,
  type KeyRange,
  OLD_STORES,
  STORES,
  type Storage,
  type StoreName,
  type Transaction,
  type TransactionOptions,
} from './storage.ts'
import { databaseDeleted, storageDenied, storageError } from './storage-errors.ts'
import type { StorageEvents } from './world.ts'

/**
 * What is asked of the browser. Never `relaxed`: Firefox then syncs nothing at all, not even when it moves its log into the database file, until a
 * later transaction asks otherwise; a power cut after that leaves nothing, of what was committed strictly either. What pages get that do not ask
 * keeps the order of commits in every browser, and is not synced at each.
 */
const DURABILITIES: Readonly<Record<CommitStrength, IDBTransactionDurability>> = { strict: 'strict', relaxed: 'default' }

/** Version of the object stores, not of the records in them (that is FORMAT_VERSION of @voisin/bytes). */
const DATABASE_VERSION = 2
/** How long opening may wait for other tabs, and a transaction for its end, in milliseconds. */
const OPEN_DEADLINE_MS = 15_000
const TRANSACTION_DEADLINE_MS = 60_000
/** Opening is tried so often, after a pause each time: while a browser clears or restores a database it refuses. */
const OPEN_ATTEMPTS = 4
const OPEN_PAUSE_MS = 50
/** How long a transaction that could not be stopped any more may take to say how it ended. */
const LAST_WORD_MS = 2_000

/** Opens the IndexedDB database of this name, created on first use. */
export async function openIndexedStorage(
  name: string,
  events: StorageEvents = {},
  deadlineMs: number = OPEN_DEADLINE_MS,
): Promise<Storage> {
  const storage = new IndexedStorage(name, events, Math.min(deadlineMs, OPEN_DEADLINE_MS))
  await storage.connect()
  return storage
}

class IndexedStorage implements Storage {
  readonly name: string
  hasOldStores = false
  readonly #events: StorageEvents
  readonly #openDeadlineMs: number
  #connection: Promise<IDBPDatabase> | undefined
  /** What every call after the end is answered with. */
  #ended: VoisinError | undefined

  constructor(name: string, events: StorageEvents, openDeadlineMs: number) {
    this.name = name
    this.#events = events
    this.#openDeadlineMs = openDeadlineMs
  }

  /** One connection at a time, shared by all who wait for it; a failure is forgotten, so that the next call tries again. */
  connect(): Promise<IDBPDatabase> {
    if (this.#ended) return Promise.reject(this.#ended)
    if (this.#connection !== undefined) return this.#connection
    const connection = this.#openPatiently()
    this.#connection = connection
    connection.catch(() => {
      if (this.#connection === connection) this.#connection = undefined
    })
    return connection
  }

  async #openPatiently(): Promise<IDBPDatabase> {
    const endBy = performance.now() + this.#openDeadlineMs
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#open(endBy - performance.now())
      } catch (cause) {
        const error = storageError(cause, 'open')
        const mayPass = error.code === 'storage-failed' && error.retryable && performance.now() < endBy
        if (!mayPass || attempt === OPEN_ATTEMPTS) throw error
        await new Promise((resolve) => setTimeout(resolve, OPEN_PAUSE_MS * attempt))
        if (this.#ended !== undefined) throw this.#ended
      }
    }
  }

  read<T>(
    stores: readonly StoreName[],
    work: (transaction: Transaction) => Promise<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    return this.#run(stores, 'readonly', 'relaxed', work, options)
  }

  write<T>(
    stores: readonly StoreName[],
    strength: CommitStrength,
    work: (transaction: Transaction) => Promise<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    return this.#run(stores, 'readwrite', strength, work, options)
  }

  reconnect(): void {
    this.#drop()
  }

  close(): void {
    this.#end(new ClosedError(`The database "${this.name}" was closed.`, { remedy: 'Open it again.' }))
  }

  #end(error: VoisinError): void {
    this.#ended ??= error
    this.#drop()
  }

  #drop(): void {
    const connection = this.#connection
    this.#connection = undefined
    connection?.then(
      (database) => database.close(),
      () => {},
    )
  }

  async #open(deadlineMs: number): Promise<IDBPDatabase> {
    if (globalThis.indexedDB == null) throw storageDenied()
    const opening = openDB(this.name, DATABASE_VERSION, {
      upgrade: (database, oldVersion, _newVersion, transaction, event) => {
        if ((event as { readonly dataLoss?: string }).dataLoss === 'total') this.#events.onWiped?.()
        // What version 0 wrote steps aside; it is written anew when its collections are opened.
        if (oldVersion === 1) {
          for (const [name, aside] of Object.entries(OLD_STORES)) transaction.objectStore(name).name = aside
        }
        for (const store of STORES) if (!database.objectStoreNames.contains(store)) database.createObjectStore(store)
      },
      blocking: (_current, next) => {
        const isDeleted = next === null
        this.#end(
          isDeleted
            ? databaseDeleted(this.name)
            : new ClosedError(`Another tab opened a newer version of the database "${this.name}".`, {
                remedy: 'Reload the page to get the newer version.',
              }),
        )
        this.#events.onReplaced?.(isDeleted ? 'deleted' : 'newer-version')
      },
      terminated: () => {
        this.#connection = undefined
        this.#events.onTerminated?.()
      },
    })
    // An opening that another tab blocks has no end of its own.
    const database = await endingBy(opening, deadlineMs, () => {
      opening.then(
        (late) => late.close(),
        () => {},
      )
      return tooLate(`open the database "${this.name}"`, this.#openDeadlineMs, 'intact')
    })
    if (this.#ended) {
      database.close()
      throw this.#ended
    }
    this.hasOldStores = database.objectStoreNames.contains(OLD_STORES.collections)
    return database
  }

  async #run<T>(
    stores: readonly StoreName[],
    mode: 'readonly' | 'readwrite',
    durability: CommitStrength,
    work: (transaction: Transaction) => Promise<T>,
    { signal, endBy = performance.now() + TRANSACTION_DEADLINE_MS }: TransactionOptions,
  ): Promise<T> {
    signal?.throwIfAborted()
    const transaction = await this.#begin(stores, mode, durability)
    const running = new RunningTransaction(transaction, work)
    const stop = () => running.stop(signal?.reason)
    if (signal?.aborted) stop()
    else signal?.addEventListener('abort', stop, { once: true })
    const msLeft = Math.max(0, endBy - performance.now())
    try {
      return await endingBy(running.result, msLeft, () => {
        const late = tooLate(`use the database "${this.name}"`, msLeft, 'intact')
        // What can still be stopped leaves nothing; of what cannot, only the database knows, and it does not answer.
        return running.stop(late) ? late : tooLate(`use the database "${this.name}"`, msLeft, 'unknown')
      })
    } catch (cause) {
      if (this.#ended?.code === 'not-found') throw this.#ended
      throw cause
    } finally {
      signal?.removeEventListener('abort', stop)
    }
  }

  async #begin(stores: readonly StoreName[], mode: 'readonly' | 'readwrite', durability: CommitStrength) {
    for (let attempt = 0; ; attempt++) {
      const database = await this.connect()
      try {
        return database.transaction([...stores], mode, { durability: DURABILITIES[durability] })
      } catch (cause) {
        if (this.#ended) throw this.#ended
        // The connection went away between two calls: a second one is opened, once.
        const isGone = cause instanceof DOMException && cause.name === 'InvalidStateError'
        if (!isGone || attempt > 0) throw storageError(cause, 'request')
        this.#connection = undefined
      }
    }
  }
}

type AnyTransaction = IDBPTransaction<unknown, string[], 'readonly' | 'readwrite'>

/** A transaction from its begin to its end, which may be asked to stop. */
class RunningTransaction<T> {
  readonly result: Promise<T>
  readonly #transaction: AnyTransaction
  #rejectWithoutWord: (error: AbortedError) => void = () => {}
  #stop: { readonly reason: unknown; readonly wasInTime: boolean } | undefined

  constructor(transaction: AnyTransaction, work: (transaction: Transaction) => Promise<T>) {
    this.#transaction = transaction
    // It is awaited below; until then a rejection must not count as unhandled.
    transaction.done.catch(() => {})
    const noWord = new Promise<never>((_, reject) => {
      this.#rejectWithoutWord = reject
    })
    noWord.catch(() => {})
    this.result = Promise.race([this.#run(work), noWord])
    this.result.catch(() => {})
  }

  /** Returns whether it was in time: nothing of the transaction stays. */
  stop(reason: unknown): boolean {
    if (this.#stop !== undefined) return this.#stop.wasInTime
    const wasInTime = this.#abort()
    this.#stop = { reason, wasInTime }
    if (!wasInTime) setTimeout(() => this.#rejectWithoutWord(givenUpTooLate(reason)), LAST_WORD_MS)
    return wasInTime
  }

  async #run(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const transaction = this.#transaction
    let result: T
    try {
      result = await work(new IndexedTransaction(transaction))
    } catch (cause) {
      // Without this the half-done write would be committed.
      this.#abort()
      const end = await transaction.done.catch((error: unknown) => error)
      if (this.#stop?.wasInTime) throw this.#stop.reason
      // When the transaction itself failed, its requests say no more than AbortError; the reason is in how it ended.
      const isSymptom = cause instanceof DOMException && cause.name === 'AbortError'
      throw storageError(isSymptom ? (transaction.error ?? end) : cause, 'request')
    }
    // What was read was read, however the transaction ends.
    if (transaction.mode === 'readonly' && this.#stop === undefined) return result
    try {
      await transaction.done
    } catch (cause) {
      if (this.#stop?.wasInTime) throw this.#stop.reason
      throw storageError(transaction.error ?? (isBareAbort(cause) ? undefined : cause), 'commit')
    }
    return result
  }

  #abort(): boolean {
    try {
      this.#transaction.abort()
      return true
    } catch {
      // It has ended, or is being committed.
      return false
    }
  }
}

function givenUpTooLate(reason: unknown): AbortedError {
  return new AbortedError('The call was given up while it was being committed.', {
    dataState: 'unknown',
    remedy: 'Look whether the write is there, or make it again: the same points written twice are there once.',
    cause: reason,
  })
}

function isBareAbort(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === 'AbortError'
}

function tooLate(doing: string, ms: number, dataState: 'intact' | 'unknown'): DeadlineError {
  return new DeadlineError(`Waited ${Math.round(ms / 1000)} s to ${doing}: another tab keeps it.`, {
    remedy: 'Close other tabs of this site, or reload them, and try again.',
    dataState,
  })
}

async function endingBy<T>(promise: Promise<T>, ms: number, onDeadline: () => VoisinError): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(onDeadline()), ms)
  })
  try {
    return await Promise.race([promise, deadline])
  } finally {
    clearTimeout(timer)
  }
}

/** Arrays sort behind numbers and strings, so `[…prefix, []]` is behind every key that begins with the prefix. */
function keyRange({ prefix, from, to }: KeyRange): IDBKeyRange | undefined {
  if (prefix.length === 0 && from === undefined && to === undefined) return undefined
  const lower = from === undefined ? [...prefix] : [...prefix, from]
  const upper = to === undefined ? [...prefix, []] : [...prefix, to, []]
  return IDBKeyRange.bound(lower, upper)
}

class IndexedTransaction implements Transaction {
  readonly #transaction: AnyTransaction

  constructor(transaction: AnyTransaction) {
    this.#transaction = transaction
  }

  get(store: StoreName, key: Key): Promise<unknown> {
    return this.#transaction.objectStore(store).get(key as IDBValidKey)
  }

  getAll(store: StoreName, range: KeyRange): Promise<unknown[]> {
    return this.#transaction.objectStore(store).getAll(keyRange(range))
  }

  keys(store: StoreName, range: KeyRange): Promise<Key[]> {
    return this.#transaction.objectStore(store).getAllKeys(keyRange(range)) as Promise<Key[]>
  }

  async lastKey(store: StoreName, range: KeyRange): Promise<Key | undefined> {
    const cursor = await this.#transaction.objectStore(store).openKeyCursor(keyRange(range), 'prev')
    return cursor?.key as Key | undefined
  }

  async add(store: StoreName, key: Key, record: Uint8Array): Promise<void> {
    await this.#transaction.objectStore(store).add!(record, key as IDBValidKey)
  }

  async put(store: StoreName, key: Key, record: Uint8Array): Promise<void> {
    await this.#transaction.objectStore(store).put!(record, key as IDBValidKey)
  }

  async delete(store: StoreName, key: Key): Promise<void> {
    await this.#transaction.objectStore(store).delete!(key as IDBValidKey)
  }

  async deleteRange(store: StoreName, range: KeyRange): Promise<void> {
    await this.#transaction.objectStore(store).delete!(keyRange(range)!)
  }
}
