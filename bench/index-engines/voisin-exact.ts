import { FlatIndex } from '@voisin/index'
import type { EngineKind } from './engine.ts'

export const voisinExact: EngineKind = {
  engine: 'voisin',
  mode: 'exact-f32',
  settings: 'FlatIndex, metric cosine, f32, plain WebAssembly SIMD, one thread',
  rows: ['build', 'exact', 'batched'],
  load: async () => {
    return async ({ dim, points }) => {
      const count = points.length / dim
      const index = await FlatIndex.create({ dim, metric: 'cosine', capacity: count })
      index.addMany(points)
      return {
        scans: { 'exact-f32': (query, k) => index.search(query, k).offsets },
        bytesPerVector: index.memoryBytes / count,
        memoryBytes: index.memoryBytes,
        close: () => index.close(),
      }
    }
  },
}
