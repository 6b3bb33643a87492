import { expect, test } from 'vitest'
import { runSequence } from '../testing/fuzz.ts'

// VOISIN_FUZZ=100000 makes a night of it; VOISIN_FUZZ_FROM begins at another seed, to run one that failed.
const SEQUENCES = Number(process.env.VOISIN_FUZZ ?? 40)
const FIRST = Number(process.env.VOISIN_FUZZ_FROM ?? 1_000_001)

test(
  `an index and its model agree in Node over ${SEQUENCES} sequences of random operations`,
  async () => {
    let searches = 0
    const failed: string[] = []
    for (let seed = FIRST; seed < FIRST + SEQUENCES; seed++) {
      try {
        searches += (await runSequence(seed)).searches
      } catch (error) {
        failed.push(String(error))
      }
    }
    expect(failed.slice(0, 20)).toEqual([])
    expect(searches).toBeGreaterThan(SEQUENCES)
  },
  2 ** 31 - 1,
)
