import type { HnswIndex } from '@voisin/index'
import { ASKED, type Golden, K, queriesOf, type Recorded } from './golden-indexes.ts'

/** Everything a golden index is asked, and what it answers. */
export function answersOf(index: HnswIndex, golden: Golden): Recorded {
  const { dim, metric, count, liveCount, hasGraph } = index
  const answers = queriesOf(golden).map((query) =>
    ASKED.map((options) => {
      const { offsets, distances } = index.search(query, K, options)
      return { offsets: [...offsets], distances: [...distances] }
    }),
  )
  return { dim, metric, count, liveCount, hasGraph, answers }
}
