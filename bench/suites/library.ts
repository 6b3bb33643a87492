import { ofLongDocuments } from '../library/long-documents.ts'
import { manyDocuments } from '../library/many-documents.ts'
import type { Timing } from '../library/timer.ts'
import { median, rounded } from '../measure/median.ts'
import type { Row, Suite } from '../suite.ts'

/** What a library's calls take, at its door: the built-in model, IndexedDB, workers, every write safe against a power cut. */
export const suite: Suite = {
  columns: ['library', 'call', 'wallMs', 'cpuMs', 'embedded', 'rounds'],
  run: async (options, tools) => {
    const { quick, n = quick ? 1_008 : 10_086, rounds = quick ? 1 : 3 } = options
    const timings: Timing[] = []
    for (let round = 1; round <= rounds; round++) {
      tools.progress(`round ${round} of ${rounds}`)
      timings.push(...(await manyDocuments(n, tools)), ...(await ofLongDocuments(quick ? 20 : 200, tools)))
    }
    // Some calls are timed several times in a round.
    const kinds = Map.groupBy(timings, ({ library, call }) => `${library}, ${call}`)
    return [...kinds.values()].map((ofKind): Row => {
      const { library, call, embedded } = ofKind[0]!
      const middle = (name: 'wallMs' | 'cpuMs') => rounded(median(ofKind.map((timing) => timing[name])))
      const row = { library, call, wallMs: middle('wallMs'), cpuMs: middle('cpuMs'), embedded, rounds }
      tools.row(row)
      return row
    })
  },
}
