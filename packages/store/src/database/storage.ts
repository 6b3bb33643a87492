/** Fixed for every collection there will ever be: a new collection needs no upgrade, so no tab is ever asked to close for one. */
export const STORES = ['catalog', 'entries', 'blocks', 'manifests', 'parts', 'meta'] as const

/** What a database of version 0 kept, under the names it is given when it is upgraded. They are there only then. */
export const OLD_STORES = {
  collections: 'v0-collections',
  log: 'v0-log',
  blocks: 'v0-blocks',
  manifests: 'v0-manifests',
} as const

export type OldStoreName = (typeof OLD_STORES)[keyof typeof OLD_STORES]
export type StoreName = (typeof STORES)[number] | OldStoreName

/** Out-of-line keys; see docs/format.md for what stands in each. Those of version 0's collections are one string. */
export type Key = string | readonly (string | number)[]

/** The keys that begin with `prefix`; of the element after it those from `from` to `to`, both included. */
export interface KeyRange {
  readonly prefix: readonly (string | number)[]
  readonly from?: number
  readonly to?: number
}

/** What can be asked inside a transaction. Await nothing else there: IndexedDB ends a transaction that has nothing to do. */
export interface Transaction {
  get(store: StoreName, key: Key): Promise<unknown>
  /** In order of key. */
  getAll(store: StoreName, range: KeyRange): Promise<unknown[]>
  /** In order. */
  keys(store: StoreName, range: KeyRange): Promise<Key[]>
  /** The last key, or undefined where there is none. */
  lastKey(store: StoreName, range: KeyRange): Promise<Key | undefined>
  /** Fails where the key exists. */
  add(store: StoreName, key: Key, record: Uint8Array): Promise<void>
  put(store: StoreName, key: Key, record: Uint8Array): Promise<void>
  delete(store: StoreName, key: Key): Promise<void>
  deleteRange(store: StoreName, range: KeyRange): Promise<void>
}

/** How hard a commit is pushed to the disk before it counts: a relaxed one is handed to the operating system, and synced with the next strict one. */
export type CommitStrength = 'strict' | 'relaxed'

export interface TransactionOptions {
  /** Ends a transaction that is not committed yet: it rejects with the signal's reason, and nothing of it stays. */
  readonly signal?: AbortSignal | undefined
  /** By when it has to have ended, in milliseconds of the clock that the storage goes by. @default 60 s from now */
  readonly endBy?: number | undefined
  /** A few records that are new, some KiB in all, and nothing else: a browser's database takes it in one piece. @default false */
  readonly isSmallAdd?: boolean
}

/**
 * All that a database asks of IndexedDB. One interface, so that tests can stand between: a storage whose Nth call fails shows what a
 * full disk or a lost connection does at every step, and one in memory runs ten thousand lives in a minute.
 */
export interface Storage {
  /** The database's name. */
  readonly name: string
  /** Whether it holds what version 0 wrote. */
  readonly hasOldStores: boolean
  /** Runs `work` on one state of the stores. */
  read<T>(stores: readonly StoreName[], work: (transaction: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>
  /**
   * Runs `work` and commits it whole; where it throws, nothing of it stays. It may be run again before this ends. Writers of all tabs
   * take turns, in the order they came.
   *
   * @throws {StorageFullError} Nothing of it was kept.
   * @throws {DeadlineError} `dataState` says whether it may have been committed.
   */
  write<T>(
    stores: readonly StoreName[],
    strength: CommitStrength,
    work: (transaction: Transaction) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T>
  /** Nothing is written for now: what says that something may be is taken away. */
  rest?(): Promise<void>
  /** The disk is full: makes the browser give back what it keeps of what was deleted long ago, where it has to be made to. */
  stir?(options?: TransactionOptions): Promise<void>
  /** Drops the connection; the next call opens another. A read that failed may succeed over it. */
  reconnect(): void
  close(): void
}
