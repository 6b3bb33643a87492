import type { Candidates, Metric } from '@voisin/spec'
import type { Simd } from '../kernels.ts'
import type { GraphOptions } from './parameters.ts'
import type { SearchPath } from './paths.ts'
import type { Plan, PlannerOptions } from './planner.ts'
import type { BuildHelper } from './shared-leaves.ts'

export interface HnswIndexOptions extends GraphOptions {
  /** Elements per vector, 1 … 4,096. */
  readonly dim: number
  readonly metric: Metric
  /** For how many vectors to reserve memory at once. It grows beyond by itself, by half each time. @default 64 */
  readonly capacity?: number
  /**
   * Whether a graph is built once there are enough vectors (1,024). Without one every search is a scan. `'background'`: adding links
   * nothing; `linkSteps` does, in slices, and searches find what is not linked yet by a scan of it. @default true
   */
  readonly graph?: boolean | 'background'
  /** How much memory it may take, in bytes, builds included. @default 4 GiB less 64 KiB, the limit of WebAssembly */
  readonly maxBytes?: number
  /** Which SIMD instructions to use. @default the best that runs here */
  readonly simd?: Simd
  /** Recall of searches that name none, 0 … 1. @default 0.99 */
  readonly recall?: number
  /**
   * Workers that run `helpBuilds` of `@voisin/index/helper`: the first sixteen take a part of every bulk build. Of use only in a page isolated from other
   * origins (and in Node); elsewhere the index builds alone. @default none
   */
  readonly helpers?: readonly BuildHelper[]
  /** What the planner is to take for granted. @default measured */
  readonly planner?: PlannerOptions
}

/** Of an index that is read from its bytes: what is not in them. */
export type ReopenOptions = Pick<HnswIndexOptions, 'simd' | 'planner' | 'helpers' | 'maxBytes'> & {
  readonly graph?: 'background'
}

export interface SearchOptions {
  /** Share of the true k nearest to find, 0 … 1, on average over queries like the vectors. 1: exact. @default the index's */
  readonly recall?: number
  /** Candidates a walk of the graph keeps, in place of `recall`; at least k are kept. */
  readonly ef?: number
  /** Bitmap of the offsets that may be answered: bit i is bit `i & 7` of byte `i >> 3`. At least ⌈count / 8⌉ bytes. @default all */
  readonly allow?: Uint8Array
  /** The way to search, in place of the planner's choice. @default the planner chooses */
  readonly path?: SearchPath
}

export interface AddManyOptions {
  /** `true`: build the graph in bulk; `false`: link one by one. @default whichever is expected to take less time */
  readonly bulk?: boolean
}

/** How a search was done, and why. */
export interface Explanation extends Plan {
  /** Vectors there are, deleted ones included. */
  readonly count: number
  readonly live: number
  /** Vectors that are live and allowed. */
  readonly wanted: number
  /** Vectors that a walk of the graph does not meet yet and a scan finds; 0 without a graph. */
  readonly unlinked: number
  /** Distances of codes, bits or (path `f32`) vectors computed. */
  readonly distances: number
  /** Whether an exact search needed a second look at the codes to prove its answer. */
  readonly isSecondPass: boolean
  /** Milliseconds it took. */
  readonly ms: number
  readonly answer: Candidates
}
