import type { EngineKind } from './engine.ts'

const M = 16
const EF_CONSTRUCTION = 200
/** Rows in one INSERT. */
const BATCH = 500

/** PostgreSQL in WebAssembly with pgvector's HNSW index. */
export const pglite: EngineKind = {
  engine: 'pglite-pgvector',
  mode: 'hnsw',
  settings:
    '@electric-sql/pglite 0.5.14 in memory, pglite-pgvector 0.0.15 (pgvector 0.8.7): rows first, then hnsw (vector_ip_ops) m 16, ef_construction 200 on unit vectors, ' +
    'maintenance_work_mem 256 MB, SELECT … LIMIT with parameters (faster here than PREPARE and EXECUTE), queries made text beforehand; ' +
    'bytes of table and index',
  rows: ['build', 'search'],
  m: M,
  efConstruction: EF_CONSTRUCTION,
  isSlow: true,
  load: async () => {
    const [{ PGlite }, { vector }] = await Promise.all([import('@electric-sql/pglite'), import('@electric-sql/pglite-pgvector')])
    // Starting PostgreSQL takes seconds, and is not building an index.
    const database = await PGlite.create({ extensions: { vector } })
    return async ({ dim, points }) => {
      const count = points.length / dim
      await database.exec(`
        CREATE EXTENSION vector;
        SET maintenance_work_mem = '256MB';
        CREATE TABLE points (id integer PRIMARY KEY, v vector(${dim}));
        ALTER TABLE points ALTER COLUMN v SET STORAGE PLAIN;`)
      for (let from = 0; from < count; from += BATCH) {
        const rows = Array.from({ length: Math.min(BATCH, count - from) }, (_, i) => {
          const row = from + i
          return `(${row},'${text(points.subarray(row * dim, (row + 1) * dim))}')`
        })
        await database.exec(`INSERT INTO points VALUES ${rows.join(',')}`)
      }
      await database.exec(
        `CREATE INDEX ON points USING hnsw (v vector_ip_ops) WITH (m = ${M}, ef_construction = ${EF_CONSTRUCTION})`,
      )
      await database.exec('VACUUM ANALYZE points')
      // A small table would be scanned instead, and this row is about the graph.
      await database.exec('SET enable_seqscan = off')
      const size = await database.query<{ bytes: number }>(`SELECT pg_total_relation_size('points')::float8 AS bytes`)
      const texts = new WeakMap<Float32Array, string>()
      return {
        graph: async (query, k) => {
          let known = texts.get(query)
          if (known === undefined) {
            known = text(query)
            texts.set(query, known)
          }
          const { rows } = await database.query<{ id: number }>('SELECT id FROM points ORDER BY v <#> $1 LIMIT $2', [known, k])
          return rows.map(({ id }) => id)
        },
        setEf: async (ef) => {
          await database.exec(`SET hnsw.ef_search = ${ef}`)
        },
        bytesPerVector: size.rows[0]!.bytes / count,
        close: () => database.close(),
      }
    }
  },
}

function text(vector: Float32Array): string {
  return `[${vector.join(',')}]`
}
