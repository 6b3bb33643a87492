import { beforeAll, expect, test } from 'vitest'
import { PLANTED_BUGS } from './testing/simulation/planted-bugs.ts'
import { simulate, warmUp } from './testing/simulation/simulate.ts'
import type { SimulationOptions } from './testing/simulation/simulation.ts'
import { openStandIn } from './testing/simulation/stand-in.ts'
import { openStore } from './testing/simulation/store-subject.ts'

/** Lives that are lived always. */
const SEEDS = 300

// VOISIN_SEED=7 replays one life and prints its history; VOISIN_SEEDS=100000 lives so many, from VOISIN_FIRST_SEED on.
const { VOISIN_SEED, VOISIN_SEEDS = SEEDS, VOISIN_FIRST_SEED = 1 } = process.env
const first = VOISIN_SEED === undefined ? Number(VOISIN_FIRST_SEED) : Number(VOISIN_SEED)
const count = VOISIN_SEED === undefined ? Number(VOISIN_SEEDS) : 1

const STORE: SimulationOptions = { open: openStore }
// It has no checksums, no witness, and one durability.
const STAND_IN: SimulationOptions = { open: openStandIn, hasBitRot: false, losesDatabase: false, durabilities: ['power'] }

beforeAll(() => warmUp(STORE))

test.each([
  ['the store', STORE],
  ['a stand-in that shows what the simulator takes for right', STAND_IN],
])(
  `${count} lives from seed ${first} on: nothing is lost, invented, different between tabs, unanswered or stuck: %s`,
  async (_, options) => {
    const failed: string[] = []
    const seeds: number[] = []
    for (let seed = first; seed < first + count; seed++) {
      try {
        const { history } = await simulate(seed, options)
        if (VOISIN_SEED !== undefined) console.log(history.join('\n'))
      } catch (error) {
        if (VOISIN_SEED !== undefined) console.log((error as { history?: string[] }).history?.join('\n'))
        failed.push((error as Error).message)
        seeds.push(seed)
      }
    }
    expect(failed.length, `${failed.length} of ${count} (${seeds.join(', ')}): ${failed[0]}`).toBe(0)
  },
  Math.max(600_000, count * 2_000),
)

test('the same seed is the same life', async () => {
  for (let seed = first; seed < first + 20; seed++) {
    const lives = [await ending(seed, STORE), await ending(seed, STORE)]
    expect(lives[1]).toEqual(lives[0])
  }
})

test.each(PLANTED_BUGS)('$what: found', async ({ plant, found }) => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const failure = await simulate(seed, { ...STAND_IN, open: plant(openStandIn) }).then(
      () => undefined,
      (error: Error) => error,
    )
    if (failure === undefined) continue
    expect(failure.message.split('\n\nIts history')[0]).toMatch(found)
    return
  }
  expect.unreachable(`not within ${SEEDS} seeds`)
})

/** How a life goes, failing or not. */
function ending(seed: number, options: SimulationOptions): Promise<unknown> {
  return simulate(seed, options).catch(({ message, history }: Error & { history: unknown }) => ({ message, history }))
}
