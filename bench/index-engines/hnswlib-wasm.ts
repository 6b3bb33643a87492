import type { EngineKind } from './engine.ts'
import { hnswlibBytesPerVector } from './hnswlib-layout.ts'

const M = 16
const EF_CONSTRUCTION = 200
/** Points handed over in one call: the arrays between JavaScript and WebAssembly stay small. */
const BATCH = 1_000

/** hnswlib compiled by Emscripten, without SIMD: the most used graph index in browsers, and the baseline. */
export const hnswlibWasm: EngineKind = {
  engine: 'hnswlib-wasm',
  mode: 'hnsw',
  settings:
    "0.8.2, M 16, efConstruction 200, space 'ip' on unit vectors, ids reserved by initIndex, addPoints in batches of 1,000; " +
    'bytes computed from its layout',
  rows: ['build', 'search', 'filtered', 'insert'],
  m: M,
  efConstruction: EF_CONSTRUCTION,
  load: async () => {
    const { loadHnswlib } = await import('hnswlib-wasm')
    const library = await loadHnswlib()
    return ({ dim, points }, { spare }) => {
      const count = points.length / dim
      const index = new library.HierarchicalNSW('ip', dim, '')
      index.initIndex(count + spare, M, EF_CONSTRUCTION, 100)
      for (let from = 0; from < count; from += BATCH) {
        const labels = Array.from({ length: Math.min(BATCH, count - from) }, (_, i) => from + i)
        const rows = labels.map((row) => points.subarray(row * dim, (row + 1) * dim))
        index.addPoints(rows, labels, false)
      }
      return {
        graph: (query, k) => index.searchKnn(query, k, undefined).neighbors,
        filtered: { filtered: (query, k, { allows }) => index.searchKnn(query, k, allows).neighbors },
        setEf: (ef) => index.setEfSearch(ef),
        add: (vector) => index.addPoint(vector, index.getCurrentCount(), false),
        bytesPerVector: hnswlibBytesPerVector(dim, M, 4),
        memoryBytes: library.HEAPU8.buffer.byteLength,
        close: () => (index as unknown as { delete(): void }).delete(),
      }
    }
  },
}
