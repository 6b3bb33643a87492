import type { HnswIndexOptions, SearchOptions } from '@voisin/index'

/** An index whose bytes are kept, and what was asked of it when they were written. */
export interface Golden {
  readonly name: string
  readonly options: HnswIndexOptions
  readonly count: number
  /** Every so manieth vector is deleted. */
  readonly deletedEvery: number
}

export const GOLDENS: readonly Golden[] = [
  {
    name: 'l2-graph',
    options: { dim: 2, metric: 'l2', m: 4, alpha: 1, efConstruction: 40, seed: 7 },
    count: 1024,
    deletedEvery: 10,
  },
  { name: 'cosine-scan', options: { dim: 5, metric: 'cosine', graph: false, recall: 0.9 }, count: 40, deletedEvery: 7 },
  { name: 'dot-scan', options: { dim: 8, metric: 'dot', m: 64, alpha: 1.5 }, count: 33, deletedEvery: 1000 },
  { name: 'empty', options: { dim: 3, metric: 'cosine' }, count: 0, deletedEvery: 1000 },
]

/** All that is asked of each: a walk, and every kind of scan. */
export const ASKED: readonly SearchOptions[] = [{ path: 'graph', ef: 40 }, { path: 'int8' }, { path: 'bits' }, { path: 'f32' }]
export const K = 6

/** What was answered. */
export interface Recorded {
  readonly dim: number
  readonly metric: string
  readonly count: number
  readonly liveCount: number
  readonly hasGraph: boolean
  /** For each query and each of `ASKED`. */
  readonly answers: readonly { readonly offsets: readonly number[]; readonly distances: readonly number[] }[][]
}

/** Numbers of [0, 1), the same for the same seed. Here and not shared: what was written must not change with what is shared. */
function seeded(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return (state >>> 8) / 2 ** 24
  }
}

/** Numbers of (−1, 1), more of them near 0. */
function floats(seed: number, length: number): Float32Array {
  const random = seeded(seed)
  return Float32Array.from({ length }, () => random() - random())
}

export const vectorsOf = ({ options, count }: Golden): Float32Array => floats(count, count * options.dim)

export const queriesOf = ({ options }: Golden): Float32Array[] => Array.from({ length: 3 }, (_, i) => floats(-1 - i, options.dim))
