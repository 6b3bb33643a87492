import { FlatIndex } from '@voisin/index'
import type { Asked, NotesEngine, OpenNotes } from '../collection-engines/engine.ts'
import { orama } from '../collection-engines/orama.ts'
import { pglite } from '../collection-engines/pglite.ts'
import { voisin } from '../collection-engines/voisin.ts'
import { vectorSet } from '../data/load.ts'
import type { VectorSet } from '../data/vector-set.ts'
import { wordAt, wordOf } from '../data/words.ts'
import { once } from '../measure/interleave.ts'
import { median, rounded } from '../measure/median.ts'
import { rawBlocks } from '../measure/raw-blocks.ts'
import type { Row, Suite, SuiteTools } from '../suite.ts'

const BATCH_POINTS = 1_000
const QUERIES = 100
const WORDS_OF_A_BODY = 40
/** Of so many tags each point has one: a filter by tag lets 1 % through. */
const TAGS = 100
const TAG = 'tag7'
/** Times that all queries are asked in a row of the result. */
const PASSES = 3
/** A slow engine is asked so few, once. */
const SLOW_QUERIES = 20

/** What is asked of a collection, at its door: worker, payloads and all. */
interface Mode {
  readonly mode: string
  readonly query: (i: number) => Asked
  /** Whether the true nearest are known. */
  readonly allow?: 'all' | 'tagged'
}

const ENGINES: readonly NotesEngine[] = [voisin, orama, pglite]
/** More points than this take the slow engines minutes. */
const MOST_FOR_SLOW = 10_000

/** A large collection as an app has it: written in batches, opened again, asked in every way. */
export const suite: Suite = {
  columns: ['engine', 'mode', 'data', 'n', 'dim', 'recall', 'cpuMs', 'p50Ms', 'p95Ms', 'bytes', 'settings'],
  run: async (options, tools) => {
    const { quick, n = quick ? 2_000 : 100_000, k = 10, engine: named } = options
    const set = await vectorSet(options.data, n, QUERIES)
    const rows: Row[] = []
    const give = (row: Row) => {
      const whole = { data: set.name, n, dim: set.dim, k, ...row }
      tools.row(whole)
      rows.push(whole)
    }
    for (const engine of ENGINES) {
      const isAsked = named === undefined ? !engine.isSlow || n <= MOST_FOR_SLOW : named.split(',').includes(engine.engine)
      if (isAsked) await measured(engine, set, k, (row) => give({ engine: engine.engine, ...row }), tools)
    }
    const { written, read } = await rawBlocks(set.points.byteLength, tools)
    const bare = { engine: 'IndexedDB', settings: 'the vectors alone, in blocks of 384 KiB, 8 in flight' }
    give({ mode: 'write', cpuMs: rounded(written.cpuMs), p50Ms: rounded(written.wallMs), ...bare })
    give({ mode: 'open', cpuMs: rounded(read.cpuMs), p50Ms: rounded(read.wallMs), ...bare })
    return rows
  },
}

async function measured(engine: NotesEngine, set: VectorSet, k: number, give: (row: Row) => void, tools: SuiteTools) {
  const database = `bench-${crypto.randomUUID()}`
  const asked = { vector: queryOf(set, 0), limit: k }
  let notes = await engine.open(database, set.dim)
  try {
    give({ ...(await written(notes, set, tools)), settings: engine.settings })
    give({ mode: 'build', ...(await built(notes, asked, tools)) })
    const asking = engine.isSlow ? { queries: SLOW_QUERIES, passes: 1 } : { queries: QUERIES, passes: PASSES }
    for (const mode of modesOf(set, k)) give(await timed(notes, mode, set, { k, ...asking }, tools))
    await notes.close()
    const opened = await once(tools, async () => {
      notes = await engine.open(database, set.dim)
      await notes.query(asked)
    })
    give({ mode: 'open', cpuMs: rounded(opened.cpuMs), p50Ms: rounded(opened.wallMs), settings: 'to the first answer' })
    give({ mode: 'build again', ...(await built(notes, asked, tools)) })
  } finally {
    await notes.close()
    await engine.drop(database)
  }
}

const queryOf = ({ queries, dim }: VectorSet, i: number) => queries.slice((i % QUERIES) * dim, ((i % QUERIES) + 1) * dim)

function bodyOf(row: number): string {
  let state = Math.imul(row + 1, 0x9e3779b1)
  const words = Array.from({ length: WORDS_OF_A_BODY }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return wordAt((state >>> 0) / 2 ** 32)
  })
  return words.join(' ')
}

async function written(notes: OpenNotes, { points, dim }: VectorSet, tools: SuiteTools): Promise<Row> {
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
      await notes.write({ ids, vectors: data, payloads: payloads.slice(from, from + ids.length) })
      walls.push(performance.now() - before)
    }
  })
  return { mode: 'write', cpuMs: rounded(cpuMs), ...spread(walls) }
}

/** Until queries will not become faster by waiting. */
async function built(notes: OpenNotes, asked: Asked, tools: SuiteTools): Promise<Row> {
  const { result, cpuMs, wallMs } = await once(tools, () => notes.settle(asked, tools.progress))
  const settings =
    result.worstMs === undefined ? '' : `in the background; the worst query meanwhile took ${rounded(result.worstMs)} ms`
  return { cpuMs: rounded(cpuMs), p50Ms: rounded(wallMs), bytes: await notes.memoryBytes?.(), settings }
}

function modesOf(set: VectorSet, k: number): Mode[] {
  const text = (i: number) => [200, 900, 4_000].map((rank) => wordOf(rank + i)).join(' ')
  const vector = (i: number) => queryOf(set, i)
  return [
    { mode: 'vector', query: (i) => ({ vector: vector(i), limit: k }), allow: 'all' },
    { mode: 'vector-filter-1', query: (i) => ({ vector: vector(i), limit: k, tag: TAG }), allow: 'tagged' },
    { mode: 'hybrid', query: (i) => ({ vector: vector(i), text: text(i), limit: k }) },
    { mode: 'hybrid, 40 words', query: (i) => ({ vector: vector(i), text: bodyOf(i * 31), limit: k }) },
    { mode: 'hybrid-filter-1', query: (i) => ({ vector: vector(i), text: text(i), limit: k, tag: TAG }) },
  ]
}

interface Asking {
  readonly k: number
  readonly queries: number
  readonly passes: number
}

async function timed(
  notes: OpenNotes,
  { mode, query, allow }: Mode,
  set: VectorSet,
  { k, queries, passes }: Asking,
  tools: SuiteTools,
): Promise<Row> {
  tools.progress(`asking: ${mode}`)
  const found: (readonly number[])[] = []
  // Once to warm up, and to let what was asked for be measured.
  for (let i = 0; i < queries; i++) found.push(await notes.query(query(i)))
  await built(notes, query(0), tools)
  const walls: number[] = []
  const { cpuMs } = await once(tools, async () => {
    for (let i = 0; i < passes * queries; i++) {
      const before = performance.now()
      const hits = await notes.query(query(i))
      walls.push(performance.now() - before)
      if (i < queries) found[i] = hits
    }
  })
  const recall = allow && rounded(await recallOf(found, set, k, allow))
  return { mode, recall, cpuMs: rounded(cpuMs / (passes * queries)), ...spread(walls) }
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
