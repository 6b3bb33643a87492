import { ClosedError, DeadlineError } from '@voisin/spec'
import { type IDBPDatabase, type IDBPTransaction, openDB } from 'idb'
import { storageError } from './database-errors.ts'
import { DATABASE_VERSION, type Key, type KeyRange, STORES, type StoreName } from './schema.ts'
import type { CommitStrength, Storage, Transaction } from './storage.ts'

/** How long opening may wait for other tabs, and a transaction for its turn, in milliseconds. */
const OPEN_DEADLINE_MS = 15_000
const TRANSACTION_DEADLINE_MS = 60_000

export interface DatabaseEvents {
  /** A newer version in another tab, or a deletion, asked for the database: it is closed and will not be opened again. */
  onReplaced?(): void
  /** The browser closed the connection (storage cleared or evicted, or its process died). The next call opens it again. */
  onTerminated?(): void
  /** The browser had found the database damaged and made it anew, empty. Chromium alone says so. */
  onWiped?(): void
}

// The door for a database that can be neither opened nor deleted: a new generation leaves it behind under its old name.
function storedName(name: string, generation = 0): string {
  return generation === 0 ? name : `${name}@${generation}`
}

/** Opens the IndexedDB database of this name, created on first use. */
export async function openDatabase(name: string, events: DatabaseEvents = {}): Promise<Storage> {
  const database = new IndexedDatabase(name, events)
  await database.connect()
  return database
}

class IndexedDatabase implements Storage {
  readonly name: string
  readonly #events: DatabaseEvents
  #connection: Promise<IDBPDatabase> | undefined
  #isClosed = false

  constructor(name: string, events: DatabaseEvents) {
    this.name = name
    this.#events = events
  }

  /** One connection at a time, shared by all who wait for it; a failure is forgotten, so that the next call tries again. */
  connect(): Promise<IDBPDatabase> {
    if (this.#isClosed) return Promise.reject(new ClosedError(`The database "${this.name}" was closed.`))
    this.#connection ??= this.#open().catch((cause) => {
      this.#connection = undefined
      throw storageError(cause, 'open')
    })
    return this.#connection
  }

  async #open(): Promise<IDBPDatabase> {
    const opening = openDB(storedName(this.name), DATABASE_VERSION, {
      upgrade: (database, _oldVersion, _newVersion, _transaction, event) => {
        if ((event as { readonly dataLoss?: string }).dataLoss === 'total') this.#events.onWiped?.()
        for (const store of STORES) if (!database.objectStoreNames.contains(store)) database.createObjectStore(store)
      },
      blocking: () => {
        this.close()
        this.#events.onReplaced?.()
      },
      terminated: () => {
        this.#connection = undefined
        this.#events.onTerminated?.()
      },
    })
    // An opening that another tab blocks has no end of its own.
    const database = await withDeadline(opening, OPEN_DEADLINE_MS, `open the database "${this.name}"`, () => {
      opening.then(
        (late) => late.close(),
        () => {},
      )
    })
    if (this.#isClosed) {
      database.close()
      throw new ClosedError(`The database "${this.name}" was closed while it was opened.`)
    }
    return database
  }

  read<T>(stores: readonly StoreName[], work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.#run(stores, 'readonly', 'relaxed', work)
  }

  write<T>(stores: readonly StoreName[], strength: CommitStrength, work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.#run(stores, 'readwrite', strength, work)
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#connection?.then(
      (database) => database.close(),
      () => {},
    )
  }

  async #run<T>(
    stores: readonly StoreName[],
    mode: 'readonly' | 'readwrite',
    durability: CommitStrength,
    work: (transaction: Transaction) => Promise<T>,
  ): Promise<T> {
    const transaction = await this.#begin(stores, mode, durability)
    const done = transaction.done
    // It is awaited below; until then a rejection must not count as unhandled.
    done.catch(() => {})
    const abort = () => {
      try {
        transaction.abort()
      } catch {
        // It has ended already.
      }
    }
    const settled = (async () => {
      let result: T
      try {
        result = await work(new IndexedTransaction(transaction))
      } catch (cause) {
        // Without this the half-done write would be committed.
        abort()
        const end = await done.catch((error: unknown) => error)
        // When the transaction itself failed, its requests say no more than AbortError; the reason is in how it ended.
        const isSymptom = cause instanceof DOMException && cause.name === 'AbortError'
        throw storageError(isSymptom ? (transaction.error ?? end) : cause, 'request')
      }
      try {
        await done
      } catch (cause) {
        throw storageError(transaction.error ?? (isBareAbort(cause) ? undefined : cause), 'commit')
      }
      return result
    })()
    return await withDeadline(settled, TRANSACTION_DEADLINE_MS, `use the database "${this.name}"`, abort)
  }

  async #begin(stores: readonly StoreName[], mode: 'readonly' | 'readwrite', durability: CommitStrength) {
    for (let attempt = 0; ; attempt++) {
      const database = await this.connect()
      try {
        return database.transaction([...stores], mode, { durability })
      } catch (cause) {
        // The connection went away between two calls: a second one is opened, once.
        const isGone = cause instanceof DOMException && cause.name === 'InvalidStateError'
        if (!isGone || attempt > 0) throw storageError(cause, 'request')
        this.#connection = undefined
      }
    }
  }
}

function isBareAbort(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === 'AbortError'
}

async function withDeadline<T>(promise: Promise<T>, ms: number, doing: string, onDeadline: () => void): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      onDeadline()
      reject(
        new DeadlineError(`Waited ${ms / 1000} s to ${doing}: another tab keeps it.`, {
          remedy: 'Close other tabs of this site, or reload them, and try again.',
          dataState: 'unknown',
        }),
      )
    }, ms)
  })
  try {
    return await Promise.race([promise, deadline])
  } finally {
    clearTimeout(timer)
  }
}

function keyRange({ collection, from = 0, to = Number.POSITIVE_INFINITY }: KeyRange): IDBKeyRange {
  return IDBKeyRange.bound([collection, from], [collection, to])
}

type AnyTransaction = IDBPTransaction<unknown, string[], 'readonly' | 'readwrite'>

class IndexedTransaction implements Transaction {
  readonly #transaction: AnyTransaction

  constructor(transaction: AnyTransaction) {
    this.#transaction = transaction
  }

  get(store: StoreName, key: Key): Promise<unknown> {
    return this.#transaction.objectStore(store).get(key as IDBValidKey)
  }

  getAll(store: StoreName, range?: KeyRange): Promise<unknown[]> {
    return this.#transaction.objectStore(store).getAll(range && keyRange(range))
  }

  async items(store: StoreName, range: KeyRange): Promise<number[]> {
    const keys = await this.#transaction.objectStore(store).getAllKeys(keyRange(range))
    return keys.map((key) => (key as [number, number])[1])
  }

  async lastItem(store: StoreName, range: KeyRange): Promise<number | undefined> {
    const cursor = await this.#transaction.objectStore(store).openKeyCursor(keyRange(range), 'prev')
    return cursor === null ? undefined : (cursor.key as [number, number])[1]
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
    await this.#transaction.objectStore(store).delete!(keyRange(range))
  }
}
