import type { EngineKind } from './engine.ts'

const M = 16
const EF_CONSTRUCTION = 200
const EFS = [32, 64, 128] as const

/** EdgeVec's HNSW in Rust. `ef` cannot be changed once an index is there, so there is one for each. */
export const edgevec: EngineKind = {
  engine: 'edgevec',
  mode: 'hnsw',
  settings:
    "0.9.0, M 16, M0 32, efConstruction 200, metric 'l2' on unit vectors (its 'cosine' and 'dot' rank the farthest first), " +
    'insertBatchFlat; an index for each ef, because a built one keeps its own',
  rows: ['build', 'search'],
  m: M,
  efConstruction: EF_CONSTRUCTION,
  efs: EFS,
  isSlow: true,
  load: async () => {
    const [{ default: open, EdgeVec, EdgeVecConfig }, { default: wasm }] = await Promise.all([
      import('edgevec/edgevec.js'),
      import('edgevec/edgevec_bg.wasm?url'),
    ])
    await open({ module_or_path: wasm })
    return ({ dim, points }) => {
      const count = points.length / dim
      const build = (ef: number) => {
        const config = new EdgeVecConfig(dim)
        config.metric = 'l2'
        config.m = M
        config.m0 = 2 * M
        config.ef_construction = EF_CONSTRUCTION
        config.ef_search = ef
        const index = new EdgeVec(config)
        const ids = index.insertBatchFlat(points, count)
        // Ids count up from 1.
        if (ids[0] !== 1 || ids[count - 1] !== count) throw new Error('Ids are not those of the rows plus one.')
        return index
      }
      const indexes = new Map<number, InstanceType<typeof EdgeVec>>([[EFS[0], build(EFS[0])]])
      let index = indexes.get(EFS[0])!
      return {
        graph: (query, k) => (index.search(query, k) as { id: number }[]).map(({ id }) => id - 1),
        setEf: (ef) => {
          if (!indexes.has(ef)) indexes.set(ef, build(ef))
          index = indexes.get(ef)!
        },
        bytesPerVector: index.memoryUsage() / count,
        close: () => {
          for (const each of indexes.values()) each.free()
        },
      }
    }
  },
}
