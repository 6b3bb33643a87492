import type { VectorSet } from '../data/vector-set.ts'
import type { EngineKind, RowGroup } from '../index-engines/engine.ts'
import { flatOracle, type Oracle, truthOf } from '../index-engines/truth.ts'
import { rounded } from '../measure/median.ts'
import type { Row } from '../suite.ts'
import type { BenchTools, IndexBench } from './bench.ts'
import { buildAll, buildRows } from './build.ts'
import { filteredRows } from './filtered.ts'
import { insertRows, SPARE_POINTS } from './insert.ts'
import { batchedRows, exactRows } from './scans.ts'
import { searchRows } from './search.ts'

export interface Plan {
  readonly kinds: readonly EngineKind[]
  readonly groups: readonly RowGroup[]
  readonly k: number
  readonly rounds: number
  readonly efs: readonly number[]
  /** The engine that graphs are compared with. */
  readonly baseline: string
  /** Whether the points are held by one index alone, which then tells the truth too. */
  readonly isLarge: boolean
  load(): Promise<VectorSet>
}

/** All rows of one set, each shown as soon as it is known. */
export async function runPlan(plan: Plan, tools: BenchTools): Promise<Row[]> {
  const bench = await open(plan, tools)
  const rows: Row[] = []
  const show = (made: readonly Row[]) => {
    for (const row of made) {
      const shown = withFewDigits(row)
      rows.push(shown)
      tools.row(shown)
    }
  }
  const has = (group: RowGroup) => plan.groups.includes(group)
  if (has('build')) show(buildRows(bench))
  if (has('search')) show(await searchRows(bench, plan.efs))
  if (has('exact')) show(await exactRows(bench))
  if (has('batched')) show(await batchedRows(bench))
  if (has('filtered')) show(await filteredRows(bench))
  if (has('insert')) show(await insertRows(bench, bench.spare))
  for (const { engine } of bench.built) await engine.close()
  bench.oracle?.close()
  return rows
}

/** Everything built and the truth known. What is not needed for long is let go here: a million points are 1.5 GB. */
async function open(plan: Plan, tools: BenchTools): Promise<IndexBench & { readonly spare: readonly Float32Array[] }> {
  tools.progress('loading the vectors')
  let set: VectorSet | undefined = await plan.load()
  const { name: data, dim } = set
  const n = set.points.length / dim
  const given = rowsOf(set.queries, dim)
  // What is inserted must not be asked for as well: it would be its own nearest neighbour.
  const spareCount = plan.groups.includes('insert') ? Math.min(SPARE_POINTS, given.length >> 1) : 0
  const queries = given.slice(0, given.length - spareCount)
  const spare = given.slice(queries.length)
  let oracle: Oracle | undefined
  if (!plan.isLarge) oracle = await flatOracle(set, spareCount)
  const built = await buildAll(plan.kinds, set, spareCount, tools)
  set = undefined
  const exactly = oracle?.exactly ?? built.find(({ engine }) => engine.exactly)?.engine.exactly
  if (!exactly) throw new Error('No engine among these can tell the true neighbours of so many points.')
  tools.progress(`the true neighbours of ${queries.length} queries`)
  const truth = truthOf(exactly, queries, plan.k)
  const { k, rounds, baseline } = plan
  return { data, n, dim, k, rounds, queries, spare, truth, exactly, oracle, built, baseline, tools }
}

function rowsOf(vectors: Float32Array, dim: number): Float32Array[] {
  return Array.from({ length: vectors.length / dim }, (_, row) => vectors.slice(row * dim, (row + 1) * dim))
}

function withFewDigits(row: Row): Row {
  const entries = Object.entries(row).map(([name, value]) => [name, typeof value === 'number' ? shortened(value) : value])
  return Object.fromEntries(entries)
}

/** Counts stay as they are. */
function shortened(value: number): number {
  return Number.isSafeInteger(value) ? value : rounded(value)
}
