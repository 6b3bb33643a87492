import { onTestFinished, vi } from 'vitest'
import type { RecordKey, StoreName } from './stored-records.ts'

export interface FailingReads {
  /** How many reads have failed so far. */
  readonly count: number
  /** The disk is healthy again. */
  heal(): void
}

export interface FailingReadsOptions {
  readonly database: string
  /** Which records cannot be read. */
  readonly which: (store: StoreName, key: RecordKey) => boolean
  /** How many reads fail before all succeed. @default Infinity */
  readonly times?: number
}

/**
 * Makes reads of some records fail in this realm as they do in Chromium where a file cannot be read: the request ends in an UnknownError
 * and takes its transaction, and what else was asked in it, with it. Keys can still be listed.
 */
export function failReads({ database, which, times = Number.POSITIVE_INFINITY }: FailingReadsOptions): FailingReads {
  let count = 0
  let isHealthy = false
  const { get, getAll, getAllKeys, getKey } = IDBObjectStore.prototype
  const isBad = (objects: IDBObjectStore, key: IDBValidKey) =>
    objects.transaction.db.name === database && which(objects.name as StoreName, key as never)

  const spies = [
    vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(function (this: IDBObjectStore, query) {
      if (isHealthy || query instanceof IDBKeyRange || !isBad(this, query)) return get.call(this, query)
      // Asking for the key keeps the transaction alive until the failure is told, and is no reading of the record.
      return standIn(getKey.call(this, query), this, (_, end) => {
        if (isHealthy || count >= times) return end.by(get.call(this, query))
        count++
        end.failing()
      })
    }),
    vi.spyOn(IDBObjectStore.prototype, 'getAll').mockImplementation(function (this: IDBObjectStore, query, most) {
      if (isHealthy || this.transaction.db.name !== database) return getAll.call(this, query, most)
      return standIn(getAllKeys.call(this, query, most), this, (keys, end) => {
        if (isHealthy || count >= times || !keys.some((key) => isBad(this, key))) return end.by(getAll.call(this, query, most))
        count++
        end.failing()
      }) as IDBRequest<unknown[]>
    }),
  ]
  onTestFinished(() => {
    for (const spy of spies) spy.mockRestore()
  })
  return {
    get count() {
      return count
    },
    heal() {
      isHealthy = true
    },
  }
}

interface End {
  /** As this other request ends. */
  by(request: IDBRequest): void
  failing(): void
}

/** A request that first waits for another one, `before`, and then ends as `decide` says. Passes for an IDBRequest wherever one is expected. */
function standIn<T>(before: IDBRequest<T>, objects: IDBObjectStore, decide: (result: T, end: End) => void): IDBRequest {
  const target = new EventTarget()
  const state = { result: undefined as unknown, error: null as DOMException | null, readyState: 'pending' }
  const request = Object.assign(target, { onsuccess: null, onerror: null, source: objects, transaction: objects.transaction })
  for (const name of ['result', 'error', 'readyState'] as const) Object.defineProperty(request, name, { get: () => state[name] })
  // Still an EventTarget inside; outside it answers to instanceof.
  Object.setPrototypeOf(request, IDBRequest.prototype)
  const tell = (type: 'success' | 'error') => {
    state.readyState = 'done'
    const event = new Event(type, { cancelable: type === 'error' })
    const listener = (request as { onsuccess: unknown; onerror: unknown })[`on${type}`]
    if (typeof listener === 'function') listener.call(request, event)
    target.dispatchEvent(event)
    if (type === 'error' && !event.defaultPrevented) {
      try {
        objects.transaction.abort()
      } catch {
        // It was ended by whoever heard of the failure.
      }
    }
  }
  const succeed = (other: IDBRequest) => {
    state.result = other.result
    tell('success')
  }
  const fail = (error: DOMException | null) => {
    state.error = error
    tell('error')
  }
  const end: End = {
    by: (other) => {
      other.addEventListener('success', () => succeed(other))
      other.addEventListener('error', () => fail(other.error))
    },
    failing: () => fail(new DOMException('Failed to read large IndexedDB value', 'UnknownError')),
  }
  before.addEventListener('success', () => decide(before.result, end))
  before.addEventListener('error', () => fail(before.error))
  return request as unknown as IDBRequest
}
