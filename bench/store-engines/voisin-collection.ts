import { openCollection } from '@voisin/store'
import type { Note, StoreEngineKind } from './engine.ts'

export const voisinCollection: StoreEngineKind = {
  engine: 'voisin',
  settings: 'openCollection with its defaults, metric cosine, one PointBatch per write',
  open: async (database, dim, durability) => {
    const collection = await openCollection<Note>('bench', { database, dim, durability })
    return {
      write: async (ids, data, payloads) => {
        await collection.upsert({ ids, vectors: { data, count: ids.length, dim }, payloads })
      },
      query: async (vector, limit) => (await collection.query({ vector, limit })).map(({ id }) => String(id)),
      close: () => collection.close(),
    }
  },
}
