import { vectorSet } from '../data/load.ts'
import type { ReadShared } from '../data/shared.ts'
import type { EngineKind } from '../index-engines/engine.ts'
import { hnswlibBytesPerVector } from '../index-engines/hnswlib-layout.ts'
import { kindsNamed } from '../index-engines/kinds-named.ts'
import { hnswBulk } from '../index-engines/voisin-hnsw.ts'
import type { BenchTools } from '../index-rows/bench.ts'
import { COLUMNS, chosen } from '../index-rows/options.ts'
import { runPlan } from '../index-rows/run.ts'
import type { Row, SuiteOptions } from '../suite.ts'

/** What only Node can give. */
export interface NativeSide {
  readonly kinds: (bytesPerVector: typeof hnswlibBytesPerVector) => readonly EngineKind[]
  readonly read: ReadShared
  readonly tools: BenchTools
}

/** The rows of the index suite for native indexes, and for ours in the same process. */
export async function nativeRows(
  options: SuiteOptions,
  { kinds, read, tools }: NativeSide,
): Promise<{ rows: Row[]; columns: readonly string[] }> {
  const all = [hnswBulk, ...kinds(hnswlibBytesPerVector)]
  const rows: Row[] = []
  for (const each of chosen(options)) {
    const plan = {
      ...each,
      kinds: options.engine === undefined ? all : kindsNamed(all, options.engine),
      groups: each.groups.filter((group) => group === 'build' || group === 'search'),
      baseline: 'hnswlib-node',
      load: () => vectorSet(options.data, each.n, each.queryCount, options.dim, read),
    }
    rows.push(...(await runPlan(plan, tools)))
  }
  return { rows, columns: COLUMNS }
}
