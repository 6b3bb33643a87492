import { StorageError } from '@voisin/spec'
import type { Key, Storage, StoreName } from './storage.ts'
import type { Clock } from './world.ts'

/** A read that fails is tried so often in all, from the second on over a new connection. */
const READ_ATTEMPTS = 3

/** Stands for a record whose every read failed: nobody knows yet whether it is damaged. */
export const UNREADABLE: unique symbol = Symbol('unreadable')

/** What `read` gives, or UNREADABLE where it failed as often as is patient: a failed read is not damage. */
export async function patiently<T>(storage: Storage, clock: Clock, read: () => Promise<T>): Promise<T | typeof UNREADABLE> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await read()
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      if (attempt === READ_ATTEMPTS) return UNREADABLE
      storage.reconnect()
      await clock.yield()
    }
  }
}

/**
 * Records of a store by key, in their order. One that cannot be read fails the whole transaction in some browsers: then each is read
 * alone, and patiently.
 */
export async function readRecords(storage: Storage, clock: Clock, store: StoreName, keys: readonly Key[]): Promise<unknown[]> {
  const read = (part: readonly Key[]) =>
    storage.read([store], (transaction) => Promise.all(part.map((key) => transaction.get(store, key))))
  try {
    return await read(keys)
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
  }
  const records: unknown[] = []
  for (const key of keys) records.push(await patiently(storage, clock, async () => (await read([key]))[0]))
  return records
}
