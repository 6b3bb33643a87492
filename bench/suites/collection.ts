import { FlatIndex } from '@voisin/index'
import type { Collection, Filter, Query } from '@voisin/spec'
import { openCollection } from '@voisin/store'
import { vectorSet } from '../data/load.ts'
import type { VectorSet } from '../data/vector-set.ts'
import { once } from '../measure/interleave.ts'
import { median, rounded } from '../measure/median.ts'
import { rawBlocks } from '../measure/raw-blocks.ts'
import { deleteDatabase } from '../store-engines/delete-database.ts'
import type { Row, Suite, SuiteTools } from '../suite.ts'

type Note = { readonly body: string; readonly year: number; readonly tags: readonly string[] }

const BATCH_POINTS = 1_000
const QUERIES = 100
const WORDS_OF_A_BODY = 40
/** Of so many tags each point has one: a filter by tag lets 1 % through. */
const TAGS = 100
/** Times that all queries are asked in a row of the result. */
const PASSES = 3

/** What is asked of a collection, at its door: worker, payloads and all. */
interface Mode {
  readonly mode: string
  readonly query: (i: number) => Query<Note>
  /** Whether the true nearest are known. */
  readonly allow?: 'all' | 'tagged'
}

/** A large collection as an app has it: written in batches, opened again, asked in every way. */
export const suite: Suite = {
  columns: ['engine', 'mode', 'data', 'n', 'dim', 'recall', 'cpuMs', 'p50Ms', 'p95Ms', 'bytes', 'settings'],
  run: async (options, tools) => {
    const { quick, n = quick ? 10_000 : 100_000, k = 10 } = options
    const set = await vectorSet(options.data, n, QUERIES)
    const rows: Row[] = []
    const give = (row: Row) => {
      const whole = { engine: 'voisin', data: set.name, n, dim: set.dim, k, ...row }
      tools.row(whole)
      rows.push(whole)
    }
    const database = `bench-${crypto.randomUUID()}`
    const open = () =>
      openCollection<Note>('bench', { database, dim: set.dim, fields: { body: 'text', tags: 'keyword', year: 'number' } })
    try {
      let notes = await open()
      give(await written(notes, set, tools))
      give(await built(notes, { vector: queryOf(set, 0), limit: k }, tools))
      for (const mode of modesOf(set, k)) give(await asked(notes, mode, set, k, tools))
      await notes.close()
      const opened = await once(tools, async () => {
        notes = await open()
        await notes.query({ vector: queryOf(set, 0), limit: k })
      })
      give({ mode: 'open', cpuMs: rounded(opened.cpuMs), p50Ms: rounded(opened.wallMs), settings: 'to the first answer' })
      const raw = await rawBlocks(set.points.byteLength, tools)
      const bare = { engine: 'IndexedDB', settings: 'the vectors alone, in blocks of 384 KiB, 8 in flight' }
      give({ mode: 'write', cpuMs: rounded(raw.written.cpuMs), p50Ms: rounded(raw.written.wallMs), ...bare })
      give({ mode: 'open', cpuMs: rounded(raw.read.cpuMs), p50Ms: rounded(raw.read.wallMs), ...bare })
      const again = await built(notes, { vector: queryOf(set, 0), limit: k }, tools)
      give({ ...again, mode: 'build again' })
      await notes.close()
    } finally {
      await deleteDatabase(database)
    }
    return rows
  },
}

const queryOf = ({ queries, dim }: VectorSet, i: number) => queries.slice((i % QUERIES) * dim, ((i % QUERIES) + 1) * dim)

/** Words by a law like that of language: a few are everywhere, most are rare. */
function bodyOf(row: number): string {
  let state = Math.imul(row + 1, 0x9e3779b1)
  const words = Array.from({ length: WORDS_OF_A_BODY }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return wordOf(Math.floor(20_000 ** ((state >>> 0) / 2 ** 32)))
  })
  return words.join(' ')
}

const SYLLABLES = ['ba', 'lo', 'mi', 'ten', 'ra', 'vus', 'ke', 'dor', 'san', 'pli']

function wordOf(rank: number): string {
  return Array.from(String(rank).padStart(3, '0'), (digit) => SYLLABLES[Number(digit)]).join('')
}

