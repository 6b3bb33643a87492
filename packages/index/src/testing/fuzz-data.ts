import type { Metric } from '@voisin/spec'
import type { HnswIndexOptions, SearchOptions } from '../hnsw/options.ts'
import type { Simd } from '../kernels.ts'
import { METRICS } from '../metric-code.ts'
import { adversarialRows, KINDS } from './adversarial.ts'
import { clusters } from './data.ts'
import { seeded } from './random.ts'

/** What a sequence of random operations adds. */
export interface Data {
  readonly rows: (count: number) => Float32Array
  /** Whether there are vectors near each other that neither are all equal nor, in few dimensions, have all the same codes. */
  readonly hasNeighbours: boolean
}

export function dataFor(random: () => number, dim: number, metric: Metric, isLarge: boolean): Data {
  const seed = Math.floor(random() * 2 ** 31)
  if (isLarge || random() < 0.4) {
    const spread = random() < 0.1 ? 0 : 0.4
    return { rows: clusters(seed, dim, 1 + Math.floor(random() * 40), spread), hasNeighbours: spread > 0 && dim >= 8 }
  }
  const kind = KINDS[Math.floor(random() * KINDS.length)]!
  const scale = [1, 1, 1, 1e-6, 1e6, 1e-12, 1e12][Math.floor(random() * 7)]!
  const own = seeded(seed)
  return { rows: (count) => adversarialRows(own, kind, { count, dim, metric, scale }), hasNeighbours: false }
}

/** Options of the index that a sequence is done to. */
export function drawOptions(random: () => number, isLarge: boolean, simd: Simd | undefined): HnswIndexOptions {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!
  const dim = isLarge ? pick([2, 3, 8, 16, 24]) : pick([1, 2, 3, 4, 5, 7, 8, 13, 16, 17, 31, 32, 33, 40])
  const metric = pick(METRICS)
  const m = pick([4, 5, 8, 16, 16, 33, 64])
  return {
    dim,
    metric,
    m,
    efConstruction: Math.max(m, pick([16, 40, 100])),
    alpha: pick([1, 1.1, 1.5]),
    seed: Math.floor(random() * 2 ** 32),
    capacity: pick([0, 64, 500]),
    graph: pick([...Array<true>(11).fill(true), ...Array<'background'>(7).fill('background'), false]),
    ...(simd && { simd }),
    ...(random() < 0.3 && { recall: pick([0.9, 0.95]) }),
    planner: { exactUpTo: pick([0, 100, 1000]) },
  }
}

/** Whether a search must give what the exact scan gives. */
export function mustBeExact({ path, recall, ef }: SearchOptions): boolean {
  return path === 'int8' || path === 'f32' || (recall === 1 && ef === undefined)
}
