import { nearest } from '../index-engines/typescript-loop.ts'
import type { Note, StoreEngineKind } from './engine.ts'

interface StoredNote {
  readonly id: string
  readonly vector: Float32Array
  readonly payload: Note
}

/**
 * What most libraries do: one IndexedDB record per point, a transaction per write, everything read into memory on opening, and a loop
 * over one array for a query. The loop is the tuned one of the index suite.
 */
export const recordPerVector: StoreEngineKind = {
  engine: 'record-per-vector',
  settings: 'IndexedDB, one record per point, one transaction per write, getAll on opening, tuned TypeScript loop to search',
  open: async (name, dim, durability) => {
    const database = await openDatabase(name)
    const loaded: StoredNote[] = await settled(database.transaction('points').objectStore('points').getAll())
    let ids = loaded.map(({ id }) => id)
    let vectors = new Float32Array(loaded.length * dim)
    for (const [row, { vector }] of loaded.entries()) vectors.set(vector, row * dim)
    return {
      write: async (newIds, newVectors, payloads) => {
        const transaction = database.transaction('points', 'readwrite', {
          durability: durability === 'power' ? 'strict' : 'relaxed',
        })
        const store = transaction.objectStore('points')
        for (const [row, id] of newIds.entries()) {
          store.put({ id, vector: newVectors.slice(row * dim, (row + 1) * dim), payload: payloads[row]! } satisfies StoredNote)
        }
        await committed(transaction)
        ids = ids.concat(newIds)
        const longer = new Float32Array(vectors.length + newVectors.length)
        longer.set(vectors)
        longer.set(newVectors, vectors.length)
        vectors = longer
      },
      query: async (vector, k) => Array.from(nearest(vectors, dim, vector, k), (offset) => ids[offset]!),
      close: async () => database.close(),
    }
  },
}

function openDatabase(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1)
  request.onupgradeneeded = () => request.result.createObjectStore('points', { keyPath: 'id' })
  return settled(request)
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error)
  })
}
