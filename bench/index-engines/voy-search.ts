import type { EngineKind } from './engine.ts'

/** voy's k-d tree in Rust, which answers by the distance between the vectors. */
export const voy: EngineKind = {
  engine: 'voy-search',
  mode: 'kd-tree',
  settings: '0.6.3, all points given to the constructor, unit vectors; bytes are those of its whole WebAssembly memory',
  rows: ['build', 'exact'],
  isSlow: true,
  load: async () => {
    // Its door imports a .wasm file as a module, which no browser does yet; so the two are introduced to each other here.
    const [bindings, { default: address }] = await Promise.all([
      import('voy-search/voy_search_bg.js'),
      import('voy-search/voy_search_bg.wasm?url'),
    ])
    const imports = { './voy_search_bg.js': bindings as unknown as WebAssembly.ModuleImports }
    const { instance } = await WebAssembly.instantiateStreaming(fetch(address), imports)
    bindings.__wbg_set_wasm(instance.exports)
    const memory = instance.exports.memory as WebAssembly.Memory
    return ({ dim, points }) => {
      const count = points.length / dim
      const embeddings = Array.from({ length: count }, (_, row) => ({
        id: String(row),
        title: '',
        url: '',
        embeddings: Array.from(points.subarray(row * dim, (row + 1) * dim)),
      }))
      const index = new bindings.Voy({ embeddings })
      return {
        scans: { 'kd-tree': (query, k) => index.search(query, k).neighbors.map(({ id }) => Number(id)) },
        bytesPerVector: memory.buffer.byteLength / count,
        memoryBytes: memory.buffer.byteLength,
        close: () => index.free(),
      }
    }
  },
}
