import type { Offsets, RowGroup } from '../index-engines/engine.ts'
import { recallOf, type Truth } from '../index-engines/truth.ts'
import { interleave, type Timing } from '../measure/interleave.ts'
import type { Row } from '../suite.ts'
import { answersTo, type Built, commonFields, type IndexBench } from './bench.ts'

/** CPU time of all rounds of a contest, in ms: at least 2 s, and something for the estimate from the first round to be wrong. */
const CONTEST_MS = 2_600

/** One way to search that gets a row of its own. */
export interface Contest {
  readonly built: Built
  readonly mode: string
  /** What its row says beside what every row does. */
  readonly fields?: Row
  /** What its recall is held against. @default the truth over all points */
  readonly truth?: Truth
  readonly work: Work
  /** Tells the one it is compared with, which may be itself. */
  readonly baseline?: (other: Contest) => boolean
}

/** Queries that are answered again and again. */
export interface Work {
  answers(): Promise<readonly Offsets[]>
  repeat(times: number): Promise<void>
  /** How many repetitions answer all queries once. */
  readonly passLength: number
  /** How many queries a repetition answers. */
  readonly queriesEach: number
}

/** One query a repetition. `prepare` sets the engine up, which has been used with other settings since. */
export function oneByOne(
  queries: readonly Float32Array[],
  search: (query: Float32Array) => Offsets | Promise<Offsets>,
  prepare: () => void | Promise<void> = () => {},
): Work {
  let next = 0
  let consumed = 0
  return {
    answers: async () => {
      await prepare()
      return answersTo(queries, search)
    },
    repeat: async (times) => {
      await prepare()
      for (let i = 0; i < times; i++) {
        const found = search(queries[next++ % queries.length]!)
        consumed += (found instanceof Promise ? await found : found).length
      }
      // A result that nobody uses may be computed by nobody.
      if (consumed === 0) throw new Error('No neighbour was found.')
    },
    passLength: queries.length,
    queriesEach: 1,
  }
}

/** All queries a repetition, in one call. */
export function allAtOnce(queries: readonly Float32Array[], searchMany: (queries: Float32Array) => readonly Offsets[]): Work {
  const dim = queries[0]!.length
  const rows = new Float32Array(queries.length * dim)
  for (const [i, query] of queries.entries()) rows.set(query, i * dim)
  return {
    answers: async () => searchMany(rows),
    repeat: async (times) => {
      for (let i = 0; i < times; i++) searchMany(rows)
    },
    passLength: 1,
    queriesEach: queries.length,
  }
}

/**
 * Recall and time of all contests, in turn.
 * @returns A row each, in their order.
 */
export async function compete(bench: IndexBench, group: RowGroup, contests: readonly Contest[]): Promise<Row[]> {
  const { rounds, tools } = bench
  const recalls: number[] = []
  for (const { built, mode, truth = bench.truth, work } of contests) {
    tools.progress(`recall of ${built.kind.engine} ${mode}`)
    recalls.push(recallOf(await work.answers(), truth))
  }
  const rowsOf = (timings: readonly Timing[]) => {
    const costs = contests.map(({ work }, i) => timings[i]!.cpuMicros / work.queriesEach)
    return contests.map((contest, i): Row => {
      const { built, mode, fields, work } = contest
      const timing = timings[i]!
      const at = contest.baseline ? contests.findIndex(contest.baseline) : -1
      const baseline = contests[at]
      return {
        row: group,
        engine: built.kind.engine,
        mode,
        ...commonFields(bench, built),
        ...fields,
        recall: recalls[i]!,
        cpuMicrosPerQuery: costs[i]!,
        ...(baseline && {
          baseline: `${baseline.built.kind.engine} ${baseline.mode}`,
          baselineCpuMicrosPerQuery: costs[at]!,
          ratioToBaseline: costs[i]! / costs[at]!,
        }),
        wallMicrosPerQuery: timing.wallMicros / work.queriesEach,
        leastCpuMicrosPerQuery: timing.leastCpuMicros / work.queriesEach,
        rounds,
        queriesPerRound: timing.repetitionsPerRound * work.queriesEach,
        cpuSeconds: timing.cpuSeconds,
      }
    })
  }
  const contestants = contests.map(({ built, mode, work: { repeat, passLength } }) => {
    return { name: `${built.kind.engine} ${mode}`, repeat, passLength }
  })
  const timings = await interleave(contestants, rounds, CONTEST_MS / rounds, tools, (soFar) => tools.preview(rowsOf(soFar)))
  return rowsOf(timings)
}
