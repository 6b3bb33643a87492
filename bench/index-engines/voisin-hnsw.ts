import { HnswIndex } from '@voisin/index'
import type { EngineKind, RowGroup } from './engine.ts'

const M = 16
const EF_CONSTRUCTION = 200
/** From here on a build takes minutes, and says how far it is. */
const LARGE = 200_000

interface Way {
  readonly mode: string
  readonly settings: string
  readonly rows: readonly RowGroup[]
  readonly isPlain?: true
  readonly isBulk: boolean
}

function hnsw({ mode, settings, rows, isPlain, isBulk }: Way): EngineKind {
  return {
    engine: 'voisin',
    mode,
    settings: `HnswIndex, metric cosine, M ${M}, efConstruction ${EF_CONSTRUCTION}, ${settings}, one thread`,
    rows,
    m: M,
    efConstruction: EF_CONSTRUCTION,
    load: async () => {
      return async ({ dim, points }, { spare, progress }) => {
        const count = points.length / dim
        const index = await HnswIndex.create({
          dim,
          metric: 'cosine',
          m: M,
          efConstruction: EF_CONSTRUCTION,
          capacity: count + spare,
          ...(isPlain && { simd: 'plain' }),
        })
        if (count > LARGE) addInSteps(index, points, isBulk, progress)
        else index.addMany(points, { bulk: isBulk })
        let ef = 64
        return {
          // Forced: the planner would scan where that is cheaper, and these rows are about the graph.
          graph: (query, k) => index.search(query, k, { ef, path: 'graph' }).offsets,
          scans: {
            'exact-int8': (query, k) => index.search(query, k, { path: 'int8' }).offsets,
            bits: (query, k) => index.search(query, k, { path: 'bits' }).offsets,
          },
          batched: {
            'exact-int8-batched': (queries, k) => index.searchMany(queries, k, { path: 'int8' }).map(({ offsets }) => offsets),
          },
          filtered: {
            filtered: (query, k, { allow }) => index.search(query, k, { allow }).offsets,
            'filtered-graph': (query, k, { allow }) => index.search(query, k, { allow, path: 'graph' }).offsets,
            'filtered-int8': (query, k, { allow }) => index.search(query, k, { allow, path: 'int8' }).offsets,
          },
          pathOf: (query, k, { allow }) => index.explain(query, k, { allow }).path,
          setEf: (value) => {
            ef = value
          },
          add: (vector) => void index.add(vector),
          exactly: (query, k, allow) => index.search(query, k, { path: 'f32', ...(allow && { allow }) }),
          bytesPerVector: index.bytesPerVector.all,
          memoryBytes: index.memoryBytes,
          close: () => index.close(),
        }
      }
    },
  }
}

function addInSteps(index: HnswIndex, points: Float32Array, bulk: boolean, progress: (text: string) => void): void {
  let said = performance.now()
  for (const { done, total } of index.buildSteps(points, { bulk })) {
    if (performance.now() - said < 10_000) continue
    said = performance.now()
    progress(`building: ${done} of ${total}`)
  }
}

export const hnswBulk: EngineKind = hnsw({
  mode: 'hnsw-bulk',
  settings: 'built at once by addMany, relaxed SIMD where there is',
  rows: ['build', 'search', 'exact', 'batched', 'filtered', 'insert'],
  isBulk: true,
})

export const hnswIncremental: EngineKind = hnsw({
  mode: 'hnsw-incremental',
  settings: 'inserted one by one, relaxed SIMD where there is',
  rows: ['build', 'search'],
  isBulk: false,
})

export const hnswBulkPlain: EngineKind = hnsw({
  mode: 'hnsw-bulk-plain',
  settings: 'built at once by addMany, plain SIMD as in Safari',
  rows: ['build', 'search'],
  isPlain: true,
  isBulk: true,
})
