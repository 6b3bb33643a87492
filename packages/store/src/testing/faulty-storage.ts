import { StorageError, StorageFullError } from '@voisin/spec'
import type { CommitStrength, Storage, StoreName, Transaction, TransactionOptions } from '../database/storage.ts'

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

  get hasOldStores(): boolean {
    return this.#storage.hasOldStores
  }

  read<T>(
    stores: readonly StoreName[],
    work: (transaction: Transaction) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T> {
    return this.#storage.read(stores, (transaction) => work(this.#watched(transaction)), options)
  }

  async write<T>(
    stores: readonly StoreName[],
    strength: CommitStrength,
    work: (transaction: Transaction) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T> {
    const watched = async (transaction: Transaction) => {
      const done = await work(this.#watched(transaction))
      if (this.#fault === 'commit' && this.#isTurn()) throw new StorageFullError('The disk is full.')
      return done
    }
    const result = await this.#storage.write(stores, strength, watched, options)
    if (this.#fault === 'word' && this.#isTurn()) throw new StorageError('The connection was lost.')
    return result
  }

  reconnect(): void {
    this.#storage.reconnect()
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
    return new Proxy(transaction, {
      get:
        (target, name: keyof Transaction) =>
        (...parameters: unknown[]) => {
          if (this.#fault === 'request' && this.#isTurn()) {
            return Promise.reject(new StorageError('A request failed.', { dataState: 'intact' }))
          }
          return (target[name] as (...parameters: unknown[]) => Promise<unknown>).apply(target, parameters)
        },
    })
  }
}
