import { StorageError } from '@voisin/spec'
import type { Key, KeyRange, StoreName, Transaction } from '../../database/storage.ts'

/** What requests do when their turn has come. */
export interface RequestTarget {
  /** Queues a request; `run` is its answer, or throws why it fails. */
  ask<R>(what: string, run: () => R): Promise<R>
  within(store: StoreName, range: KeyRange): Key[]
  has(store: StoreName, key: Key): boolean
  read(store: StoreName, key: Key): Uint8Array | undefined
  write(store: StoreName, key: Key, bytes: Uint8Array | undefined): void
}

/** A transaction as the code inside it sees it. Bytes are copied when the request is made, as structured cloning does. */
export function requestsOn(target: RequestTarget): Transaction {
  return {
    get: (store, key) => target.ask('get', () => target.read(store, key)),
    getAll: (store, range) => target.ask('getAll', () => target.within(store, range).map((key) => target.read(store, key))),
    keys: (store, range) => target.ask('keys', () => target.within(store, range)),
    lastKey: (store, range) => target.ask('lastKey', () => target.within(store, range).at(-1)),
    add: (store, key, record) => {
      const bytes = record.slice()
      return target.ask('add', () => {
        if (target.has(store, key)) throw failedRequest(`ConstraintError: ${store} ${JSON.stringify(key)} is there`)
        target.write(store, key, bytes)
      })
    },
    put: (store, key, record) => {
      const bytes = record.slice()
      return target.ask('put', () => target.write(store, key, bytes))
    },
    delete: (store, key) => target.ask('delete', () => target.write(store, key, undefined)),
    deleteRange: (store, range) =>
      target.ask('deleteRange', () => {
        for (const key of target.within(store, range)) target.write(store, key, undefined)
      }),
  }
}

export function failedRequest(what: string): StorageError {
  return new StorageError(`IndexedDB failed: ${what}.`, { dataState: 'intact', retryable: true })
}
