import { deleteDatabase } from '../store-engines/delete-database.ts'
import type { NotesEngine } from './engine.ts'

/** Orama keeps all in memory; what `save` gives is stored as it is, for text of it would be longer than a string may be. */
export const orama: NotesEngine = {
  engine: 'orama',
  settings:
    '3.1.18; stored by save, once after the last batch, and read by load; similarity 0 (with its default of .8 most neighbours are lost); scans',
  isSlow: true,
  async open(database, dim) {
    const { create, insertMultiple, load, save, search } = await import('@orama/orama')
    const notes = create({
      schema: { body: 'string', year: 'number', tags: 'enum[]', vector: `vector[${dim}]` } as const,
    })
    const stored = await openStored(database)
    const raw = await settled(stored.transaction('saved').objectStore('saved').get('notes'))
    if (raw !== undefined) load(notes, raw)
    let isSaved = true
    return {
      async write({ ids, vectors, payloads }) {
        isSaved = false
        const rows = ids.map((id, i) => ({
          id: String(id),
          ...payloads[i]!,
          tags: [...payloads[i]!.tags],
          vector: Array.from(vectors.subarray(i * dim, (i + 1) * dim)),
        }))
        await insertMultiple(notes, rows, rows.length)
      },
      async query({ vector, text, tag, limit }) {
        const where = tag === undefined ? {} : { where: { tags: { containsAll: [tag] } } }
        // A typed array is taken as it is; its type does not say so.
        const near = { vector: { value: vector as unknown as number[], property: 'vector' }, similarity: 0, limit, ...where }
        const { hits } = await (text === undefined
          ? search(notes, { mode: 'vector', ...near })
          : search(notes, { mode: 'hybrid', term: text, ...near }))
        return hits.map(({ id }) => Number(id))
      },
      async settle() {
        if (isSaved) return {}
        isSaved = true
        const transaction = stored.transaction('saved', 'readwrite', { durability: 'strict' })
        await settled(transaction.objectStore('saved').put(save(notes), 'notes'))
        return {}
      },
      close: async () => stored.close(),
    }
  },
  drop: deleteDatabase,
}

function openStored(database: string): Promise<IDBDatabase> {
  const opening = indexedDB.open(database)
  opening.onupgradeneeded = () => void opening.result.createObjectStore('saved')
  return settled(opening)
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
