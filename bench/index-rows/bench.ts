import type { Engine, EngineKind, ExactSearch, Offsets } from '../index-engines/engine.ts'
import type { Oracle, Truth } from '../index-engines/truth.ts'
import type { Row, SuiteTools } from '../suite.ts'

/** What a run of the index suite has at hand once everything is built. The points themselves are only in the engines. */
export interface IndexBench {
  readonly data: string
  readonly n: number
  readonly dim: number
  readonly k: number
  readonly rounds: number
  readonly queries: readonly Float32Array[]
  readonly truth: Truth
  readonly exactly: ExactSearch
  readonly oracle: Oracle | undefined
  readonly built: readonly Built[]
  /** The engine that most others are compared with. */
  readonly baseline: string
  readonly tools: BenchTools
}

export type BenchTools = Pick<SuiteTools, 'cpuMs' | 'progress' | 'row' | 'preview'>

export interface Built {
  readonly kind: EngineKind
  readonly engine: Engine
  readonly buildCpuMs: number
  readonly buildWallMs: number
  /** How often it was built; the times are medians. */
  readonly builds: number
}

/** What every row says, of whichever kind. */
export function commonFields(
  { data, n, dim, k }: Pick<IndexBench, 'data' | 'n' | 'dim' | 'k'>,
  { kind, engine, ...built }: Built,
): Row {
  return {
    data,
    n,
    dim,
    k,
    m: kind.m,
    efConstruction: kind.efConstruction,
    buildCpuMs: built.buildCpuMs,
    buildCpuMicrosPerPoint: (built.buildCpuMs * 1000) / n,
    bytesPerVector: engine.bytesPerVector,
    settings: kind.settings,
  }
}

/** The answers to all queries, one after the other. */
export async function answersTo(
  queries: readonly Float32Array[],
  search: (query: Float32Array) => Offsets | Promise<Offsets>,
): Promise<Offsets[]> {
  const answers: Offsets[] = []
  for (const query of queries) answers.push(await search(query))
  return answers
}
