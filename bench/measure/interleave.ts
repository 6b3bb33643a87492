import type { SuiteTools } from '../suite.ts'
import { median } from './median.ts'

/** Something to be timed: does its work `times` times. */
export interface Contestant {
  readonly name: string
  repeat(times: number): void | Promise<void>
  /**
   * How many repetitions make a whole pass, over all queries say. A round longer than a pass is made of whole ones, so that every
   * round does the same. @default 1
   */
  readonly passLength?: number
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
 * about `roundMs` of CPU time, because that clock has steps of 10 ms. A first round, whose result is thrown away, warms up and finds
 * out how many repetitions that is.
 *
 * @param onRound Hears how things stand after each round.
 */
export async function interleave(
  contestants: readonly Contestant[],
  rounds: number,
  roundMs: number,
  tools: Pick<SuiteTools, 'cpuMs' | 'progress'>,
  onRound?: (timings: readonly Timing[]) => void,
): Promise<Timing[]> {
  const repetitions: number[] = []
  for (const contestant of contestants) repetitions.push(await repetitionsFor(contestant, roundMs, tools))
  const cpu = contestants.map((): number[] => [])
  const wall = contestants.map((): number[] => [])
  const timings = () =>
    contestants.map((_, i) => ({
      cpuMicros: median(cpu[i]!) / repetitions[i]!,
      wallMicros: median(wall[i]!) / repetitions[i]!,
      leastCpuMicros: Math.min(...cpu[i]!) / repetitions[i]!,
      repetitionsPerRound: repetitions[i]!,
      cpuSeconds: cpu[i]!.reduce((sum, micros) => sum + micros, 0) / 1e6,
    }))
  const names = [...new Set(contestants.map(({ name }) => name))].join(', ')
  for (let round = 1; round <= rounds; round++) {
    tools.progress(`round ${round} of ${rounds}: ${names}`)
    for (const [i, contestant] of contestants.entries()) {
      const cpuBefore = await tools.cpuMs()
      const wallBefore = performance.now()
      await contestant.repeat(repetitions[i]!)
      const wallAfter = performance.now()
      cpu[i]!.push(((await tools.cpuMs()) - cpuBefore) * 1000)
      wall[i]!.push((wallAfter - wallBefore) * 1000)
    }
    onRound?.(timings())
  }
  return timings()
}

async function repetitionsFor(
  { repeat, passLength = 1 }: Contestant,
  roundMs: number,
  tools: Pick<SuiteTools, 'cpuMs'>,
): Promise<number> {
  for (let times = 1; ; times *= 4) {
    const before = await tools.cpuMs()
    await repeat(times)
    const took = (await tools.cpuMs()) - before
    if (took < roundMs / 4) continue
    const needed = Math.max(1, Math.round((times * roundMs) / took))
    return needed > passLength ? Math.ceil(needed / passLength) * passLength : needed
  }
}

/** CPU and wall time of doing something once, in ms. */
export async function once<T>(
  tools: Pick<SuiteTools, 'cpuMs'>,
  action: () => T | Promise<T>,
): Promise<{ result: T; cpuMs: number; wallMs: number }> {
  const cpuBefore = await tools.cpuMs()
  const wallBefore = performance.now()
  const result = await action()
  const wallMs = performance.now() - wallBefore
  return { result, cpuMs: (await tools.cpuMs()) - cpuBefore, wallMs }
}
