import type { EngineKind } from './engine.ts'

/** Orama's vector search: every vector is looked at, and all that are near enough are sorted. */
export const orama: EngineKind = {
  engine: 'orama',
  mode: 'exact',
  settings:
    '3.1.18, insertMultiple, searchVector with similarity 0 (with its default of .8 most neighbours are lost); bytes of the vectors alone',
  rows: ['build', 'exact'],
  isSlow: true,
  load: async () => {
    const { create, insertMultiple, searchVector } = await import('@orama/orama')
    return async ({ dim, points }) => {
      const database = create({ schema: { vector: `vector[${dim}]` } as const })
      const rows = Array.from({ length: points.length / dim }, (_, row) => ({
        id: String(row),
        vector: Array.from(points.subarray(row * dim, (row + 1) * dim)),
      }))
      await insertMultiple(database, rows, rows.length)
      return {
        scans: {
          exact: async (query, k) => {
            const value = query as unknown as number[]
            const vector = { value, property: 'vector' }
            const { hits } = await searchVector(database, { mode: 'vector', vector, similarity: 0, limit: k })
            return hits.map(({ id }) => Number(id))
          },
        },
        bytesPerVector: dim * 4,
        close: () => {},
      }
    }
  },
}
