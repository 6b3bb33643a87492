import { expect, inject, test } from 'vitest'
import { runSequence } from '../testing/fuzz.ts'

/** So many every time; VOISIN_FUZZ names another number. */
const SEQUENCES = inject('fuzzSequences') ?? 400

test(
  `an index and its model agree over ${SEQUENCES} sequences of random operations`,
  async () => {
    let graphs = 0
    for (let seed = 1; seed <= SEQUENCES; seed++) {
      // Every third without the relaxed instructions.
      const { hadGraph } = await runSequence(seed, seed % 3 === 0 ? 'plain' : undefined)
      if (hadGraph) graphs++
    }
    expect(graphs).toBeGreaterThan(SEQUENCES / 100)
  },
  2 ** 31 - 1,
)
