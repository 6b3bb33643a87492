import type { Clock } from './world.ts'

/**
 * Runs a generator to its end; after each step all that waits in the event loop goes first.
 * @param check Called before each next step; what it throws ends it.
 * @returns The generator's result.
 */
export async function inSlices<T>(steps: Generator<unknown, T>, clock: Clock, check: () => void): Promise<T> {
  try {
    for (;;) {
      const step = steps.next()
      if (step.done) return step.value
      await clock.yield()
      check()
    }
  } finally {
    // Where it was not at its end, it hears that it was given up.
    steps.return(undefined as never)
  }
}
