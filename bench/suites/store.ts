import type { Durability } from '@voisin/spec'
import { vectorSet } from '../data/load.ts'
import type { VectorSet } from '../data/vector-set.ts'
import { once } from '../measure/interleave.ts'
import { median, rounded } from '../measure/median.ts'
import { deleteDatabase } from '../store-engines/delete-database.ts'
import type { Note, StoreEngineKind } from '../store-engines/engine.ts'
import { recordPerVector } from '../store-engines/record-per-vector.ts'
import { voisinCollection } from '../store-engines/voisin-collection.ts'
import type { Row, Suite, SuiteTools } from '../suite.ts'

const KINDS: readonly StoreEngineKind[] = [voisinCollection, recordPerVector]
const BASELINE = recordPerVector.engine
const DURABILITIES: readonly Durability[] = ['power', 'process']
const BATCH_POINTS = 500
const QUERIES = 20

/** One life of a store, in ms of wall time unless the name says CPU: a disk's time is nobody's CPU time. */
interface Life {
  readonly write: number
  readonly writeCpu: number
  readonly reopen: number
  readonly reopenCpu: number
  readonly firstQuery: number
  readonly query: number
  readonly queryCpu: number
  readonly storedBytes: number
}

/** Points written in batches, the store closed, opened again and asked. */
export const suite: Suite = {
  columns: [
    'engine',
    'durability',
    'data',
    'n',
    'dim',
    'batchPoints',
    'writeMs',
    'writeRatio',
    'writeCpuMs',
    'pointsPerSecond',
    'reopenMs',
    'reopenRatio',
    'reopenCpuMs',
    'firstQueryMs',
    'queryMs',
    'queryRatio',
    'storedBytesPerPoint',
    'rounds',
  ],
  run: async (options, tools) => {
    const { quick, n = quick ? 2_000 : 10_000, k = 10, rounds = quick ? 1 : 3 } = options
    const set = await vectorSet(options.data, n, QUERIES)
    const contestants = DURABILITIES.flatMap((durability) => KINDS.map((kind) => ({ kind, durability, lives: [] as Life[] })))
    for (let round = 1; round <= rounds; round++) {
      for (const { kind, durability, lives } of contestants) {
        tools.progress(`round ${round} of ${rounds}: ${kind.engine}, durability ${durability}`)
        lives.push(await live(kind, durability, set, k, tools))
      }
    }
    const middle = (lives: readonly Life[], name: keyof Life) => median(lives.map((life) => life[name]))
    return contestants.map(({ kind, durability, lives }): Row => {
      const baseline = contestants.find((other) => other.kind.engine === BASELINE && other.durability === durability)!
      const ratio = (name: keyof Life) => rounded(middle(lives, name) / middle(baseline.lives, name), 3)
      const row = {
        engine: kind.engine,
        durability,
        data: set.name,
        n,
        dim: set.dim,
        k,
        batchPoints: BATCH_POINTS,
        writeMs: rounded(middle(lives, 'write')),
        writeRatio: ratio('write'),
        writeCpuMs: rounded(middle(lives, 'writeCpu')),
        pointsPerSecond: rounded((n * 1000) / middle(lives, 'write')),
        reopenMs: rounded(middle(lives, 'reopen')),
        reopenRatio: ratio('reopen'),
        reopenCpuMs: rounded(middle(lives, 'reopenCpu')),
        firstQueryMs: rounded(middle(lives, 'firstQuery')),
        queryMs: rounded(middle(lives, 'query')),
        queryCpuMs: rounded(middle(lives, 'queryCpu')),
        queryRatio: ratio('query'),
        storedBytesPerPoint: rounded(middle(lives, 'storedBytes') / n),
        rounds,
        baseline: BASELINE,
        settings: kind.settings,
      }
      tools.row(row)
      return row
    })
  },
}

async function live(
  kind: StoreEngineKind,
  durability: Durability,
  { dim, points, queries }: VectorSet,
  k: number,
  tools: SuiteTools,
): Promise<Life> {
  const database = `bench-${crypto.randomUUID()}`
  const count = points.length / dim
  const before = await storedBytes()
  try {
    const first = await kind.open(database, dim, durability)
    const write = await once(tools, async () => {
      for (let from = 0; from < count; from += BATCH_POINTS) {
        const to = Math.min(count, from + BATCH_POINTS)
        const rows = Array.from({ length: to - from }, (_, i) => from + i)
        const payloads = rows.map((row): Note => ({ title: `Note ${row}`, year: 1990 + (row % 36) }))
        await first.write(
          rows.map((row) => `note-${row}`),
          points.slice(from * dim, to * dim),
          payloads,
        )
      }
    })
    await first.close()
    const bytes = (await storedBytes()) - before
    const reopen = await once(tools, () => kind.open(database, dim, durability))
    const store = reopen.result
    const ask = (row: number) => store.query(queries.slice(row * dim, (row + 1) * dim), k)
    const firstQuery = await once(tools, () => ask(0))
    const later = await once(tools, async () => {
      for (let row = 0; row < QUERIES; row++) {
        const { length } = await ask(row)
        if (length !== k) throw new Error(`${kind.engine} found ${length} of ${k}.`)
      }
    })
    await store.close()
    return {
      write: write.wallMs,
      writeCpu: write.cpuMs,
      reopen: reopen.wallMs,
      reopenCpu: reopen.cpuMs,
      firstQuery: firstQuery.wallMs,
      query: later.wallMs / QUERIES,
      queryCpu: later.cpuMs / QUERIES,
      storedBytes: bytes,
    }
  } finally {
    await deleteDatabase(database)
  }
}

async function storedBytes(): Promise<number> {
  return (await navigator.storage.estimate()).usage ?? Number.NaN
}
