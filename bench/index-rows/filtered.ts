import { uniforms } from '../data/gaussian.ts'
import type { Filter } from '../index-engines/engine.ts'
import { truthOf } from '../index-engines/truth.ts'
import type { Row } from '../suite.ts'
import type { IndexBench } from './bench.ts'
import { type Contest, compete, oneByOne } from './contest.ts'

const SELECTIVITIES = [0.001, 0.01, 0.1, 0.5, 0.9]
/** Enough for a recall, and not too many for an engine that walks its whole graph for each. */
const QUERIES = 200
/** For engines that must be told: at this ef a graph finds about .99 of the neighbours among 100,000 real embeddings when nothing is filtered. */
const EF = 96

/** Search among allowed points, which lie anywhere: the hardest filter for a graph. */
export async function filteredRows(bench: IndexBench): Promise<Row[]> {
  const { n, k, built, baseline, exactly } = bench
  const queries = bench.queries.slice(0, QUERIES)
  const contests = SELECTIVITIES.flatMap((selectivity) => {
    const filter = randomFilter(n, selectivity)
    const truth = truthOf(exactly, queries, k, filter.allow)
    // Among few points a small share may be none at all.
    if (truth.sizes[0] === 0) return []
    return built.flatMap((each) => {
      const { engine, kind } = each
      if (!kind.rows.includes('filtered')) return []
      return Object.entries(engine.filtered ?? {}).map(([mode, search]): Contest => {
        const path = mode === 'filtered' ? engine.pathOf?.(queries[0]!, k, filter) : undefined
        // An engine that has a choice of paths is asked for a recall, by default .99, and chooses its ef too.
        const ef = engine.pathOf ? undefined : EF
        const work = oneByOne(
          queries,
          (query) => search(query, k, filter),
          () => engine.setEf?.(EF),
        )
        const isBaseline = (other: Contest) => other.built.kind.engine === baseline && other.fields?.selectivity === selectivity
        return { built: each, mode, fields: { ef, selectivity, path }, truth, work, baseline: isBaseline }
      })
    })
  })
  return compete(bench, 'filtered', contests)
}

/** Each point is allowed by a throw of a seeded die. */
function randomFilter(n: number, selectivity: number): Filter {
  const throws = uniforms(7)
  const allow = new Uint8Array(Math.ceil(n / 8))
  for (let offset = 0; offset < n; offset++) if (throws() < selectivity) allow[offset >> 3]! |= 1 << (offset & 7)
  return { allow, allows: (offset) => (allow[offset >> 3]! & (1 << (offset & 7))) !== 0 }
}
