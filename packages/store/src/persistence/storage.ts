import type { Key, KeyRange, StoreName } from './schema.ts'

/** What can be asked inside a transaction. Await nothing else there: IndexedDB ends a transaction that has nothing to do. */
export interface Transaction {
  get(store: StoreName, key: Key): Promise<unknown>
  /** In order of key. */
  getAll(store: StoreName, range?: KeyRange): Promise<unknown[]>
  /** Item parts of the keys, in order. */
  items(store: StoreName, range: KeyRange): Promise<number[]>
  /** Item part of the last key, or undefined where the collection has none. */
  lastItem(store: StoreName, range: KeyRange): Promise<number | undefined>
  /** Fails where the key exists. */
  add(store: StoreName, key: Key, record: Uint8Array): Promise<void>
  put(store: StoreName, key: Key, record: Uint8Array): Promise<void>
  delete(store: StoreName, key: Key): Promise<void>
  deleteRange(store: StoreName, range: KeyRange): Promise<void>
}

/** How hard a commit is pushed to the disk before it counts. */
export type CommitStrength = 'strict' | 'relaxed'

/**
 * All that voisin asks of a database. One interface, so that tests can stand between: a storage whose Nth call fails shows what
 * a full disk or a lost connection does at every step.
 */
export interface Storage {
  readonly name: string
  /** Runs `work` on one state of the stores. */
  read<T>(stores: readonly StoreName[], work: (transaction: Transaction) => Promise<T>): Promise<T>
  /** Runs `work` and commits it whole; where it throws, nothing of it stays. Writers of all tabs take turns. */
  write<T>(stores: readonly StoreName[], strength: CommitStrength, work: (transaction: Transaction) => Promise<T>): Promise<T>
  close(): void
}
