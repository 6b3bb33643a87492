import { StorageError, StorageFullError } from '@voisin/spec'
import type { Key, KeyRange, StoreName } from '../persistence/schema.ts'
import type { CommitStrength, Storage, Transaction } from '../persistence/storage.ts'

/**
 * How the chosen call goes wrong: a request fails; the commit fails, as on a full disk; or the commit succeeds and the word of it is
 * lost, as when the database's process dies.
 */
export type Fault = 'request' | 'commit' | 'word'

/** A storage whose calls are counted, and one of which fails. Commits count as calls. */
export class FaultyStorage implements Storage {
  readonly name: string
  calls = 0
  hasFailed = false
  readonly #storage: Storage
  readonly #failAt: number
  readonly #fault: Fault

  /** `failAt`: which call fails, from 1; 0 for none. */
  constructor(storage: Storage, failAt: number, fault: Fault) {
    this.name = storage.name
    this.#storage = storage
    this.#failAt = failAt
    this.#fault = fault
  }

  read<T>(stores: readonly StoreName[], work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.#storage.read(stores, (transaction) => work(this.#watched(transaction)))
  }

  async write<T>(
    stores: readonly StoreName[],
    strength: CommitStrength,
    work: (transaction: Transaction) => Promise<T>,
  ): Promise<T> {
    const result = await this.#storage.write(stores, strength, async (transaction) => {
      const done = await work(this.#watched(transaction))
      if (this.#fault === 'commit' && this.#isTurn()) throw new StorageFullError('The disk is full.')
      return done
    })
    if (this.#fault === 'word' && this.#isTurn()) throw new StorageError('The connection was lost.')
    return result
  }

  close(): void {
    this.#storage.close()
  }

  #isTurn(): boolean {
    this.calls++
    if (this.calls !== this.#failAt) return false
    this.hasFailed = true
    return true
  }

  #watched(transaction: Transaction): Transaction {
    const watch = <T>(request: () => Promise<T>): Promise<T> => {
      if (this.#fault === 'request' && this.#isTurn())
        return Promise.reject(new StorageError('A request failed.', { dataState: 'intact' }))
      return request()
    }
    return {
      get: (store: StoreName, key: Key) => watch(() => transaction.get(store, key)),
      getAll: (store: StoreName, range?: KeyRange) => watch(() => transaction.getAll(store, range)),
      items: (store: StoreName, range: KeyRange) => watch(() => transaction.items(store, range)),
      lastItem: (store: StoreName, range: KeyRange) => watch(() => transaction.lastItem(store, range)),
      add: (store: StoreName, key: Key, record: Uint8Array) => watch(() => transaction.add(store, key, record)),
      put: (store: StoreName, key: Key, record: Uint8Array) => watch(() => transaction.put(store, key, record)),
      delete: (store: StoreName, key: Key) => watch(() => transaction.delete(store, key)),
      deleteRange: (store: StoreName, range: KeyRange) => watch(() => transaction.deleteRange(store, range)),
    }
  }
}
