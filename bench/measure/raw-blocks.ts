import type { SuiteTools } from '../suite.ts'
import { once } from './interleave.ts'

const BLOCK_BYTES = 384 * 1024
const IN_FLIGHT = 8

/** What IndexedDB alone takes to write so many bytes in blocks of 384 KiB, strictly, and to read them again: nothing of them is looked at. */
export async function rawBlocks(bytes: number, tools: SuiteTools) {
  const name = `bench-raw-${crypto.randomUUID()}`
  const count = Math.ceil(bytes / BLOCK_BYTES)
  const block = new Uint8Array(BLOCK_BYTES).map((_, i) => i * 7)
  const open = () => {
    const opening = indexedDB.open(name)
    opening.onupgradeneeded = () => void opening.result.createObjectStore('blocks')
    return settled(opening)
  }
  const inParts = async (
    database: IDBDatabase,
    mode: IDBTransactionMode,
    ask: (blocks: IDBObjectStore, i: number) => IDBRequest,
  ) => {
    for (let from = 0; from < count; from += IN_FLIGHT) {
      const blocks = database.transaction('blocks', mode, { durability: 'strict' }).objectStore('blocks')
      const asked = Array.from({ length: Math.min(IN_FLIGHT, count - from) }, (_, i) => settled(ask(blocks, from + i)))
      await Promise.all(asked)
    }
  }
  try {
    const written = await once(tools, async () => {
      const database = await open()
      await inParts(database, 'readwrite', (blocks, i) => blocks.put(block, i))
      database.close()
    })
    const read = await once(tools, async () => {
      const database = await open()
      await inParts(database, 'readonly', (blocks, i) => blocks.get(i))
      database.close()
    })
    return { written, read }
  } finally {
    await settled(indexedDB.deleteDatabase(name))
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
