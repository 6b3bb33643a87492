import type { VectorSet } from '../data/vector-set.ts'
import type { EngineKind } from '../index-engines/engine.ts'
import { loadKind } from '../index-engines/load-kind.ts'
import { once } from '../measure/interleave.ts'
import { median } from '../measure/median.ts'
import type { Row } from '../suite.ts'
import { type BenchTools, type Built, commonFields, type IndexBench } from './bench.ts'

/** What is quickly built is built again, in turn with the others, until it took so long in all. */
const ENOUGH_CPU_MS = 2_000
const MOST_BUILDS = 5

/** Builds each kind of index over a set. */
export async function buildAll(kinds: readonly EngineKind[], set: VectorSet, spare: number, tools: BenchTools): Promise<Built[]> {
  const latest = kinds.map((): Built | undefined => undefined)
  const cpu = kinds.map((): number[] => [])
  const wall = kinds.map((): number[] => [])
  for (let round = 0; round < MOST_BUILDS; round++) {
    for (const [i, kind] of kinds.entries()) {
      if (cpu[i]!.reduce((sum, ms) => sum + ms, 0) >= ENOUGH_CPU_MS) continue
      tools.progress(`building ${kind.engine} ${kind.mode}`)
      await latest[i]?.engine.close()
      const build = await loadKind(kind)
      const { result, cpuMs, wallMs } = await once(tools, () => build(set, { spare, progress: tools.progress }))
      cpu[i]!.push(cpuMs)
      wall[i]!.push(wallMs)
      const builds = cpu[i]!.length
      latest[i] = { kind, engine: result, buildCpuMs: median(cpu[i]!), buildWallMs: median(wall[i]!), builds }
    }
  }
  return latest.map((built) => built!)
}

/** What building cost, and what the index holds. */
export function buildRows(bench: IndexBench): Row[] {
  const baseline = bench.built.find(({ kind }) => kind.engine === bench.baseline)
  return bench.built.map((built) => ({
    row: 'build',
    engine: built.kind.engine,
    mode: built.kind.mode,
    ...commonFields(bench, built),
    buildWallMs: built.buildWallMs,
    // A scan builds nothing worth a ratio.
    ...(baseline && built.engine.graph && buildRatio(built, baseline)),
    memoryBytes: built.engine.memoryBytes,
    rounds: built.builds,
  }))
}

export function buildRatio({ buildCpuMs }: Built, baseline: Built): Row {
  return {
    baseline: baseline.kind.engine,
    baselineBuildCpuMs: baseline.buildCpuMs,
    buildRatioToBaseline: buildCpuMs / baseline.buildCpuMs,
  }
}
