import type { Metric } from '@voisin/spec'
import { InvalidArgumentError } from '@voisin/spec'

/** The metrics by code: the kernels (`assembly/distance.ts`) and stored bytes name a metric by its place here. */
export const METRICS: readonly Metric[] = ['cosine', 'dot', 'l2']

/**
 * A metric's code.
 * @throws {InvalidArgumentError} There is no such metric.
 */
export function metricCode(metric: Metric): number {
  const code = METRICS.indexOf(metric)
  if (code === -1) {
    throw new InvalidArgumentError('No such metric.', { expected: "'cosine', 'dot' or 'l2'", received: String(metric) })
  }
  return code
}
