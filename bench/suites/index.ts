import { vectorSet } from '../data/load.ts'
import { chosenKinds } from '../index-engines/kinds.ts'
import { COLUMNS, chosen } from '../index-rows/options.ts'
import { runPlan } from '../index-rows/run.ts'
import type { Row, Suite } from '../suite.ts'

/** The search alone: all engines over the same vectors, in the same page, in turn. */
export const suite: Suite = {
  columns: COLUMNS,
  run: async (options, tools) => {
    const rows: Row[] = []
    for (const each of chosen(options)) {
      const { n, queryCount } = each
      const kinds = chosenKinds(options, each)
      const load = () => vectorSet(options.data, n, queryCount, options.dim)
      rows.push(...(await runPlan({ ...each, kinds, load, baseline: 'hnswlib-wasm' }, tools)))
    }
    return rows
  },
}
