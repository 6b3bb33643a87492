import { InvalidArgumentError } from '@voisin/spec'
import { checkDim } from '../layout.ts'
import { metricCode } from '../metric-code.ts'
import type { HnswIndexOptions } from './options.ts'

/** How a graph is built. What each costs and gives is measured in docs/parameters.md. */
export interface GraphOptions {
  /** Links per node above level 0; level 0 has twice as many. 4 … 64; more find more and take more memory (8 bytes each). @default 16 */
  readonly m?: number
  /** Candidates while a single vector is linked in, m … 2,000. More find better links and take longer. @default 200 */
  readonly efConstruction?: number
  /** How much nearer to a neighbour than to the node a candidate must be to be passed over, 1 … 2. @default 1.1 */
  readonly alpha?: number
  /** Where the drawing of levels and leaders begins: the same seed and history give the same graph. @default 1 */
  readonly seed?: number
}

/** The same, checked, with what follows from them. */
export interface Parameters {
  readonly m: number
  /** Links of level 0. */
  readonly m0: number
  readonly efConstruction: number
  readonly alpha: number
  readonly seed: number
}

/** Of a new index. @throws {InvalidArgumentError} A value outside its range. */
export function checkOptions(options: HnswIndexOptions): Parameters {
  const { dim, metric, capacity = 64, recall, maxBytes } = options
  checkDim(dim)
  metricCode(metric)
  if (!Number.isSafeInteger(capacity) || capacity < 0) {
    throw new InvalidArgumentError('No such capacity.', { expected: 'an integer ≥ 0', received: String(capacity) })
  }
  if (recall !== undefined) checkNumber('recall', recall, 0, 1, false)
  if (maxBytes !== undefined) checkNumber('maxBytes', maxBytes, 0, 2 ** 32, false)
  return graphParameters(options)
}

/** @throws {InvalidArgumentError} A value outside its range. */
export function graphParameters({ m = 16, efConstruction = 200, alpha = 1.1, seed = 1 }: GraphOptions): Parameters {
  checkNumber('m', m, 4, 64, true)
  checkNumber('efConstruction', efConstruction, m, 2000, true)
  checkNumber('alpha', alpha, 1, 2, false)
  checkNumber('seed', seed, 0, 2 ** 32 - 1, true)
  return { m, m0: 2 * m, efConstruction, alpha, seed }
}

/** Refuses an offset that no vector of so many has. */
export function checkOffset(offset: number, count: number): void {
  if (Number.isInteger(offset) && offset >= 0 && offset < count) return
  throw new InvalidArgumentError('No such offset.', { expected: `an integer from 0 to ${count - 1}`, received: String(offset) })
}

/** Refuses a number outside its range. */
export function checkNumber(name: string, value: number, least: number, most: number, isInteger: boolean): void {
  if ((isInteger ? Number.isInteger(value) : Number.isFinite(value)) && value >= least && value <= most) return
  throw new InvalidArgumentError(`No such ${name}.`, {
    expected: `${isInteger ? 'an integer' : 'a number'} from ${least} to ${most}`,
    received: String(value),
  })
}

/** Numbers of [0, 1), the same for the same seed: mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The top level of the node drawn as number `draw`: ⌊−ln u / ln rate⌋, at most 15. The same for the same seed and number. */
export function drawnLevel(seed: number, draw: number, rate: number): number {
  const u = 1 - seeded(Math.imul(seed, 0x9e3779b1) ^ Math.imul(draw + 1, 0x85ebca77))()
  return Math.min(15, Math.floor(-Math.log(u) / Math.log(rate)))
}
