// A negative control: IndexedDB as browsers use it unless asked, with values so large that they get files of their own.
import type { Found } from '../history/history.ts'
import type { PageSubject } from './agent.ts'

const RECORDS = 4
const RECORD_BYTES = 96 * 1_024

export async function openRelaxedSubject(): Promise<PageSubject> {
  const opening = indexedDB.open('relaxed', 1)
  opening.onupgradeneeded = () => void opening.result.createObjectStore('records')
  const database = await result(opening)
  return {
    async write(number) {
      const transaction = database.transaction('records', 'readwrite', { durability: 'relaxed' })
      const store = transaction.objectStore('records')
      for (let row = 0; row < RECORDS; row++) store.put(new Uint8Array(RECORD_BYTES).fill(number + row), [number, row])
      await new Promise<void>((resolve, reject) => {
        transaction.oncomplete = () => resolve()
        transaction.onabort = () => reject(transaction.error)
      })
    },
    inspect: () => inspect(database),
  }
}

async function inspect(database: IDBDatabase): Promise<Found> {
  const read = <T>(ask: (store: IDBObjectStore) => IDBRequest<T>) =>
    result(ask(database.transaction('records').objectStore('records')))
  const keys = (await read((store) => store.getAllKeys())) as [number, number][]
  const whole = new Map<number, number>()
  const damaged: [string, string][] = []
  for (const [number, row] of keys) {
    try {
      const bytes = (await read((store) => store.get([number, row]))) as Uint8Array
      if (bytes.length === RECORD_BYTES && bytes.every((byte) => byte === ((number + row) & 255))) {
        whole.set(number, (whole.get(number) ?? 0) + 1)
      }
    } catch (error) {
      damaged.push([`${number}`, String(error)])
    }
  }
  const entries = [...whole].filter(([, count]) => count === RECORDS).map(([number]) => [`${number}`, `${number}`] as const)
  return { entries, damaged, problems: [], dataState: 'intact', notices: [] }
}

function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
