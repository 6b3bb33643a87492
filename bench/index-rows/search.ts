import { costAtRecall, type Setting } from '../measure/interpolate.ts'
import type { Row } from '../suite.ts'
import { type Built, commonFields, type IndexBench } from './bench.ts'
import { buildRatio } from './build.ts'
import { type Contest, compete, oneByOne } from './contest.ts'

/** The recall at which graphs are compared: at one ef they do not find the same. */
const RECALL = 0.99

/** Every graph at every ef; then what each costs at the same recall. */
export async function searchRows(bench: IndexBench, efs: readonly number[]): Promise<Row[]> {
  const { queries, k, built } = bench
  const contests = built.flatMap((each): Contest[] => {
    const { kind, engine } = each
    const { graph } = engine
    if (!graph) return []
    return (kind.efs ?? efs).map((ef) => {
      const work = oneByOne(
        queries,
        (query) => graph(query, k),
        () => engine.setEf?.(ef),
      )
      return { built: each, mode: kind.mode, fields: { ef }, work }
    })
  })
  const rows = await compete(bench, 'search', contests)
  return [...rows, ...rowsAtRecall(bench, rows)]
}

function rowsAtRecall(bench: IndexBench, rows: readonly Row[]): Row[] {
  const graphs = bench.built
    .filter(({ engine }) => engine.graph)
    .map((built) => ({ built, found: costAtRecall(settingsOf(rows, built), RECALL) }))
  const baseline = graphs.find(({ built }) => built.kind.engine === bench.baseline)
  return graphs.map(({ built, found }): Row => {
    const { engine, mode } = built.kind
    const [below, above] = found?.between ?? []
    return {
      row: 'search',
      engine,
      mode: `${mode}@${String(RECALL).slice(1)}`,
      ...commonFields(bench, built),
      recall: RECALL,
      readOff: !found
        ? 'never reached'
        : below === above
          ? `at most: ef ${below!.ef} finds more`
          : `ef ${below!.ef} – ${above!.ef}`,
      cpuMicrosPerQuery: found?.cost,
      ...(baseline && { baseline: bench.baseline, baselineCpuMicrosPerQuery: baseline.found?.cost }),
      ...(found && baseline?.found && { ratioToBaseline: found.cost / baseline.found.cost }),
      ...(baseline && buildRatio(built, baseline.built)),
    }
  })
}

function settingsOf(rows: readonly Row[], { kind }: Built): Setting[] {
  return rows
    .filter(({ engine, mode }) => engine === kind.engine && mode === kind.mode)
    .map(({ ef, recall, cpuMicrosPerQuery }) => ({ ef, recall, cost: cpuMicrosPerQuery }) as Setting)
}
