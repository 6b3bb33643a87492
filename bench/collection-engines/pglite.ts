import { deleteDatabase } from '../store-engines/delete-database.ts'
import type { NotesEngine } from './engine.ts'

const M = 16
const EF_CONSTRUCTION = 200
const EF = 100
/** Rows in one INSERT. */
const ROWS = 500
/** Of each list that is fused, and what ranks are taken to begin at: as in pgvector's own example of hybrid search. */
const FUSED = 50
const RANK_BASE = 60

/** PostgreSQL in WebAssembly, kept in IndexedDB, with pgvector's HNSW index and an inverted one for words and tags. */
export const pglite: NotesEngine = {
  engine: 'pglite-pgvector',
  settings:
    `@electric-sql/pglite 0.5.14 in idb://, relaxedDurability, pglite-pgvector 0.0.15: hnsw (vector_ip_ops) m ${M}, ef_construction ${EF_CONSTRUCTION}, ef_search ${EF}, ` +
    'gin of to_tsvector and of tags, indexes made after the last batch, maintenance_work_mem 256 MB; hybrid: ranks of both lists fused in SQL',
  isSlow: true,
  async open(name, dim) {
    const [{ PGlite }, { vector }] = await Promise.all([import('@electric-sql/pglite'), import('@electric-sql/pglite-pgvector')])
    const database = await PGlite.create({ dataDir: `idb://${name}`, relaxedDurability: true, extensions: { vector } })
    await database.exec(`
      CREATE EXTENSION IF NOT EXISTS vector;
      SET maintenance_work_mem = '256MB';
      SET hnsw.ef_search = ${EF};
      CREATE TABLE IF NOT EXISTS notes (
        id integer PRIMARY KEY, body text, year integer, tags text[], v vector(${dim}),
        words tsvector GENERATED ALWAYS AS (to_tsvector('english', body)) STORED);
      ALTER TABLE notes ALTER COLUMN v SET STORAGE PLAIN;`)
    return {
      async write({ ids, vectors, payloads }) {
        for (let from = 0; from < ids.length; from += ROWS) {
          const rows = ids.slice(from, from + ROWS).map((id, i) => {
            const { body, year, tags } = payloads[from + i]!
            const row = from + i
            return `(${id},'${body}',${year},'{${tags}}','${textOf(vectors.subarray(row * dim, (row + 1) * dim))}')`
          })
          await database.exec(`INSERT INTO notes (id, body, year, tags, v) VALUES ${rows.join(',')}`)
        }
      },
      async query({ vector, text, tag, limit }) {
        const where = tag === undefined ? '' : `WHERE tags @> ARRAY['${tag}']`
        if (text === undefined) {
          const near = `SELECT id FROM notes ${where} ORDER BY v <#> $1 LIMIT $2`
          return idsOf((await database.query<{ id: number }>(near, [textOf(vector), limit])).rows)
        }
        const tagged = tag === undefined ? '' : `AND tags @> ARRAY['${tag}']`
        const anyWord = text.split(' ').join(' | ')
        const fused = `
          WITH near AS (SELECT id, row_number() OVER (ORDER BY v <#> $1) AS rank FROM notes ${where} ORDER BY v <#> $1 LIMIT ${FUSED}),
          said AS (
            SELECT id, row_number() OVER (ORDER BY ts_rank_cd(words, query) DESC) AS rank
            FROM notes, to_tsquery('english', $2) query WHERE words @@ query ${tagged} ORDER BY rank LIMIT ${FUSED})
          SELECT id, coalesce(1.0 / (${RANK_BASE} + near.rank), 0) + coalesce(1.0 / (${RANK_BASE} + said.rank), 0) AS score
          FROM near FULL OUTER JOIN said USING (id) ORDER BY score DESC LIMIT $3`
        return idsOf((await database.query<{ id: number }>(fused, [textOf(vector), anyWord, limit])).rows)
      },
      async settle() {
        await database.exec(`
          CREATE INDEX IF NOT EXISTS near ON notes USING hnsw (v vector_ip_ops) WITH (m = ${M}, ef_construction = ${EF_CONSTRUCTION});
          CREATE INDEX IF NOT EXISTS said ON notes USING gin (words);
          CREATE INDEX IF NOT EXISTS tagged ON notes USING gin (tags);`)
        await database.exec('VACUUM ANALYZE notes')
        return {}
      },
      async close() {
        // What is still on its way to IndexedDB would find nothing to be read from.
        await database.syncToFs()
        await database.close()
      },
    }
  },
  // Its connection stays open: it goes with the page.
  drop: (name) => deleteDatabase(`/pglite/${name}`).catch(() => {}),
}

const idsOf = (rows: readonly { readonly id: number }[]) => rows.map(({ id }) => id)

function textOf(vector: Float32Array): string {
  return `[${vector.join(',')}]`
}
