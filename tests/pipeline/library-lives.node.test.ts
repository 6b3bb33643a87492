import { getRandomValues, randomUUID } from 'node:crypto'
import { expect, onTestFinished, test, vi } from 'vitest'
import { warmUp } from '../../packages/store/src/testing/simulation/simulate.ts'
import { openStore } from '../../packages/store/src/testing/simulation/store-subject.ts'
import { LibraryLife } from './library-lives/life.ts'

/** Lives that are lived always. */
const SEEDS = 300

// VOISIN_SEED=7 replays one life and prints its history; VOISIN_SEEDS=20000 lives so many, from VOISIN_FIRST_SEED on.
const { VOISIN_SEED, VOISIN_SEEDS = SEEDS, VOISIN_FIRST_SEED = 1 } = process.env
const first = Number(VOISIN_SEED ?? VOISIN_FIRST_SEED)
const count = VOISIN_SEED === undefined ? Number(VOISIN_SEEDS) : 1

test(
  `${count} lives of a library from seed ${first} on: every listed document is whole, of one version, and what was acknowledged`,
  async () => {
    await warmUp({ open: openStore })
    // Batches, and turns for others, follow the time that things take: here none, so that the same seed is the same life.
    const clock = vi.spyOn(performance, 'now').mockReturnValue(0)
    onTestFinished(() => clock.mockRestore())
    // As where a page is not in a secure context: hashes are made at once, and not in a time that is none of the lives'.
    vi.stubGlobal('crypto', { getRandomValues: (bytes: Uint8Array) => getRandomValues(bytes), randomUUID })
    onTestFinished(() => void vi.unstubAllGlobals())
    const failed: string[] = []
    for (let seed = first; seed < first + count; seed++) {
      const life = new LibraryLife(seed)
      try {
        await life.live()
      } catch (error) {
        failed.push(`Seed ${seed}: ${(error as Error).stack}\n\nIts history:\n${life.history.slice(-60).join('\n')}`)
      }
      if (VOISIN_SEED !== undefined) console.log(life.history.join('\n'))
    }
    expect(
      failed.length,
      `${failed.length} of ${count}: ${failed.map((failure) => failure.split('\n')[0]).join('; ')}\n${failed[0]}`,
    ).toBe(0)
  },
  Math.max(600_000, count * 2_000),
)
