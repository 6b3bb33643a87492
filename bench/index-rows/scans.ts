import type { RowGroup } from '../index-engines/engine.ts'
import type { Row } from '../suite.ts'
import type { Built, IndexBench } from './bench.ts'
import { allAtOnce, type Contest, compete, oneByOne } from './contest.ts'

/** What exact scans are compared with, one query at a time and many at once. */
const LOOP = 'typescript-loop'
const FLAT = 'exact-f32'

/** Searches without anything to choose, most of them exact. */
export function exactRows(bench: IndexBench): Promise<Row[]> {
  return compete(bench, 'exact', scans(bench, 'exact'))
}

/** Many queries in one call, beside the same index and the f32 scan asked one by one. */
export function batchedRows(bench: IndexBench): Promise<Row[]> {
  const { queries, k } = bench
  const baseline = ({ built: { kind }, mode }: Contest) => kind.engine === 'voisin' && mode === FLAT
  const batched = taking(bench, 'batched').flatMap((each) =>
    Object.entries(each.engine.batched ?? {}).map(([mode, searchMany]): Contest => {
      const work = allAtOnce(queries, (rows) => searchMany(rows, k))
      return { built: each, mode, fields: { batchQueries: queries.length }, work, baseline }
    }),
  )
  const single = scans(bench, 'batched').map((contest) => ({ ...contest, baseline }))
  return compete(bench, 'batched', [...single, ...batched])
}

function scans(bench: IndexBench, group: RowGroup): Contest[] {
  const { queries, k } = bench
  const baseline = ({ built: { kind } }: Contest) => kind.engine === LOOP
  return taking(bench, group).flatMap((each) =>
    Object.entries(each.engine.scans ?? {}).map(([mode, search]): Contest => {
      const work = oneByOne(queries, (query) => search(query, k))
      return { built: each, mode, work, baseline }
    }),
  )
}

function taking({ built }: IndexBench, group: RowGroup): Built[] {
  return built.filter(({ kind }) => kind.rows.includes(group))
}
