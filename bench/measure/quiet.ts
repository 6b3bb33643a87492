import type { SuiteTools } from '../suite.ts'

const LOOK_MS = 250
/** Steps of the clock, and what a page takes that does nothing. */
const IDLE_CPU_MS = 20
const AT_MOST_MS = 120_000

/**
 * Waits until the browser's renderers have done nothing for so long: what a call leaves for later is then done, and no part of the next
 * one's time. Where nobody can tell, it waits so long.
 */
export async function quiet({ cpuMs, measuresCpu }: SuiteTools, idleMs: number): Promise<void> {
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
  if (!measuresCpu) return void (await pause(idleMs))
  const end = performance.now() + AT_MOST_MS
  let idleSince = performance.now()
  let before = await cpuMs()
  while (performance.now() < end && performance.now() - idleSince < idleMs) {
    await pause(LOOK_MS)
    const now = await cpuMs()
    if (now - before > IDLE_CPU_MS) idleSince = performance.now()
    before = now
  }
}
