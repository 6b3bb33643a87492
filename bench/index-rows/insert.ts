import { recallOf, truthOf } from '../index-engines/truth.ts'
import { median } from '../measure/median.ts'
import type { Row } from '../suite.ts'
import { answersTo, commonFields, type IndexBench } from './bench.ts'

/** Vectors added in all; the set has to have so many more. */
export const SPARE_POINTS = 500
const SEARCHES_PER_ADD = 10
const EF = 64

/**
 * Inserts among searches, ten searches after each: what an app does that indexes while it is asked. Must be the last rows of a run,
 * because afterwards the indexes hold more points.
 *
 * A round's CPU time is divided between inserts and searches as their wall time is: the CPU clock is too coarse to be read after each.
 */
export async function insertRows(bench: IndexBench, spare: readonly Float32Array[]): Promise<Row[]> {
  const { k, queries, rounds, oracle, tools } = bench
  const contestants = bench.built.filter(({ kind, engine }) => kind.rows.includes('insert') && engine.add)
  const costs = contestants.map(() => ({ add: [] as number[], search: [] as number[], cpuMs: 0 }))
  const perRound = Math.floor(spare.length / rounds)
  for (let round = 0; round < rounds; round++) {
    tools.progress(`inserts: round ${round + 1} of ${rounds}`)
    const added = spare.slice(round * perRound, (round + 1) * perRound)
    for (const [i, { engine }] of contestants.entries()) {
      await engine.setEf?.(EF)
      const before = await tools.cpuMs()
      let addMs = 0
      let searchMs = 0
      for (const [row, vector] of added.entries()) {
        const begun = performance.now()
        engine.add!(vector)
        const between = performance.now()
        for (let j = 0; j < SEARCHES_PER_ADD; j++) {
          await engine.graph!(queries[(row * SEARCHES_PER_ADD + j) % queries.length]!, k)
        }
        addMs += between - begun
        searchMs += performance.now() - between
      }
      const cpuMs = (await tools.cpuMs()) - before
      const perWallMs = cpuMs / (addMs + searchMs)
      costs[i]!.add.push((addMs * perWallMs * 1000) / perRound)
      costs[i]!.search.push((searchMs * perWallMs * 1000) / (perRound * SEARCHES_PER_ADD))
      costs[i]!.cpuMs += cpuMs
    }
    for (const vector of added) oracle?.add(vector)
  }
  const truth = truthOf(bench.exactly, queries, k)
  const rows: Row[] = []
  for (const [i, built] of contestants.entries()) {
    const found = await answersTo(queries, (query) => built.engine.graph!(query, k))
    rows.push({
      row: 'insert',
      engine: built.kind.engine,
      mode: `${built.kind.mode}+insert`,
      ...commonFields(bench, built),
      ef: EF,
      recall: recallOf(found, truth),
      cpuMicrosPerQuery: median(costs[i]!.search),
      cpuMicrosPerAdd: median(costs[i]!.add),
      addsPerRound: perRound,
      queriesPerRound: perRound * SEARCHES_PER_ADD,
      rounds,
      cpuSeconds: costs[i]!.cpuMs / 1000,
    })
  }
  return withRatios(rows, bench.baseline)
}

function withRatios(rows: readonly Row[], baseline: string): Row[] {
  const other = rows.find(({ engine }) => engine === baseline)
  if (!other) return [...rows]
  const ratio = (row: Row, name: string) => Number(row[name]) / Number(other[name])
  return rows.map((row) => ({
    ...row,
    baseline,
    baselineCpuMicrosPerQuery: other.cpuMicrosPerQuery,
    ratioToBaseline: ratio(row, 'cpuMicrosPerQuery'),
    baselineCpuMicrosPerAdd: other.cpuMicrosPerAdd,
    addRatioToBaseline: ratio(row, 'cpuMicrosPerAdd'),
  }))
}
