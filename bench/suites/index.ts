import { vectorSet } from '../data/load.ts'
import type { Engine, EngineKind } from '../index-engines/engine.ts'
import { trueNeighbours } from '../index-engines/truth.ts'
import { typescriptLoop } from '../index-engines/typescript-loop.ts'
import { voisinExact } from '../index-engines/voisin-exact.ts'
import { interleave, once } from '../measure/interleave.ts'
import { rounded } from '../measure/median.ts'
import type { Row, Suite, SuiteOptions, SuiteTools } from '../suite.ts'

const KINDS: readonly EngineKind[] = [voisinExact, typescriptLoop]
/** The engine the others are compared with. */
const BASELINE = 'typescript-loop'

/** The search alone: exact engines over the same vectors, in the same page, in turn. */
export const suite: Suite = {
  columns: [
    'engine',
    'mode',
    'data',
    'n',
    'dim',
    'k',
    'recall',
    'cpuMicrosPerQuery',
    'ratioToBaseline',
    'wallMicrosPerQuery',
    'buildCpuMs',
    'bytesPerVector',
    'rounds',
    'cpuSeconds',
  ],
  run: async (options, tools) => {
    const rows: Row[] = []
    for (const n of options.n ? [options.n] : options.quick ? [5_000] : [10_000, 100_000]) {
      rows.push(...(await runOnce(n, options, tools)))
    }
    return rows
  },
}

async function runOnce(n: number, options: SuiteOptions, tools: SuiteTools): Promise<Row[]> {
  const { quick, k = 10, rounds = quick ? 3 : 7 } = options
  const queryCount = quick ? 100 : 1000
  const truthCount = quick ? 50 : 100
  tools.progress(`${n} vectors: loading, and finding the true neighbours of ${truthCount} queries`)
  const set = await vectorSet(options.data, n, queryCount)
  const { dim } = set
  const queries = Array.from({ length: queryCount }, (_, i) => set.queries.subarray(i * dim, (i + 1) * dim))
  const truth = trueNeighbours(set, truthCount, k)

  const built: { kind: EngineKind; engine: Engine; buildCpuMs: number }[] = []
  for (const kind of KINDS) {
    const { result, cpuMs } = await once(tools, () => kind.build(set))
    built.push({ kind, engine: result, buildCpuMs: cpuMs })
  }
  const recalls = built.map(({ engine }) => {
    const hits = truth.map(
      (nearest, i) => Array.from(engine.search(queries[i]!, k)).filter((offset) => nearest.has(offset)).length,
    )
    return hits.reduce((sum, count) => sum + count, 0) / (truthCount * Math.min(k, n))
  })
  const timings = await interleave(
    built.map(({ kind, engine }) => {
      let next = 0
      let consumed = 0
      return {
        name: kind.engine,
        repeat: (times) => {
          for (let i = 0; i < times; i++) consumed += engine.search(queries[next++ % queryCount]!, k)[0]!
          // A result that nobody uses may be computed by nobody.
          if (Number.isNaN(consumed)) throw new Error('No neighbour was found.')
        },
      }
    }),
    rounds,
    quick ? 600 : 1500,
    tools,
  )
  const baseline = timings[KINDS.findIndex(({ engine }) => engine === BASELINE)]!
  return built.map(({ kind, engine, buildCpuMs }, i) => {
    const timing = timings[i]!
    const row: Row = {
      engine: kind.engine,
      mode: kind.mode,
      data: set.name,
      n,
      dim,
      k,
      recall: rounded(recalls[i]!),
      cpuMicrosPerQuery: rounded(timing.cpuMicros),
      ratioToBaseline: rounded(timing.cpuMicros / baseline.cpuMicros, 3),
      wallMicrosPerQuery: rounded(timing.wallMicros),
      leastCpuMicrosPerQuery: rounded(timing.leastCpuMicros),
      buildCpuMs: rounded(buildCpuMs),
      bytesPerVector: rounded(engine.bytesPerVector),
      rounds,
      queriesPerRound: timing.repetitionsPerRound,
      cpuSeconds: rounded(timing.cpuSeconds),
      baseline: BASELINE,
      settings: kind.settings,
    }
    engine.close()
    tools.row(row)
    return row
  })
}
