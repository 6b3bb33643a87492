import type { Costs } from './planner.ts'
import type { Tuning } from './tuner.ts'

/** What was measured of a device and a graph, as it is written to bytes. */
export interface Measured {
  readonly costs: Costs | undefined
  readonly tunings: readonly Tuning[]
}

/** Whether what was read from bytes is that. */
export function isMeasured(value: unknown): value is Measured {
  if (typeof value !== 'object' || value === null) return false
  const { costs, tunings } = value as Partial<Measured>
  return (
    (costs === undefined || areNumbers(costs, ['scan', 'gather', 'bits', 'measure'])) &&
    Array.isArray(tunings) &&
    tunings.every(isTuning)
  )
}

/** Whether a value is an object with finite numbers of these names. */
export function areNumbers(value: unknown, names: readonly string[]): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    names.every((name) => Number.isFinite((value as Readonly<Record<string, unknown>>)[name]))
  )
}

function isTuning(tuning: Tuning): boolean {
  return (
    areNumbers(tuning, ['k', 'live']) &&
    Array.isArray(tuning.walks) &&
    tuning.walks.every((walk) => areNumbers(walk, ['ef', 'recall', 'cost']))
  )
}
