import { onTestFinished, vi } from 'vitest'
import type { RecordKey, StoreName } from './stored-records.ts'

/** One record that was given to IndexedDB in this realm. */
export interface Written {
  readonly store: StoreName
  readonly key: RecordKey
  readonly bytes: number
  readonly isStrict: boolean
  /** Set when the transaction is complete. */
  isCommitted: boolean
}

export interface StorageLedger {
  /** In the order they were written. */
  readonly written: readonly Written[]
  /** How many records had been written when each strict transaction that changed something was complete. */
  readonly strictCommits: readonly number[]
  /** Bytes given to IndexedDB so far, whether they were committed or not. */
  readonly bytes: number
  /** Forgets what was written so far. */
  clear(): void
}

/** Notes every record that this realm stores in a database from now on, whoever does it: open collections with `worker: false`. */
export function watchWrites(database: string): StorageLedger {
  const written: Written[] = []
  const strictCommits: number[] = []
  const changing = new WeakSet<IDBTransaction>()
  const noteChange = (transaction: IDBTransaction) => {
    if (transaction.durability !== 'strict' || changing.has(transaction)) return
    changing.add(transaction)
    transaction.addEventListener('complete', () => strictCommits.push(written.length))
  }
  for (const verb of ['add', 'put'] as const) {
    const original = IDBObjectStore.prototype[verb]
    const spy = vi.spyOn(IDBObjectStore.prototype, verb).mockImplementation(function (this: IDBObjectStore, value, key) {
      const { transaction, name } = this
      const request = original.call(this, value, key)
      if (transaction.db.name !== database) return request
      const bytes = ArrayBuffer.isView(value) ? value.byteLength : 0
      const isStrict = transaction.durability === 'strict'
      const record: Written = { store: name as StoreName, key: key as never, bytes, isStrict, isCommitted: false }
      transaction.addEventListener('complete', () => {
        record.isCommitted = true
      })
      written.push(record)
      noteChange(transaction)
      return request
    })
    onTestFinished(() => spy.mockRestore())
  }
  const original = IDBObjectStore.prototype.delete
  const deleting = vi.spyOn(IDBObjectStore.prototype, 'delete').mockImplementation(function (this: IDBObjectStore, query) {
    if (this.transaction.db.name === database) noteChange(this.transaction)
    return original.call(this, query)
  })
  onTestFinished(() => deleting.mockRestore())
  return {
    written,
    strictCommits,
    get bytes() {
      return written.reduce((sum, { bytes }) => sum + bytes, 0)
    },
    clear() {
      written.length = 0
      strictCommits.length = 0
    },
  }
}
