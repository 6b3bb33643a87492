import type { Query } from '@voisin/spec'
import { openCollection } from '@voisin/store'
import { deleteDatabase } from '../store-engines/delete-database.ts'
import type { Asked, Note, NotesEngine } from './engine.ts'

const LOOK_EVERY_MS = 250
const LOOKS = 1_200

export const voisin: NotesEngine = {
  engine: 'voisin',
  settings: 'in a worker, every write safe against a power cut',
  async open(database, dim) {
    const fields = { body: 'text', tags: 'keyword', year: 'number' } as const
    const notes = await openCollection<Note>('bench', { database, dim, fields })
    return {
      async write({ ids, vectors, payloads }) {
        await notes.upsert({ ids: [...ids], vectors: { data: vectors, count: ids.length, dim }, payloads: [...payloads] })
      },
      query: async (asked) => (await notes.query(queryOf(asked))).map(({ id }) => id as number),
      async settle(asked, onProgress) {
        // Not in the store of every commit that this one is held beside.
        if (!('explain' in notes)) return {}
        let worstMs = 0
        for (let look = 0; look < LOOKS; look++) {
          const before = performance.now()
          const { dense } = await notes.explain(queryOf(asked))
          worstMs = Math.max(worstMs, performance.now() - before)
          onProgress(`linking: ${dense!.path}, ${dense!.reason}`)
          if (!/no graph|no walk was measured|codes are being written/.test(dense!.reason) && dense!.unlinked === 0) break
          await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
        }
        return { worstMs }
      },
      memoryBytes: async () => (await notes.status()).memoryBytes,
      close: () => notes.close(),
    }
  },
  drop: deleteDatabase,
}

function queryOf({ vector, text, tag, limit }: Asked): Query<Note> {
  return { vector, limit, ...(text !== undefined && { text }), ...(tag !== undefined && { filter: { tags: tag } }) }
}