async function written(notes: Collection<Note>, { points, dim }: VectorSet, tools: SuiteTools): Promise<Row> {
  const count = points.length / dim
  tools.progress(`writing ${count} points`)
  // Made before: making them is nobody's cost.
  const payloads = Array.from({ length: count }, (_, row) => ({
    body: bodyOf(row),
    year: 1990 + (row % 36),
    tags: [`tag${row % TAGS}`],
  }))
  const walls: number[] = []
  const { cpuMs } = await once(tools, async () => {
    for (let from = 0; from < count; from += BATCH_POINTS) {
      const ids = Array.from({ length: Math.min(BATCH_POINTS, count - from) }, (_, i) => from + i)
      const data = points.slice(from * dim, (from + ids.length) * dim)
      const before = performance.now()
      await notes.upsert({ ids, vectors: { data, count: ids.length, dim }, payloads: payloads.slice(from, from + ids.length) })
      walls.push(performance.now() - before)
    }
  })
  return { mode: 'write', cpuMs: rounded(cpuMs), ...spread(walls), settings: `batches of ${BATCH_POINTS}; CPU of all` }
}

/** Until all vectors are linked, and walks for such a query measured. */
async function built(notes: Collection<Note>, query: Query<Note>, tools: SuiteTools): Promise<Row> {
  let worst = 0
  const { cpuMs, wallMs } = await once(tools, async () => {
    // Not in the store of every commit that this one is held beside.
    if (!('explain' in notes)) return
    for (let waited = 0; waited < 600; waited++) {
      const before = performance.now()
      const { dense } = await notes.explain(query)
      worst = Math.max(worst, performance.now() - before)
      tools.progress(`linking: ${dense!.path}, ${dense!.reason}`)
      if (!/no graph|no walk was measured/.test(dense!.reason) && dense!.unlinked === 0) return
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
  })
  const { memoryBytes } = await notes.status()
  const settings = `in the background; the worst query meanwhile took ${rounded(worst)} ms`
  return { mode: 'build', cpuMs: rounded(cpuMs), p50Ms: rounded(wallMs), bytes: memoryBytes, settings }
}

function modesOf(set: VectorSet, k: number): Mode[] {
  const tagged: Filter<Note> = { tags: 'tag7' }
  const text = (i: number) => [200, 900, 4_000].map((rank) => wordOf(rank + i)).join(' ')
  const vector = (i: number) => queryOf(set, i)
  return [
    { mode: 'vector', query: (i) => ({ vector: vector(i), limit: k }), allow: 'all' },
    { mode: 'vector-filter-1', query: (i) => ({ vector: vector(i), limit: k, filter: tagged }), allow: 'tagged' },
    { mode: 'hybrid', query: (i) => ({ vector: vector(i), text: text(i), limit: k }) },
    { mode: 'hybrid, 40 words', query: (i) => ({ vector: vector(i), text: bodyOf(i * 31), limit: k }) },
    { mode: 'hybrid-filter-1', query: (i) => ({ vector: vector(i), text: text(i), limit: k, filter: tagged }) },
  ]
}

async function asked(notes: Collection<Note>, { mode, query, allow }: Mode, set: VectorSet, k: number, tools: SuiteTools) {
  tools.progress(`asking: ${mode}`)
  const found: (readonly number[])[] = []
  // Once to warm up, and to let what was asked for be measured.
  for (let i = 0; i < QUERIES; i++) found.push((await notes.query(query(i))).map(({ id }) => id as number))
  await built(notes, query(0), tools)
  const walls: number[] = []
  const { cpuMs } = await once(tools, async () => {
    for (let i = 0; i < PASSES * QUERIES; i++) {
      const before = performance.now()
      const hits = await notes.query(query(i))
      walls.push(performance.now() - before)
      if (i < QUERIES) found[i] = hits.map(({ id }) => id as number)
    }
  })
  const recall = allow && rounded(await recallOf(found, set, k, allow))
  return { mode, recall, cpuMs: rounded(cpuMs / (PASSES * QUERIES)), ...spread(walls) }
}

/** Points as near as the k-th count as right too: real data hold duplicates. */
async function recallOf(
  found: readonly (readonly number[])[],
  set: VectorSet,
  k: number,
  allow: 'all' | 'tagged',
): Promise<number> {
  const { points, dim } = set
  const flat = await FlatIndex.create({ dim, metric: 'cosine' })
  flat.addMany(points)
  const bits = new Uint8Array(Math.ceil(flat.count / 8)).fill(allow === 'all' ? 255 : 0)
  if (allow === 'tagged') for (let row = 7; row < flat.count; row += TAGS) bits[row >> 3]! |= 1 << (row & 7)
  let hits = 0
  let wanted = 0
  for (const [i, ids] of found.entries()) {
    const query = queryOf(set, i)
    const truth = flat.search(query, k, { allow: bits }).distances
    const own = flat.distances(query, Uint32Array.from(ids))
    hits += own.filter((distance) => distance <= truth.at(-1)!).length
    wanted += truth.length
  }
  flat.close()
  return hits / wanted
}

function spread(walls: readonly number[]) {
  const sorted = walls.toSorted((a, b) => a - b)
  return { p50Ms: rounded(median(walls)), p95Ms: rounded(sorted[Math.floor(sorted.length * 0.95)]!) }
}
