import type { SuiteTools } from '../suite.ts'
import { median } from './median.ts'

/** Something to be timed: does its work `times` times. */
export interface Contestant {
  readonly name: string
  repeat(times: number): void | Promise<void>
}

export interface Timing {
  /** Medians over the rounds, per repetition. */
  readonly cpuMicros: number
  readonly wallMicros: number
  /** CPU time of the fastest round, per repetition: what a quiet machine would come nearest to. */
  readonly leastCpuMicros: number
  readonly repetitionsPerRound: number
  /** CPU time of all rounds. */
  readonly cpuSeconds: number
}

/**
 * Times contestants in turn, round after round, so that a machine's good and bad minutes fall on all alike. A round of each lasts
 * about `roundMs`, because the CPU clock has steps of 10 ms. A first round, whose result is thrown away, warms up and finds out how
 * many repetitions that is.
 */
export async function interleave(
  contestants: readonly Contestant[],
  rounds: number,
  roundMs: number,
  tools: SuiteTools,
): Promise<Timing[]> {
  const repetitions: number[] = []
  for (const contestant of contestants) repetitions.push(await repetitionsFor(contestant, roundMs))
  const cpu = contestants.map((): number[] => [])
  const wall = contestants.map((): number[] => [])
  for (let round = 1; round <= rounds; round++) {
    tools.progress(`round ${round} of ${rounds}: ${contestants.map(({ name }) => name).join(', ')}`)
    for (const [i, contestant] of contestants.entries()) {
      const cpuBefore = await tools.cpuMs()
      const wallBefore = performance.now()
      await contestant.repeat(repetitions[i]!)
      const wallAfter = performance.now()
      cpu[i]!.push(((await tools.cpuMs()) - cpuBefore) * 1000)
      wall[i]!.push((wallAfter - wallBefore) * 1000)
    }
  }
  return contestants.map((_, i) => ({
    cpuMicros: median(cpu[i]!) / repetitions[i]!,
    wallMicros: median(wall[i]!) / repetitions[i]!,
    leastCpuMicros: Math.min(...cpu[i]!) / repetitions[i]!,
    repetitionsPerRound: repetitions[i]!,
    cpuSeconds: cpu[i]!.reduce((sum, micros) => sum + micros, 0) / 1e6,
  }))
}

async function repetitionsFor(contestant: Contestant, roundMs: number): Promise<number> {
  for (let times = 1; ; times *= 4) {
    const before = performance.now()
    await contestant.repeat(times)
    const took = performance.now() - before
    if (took >= roundMs / 4) return Math.max(1, Math.round((times * roundMs) / took))
  }
}

/** CPU and wall time of doing something once, in ms. */
export async function once<T>(
  tools: SuiteTools,
  action: () => T | Promise<T>,
): Promise<{ result: T; cpuMs: number; wallMs: number }> {
  const cpuBefore = await tools.cpuMs()
  const wallBefore = performance.now()
  const result = await action()
  const wallMs = performance.now() - wallBefore
  return { result, cpuMs: (await tools.cpuMs()) - cpuBefore, wallMs }
}
