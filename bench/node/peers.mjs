import { readFile } from 'node:fs/promises'

const PEERS = ['hnswlib-wasm', 'edgevec', 'voy-search', '@orama/orama', '@electric-sql/pglite', '@electric-sql/pglite-pgvector']

/**
 * A Vite plugin for other people's engines. They bring WebAssembly beside their modules and find it by its place, so they stay where
 * they are instead of being bundled first.
 */
export function peers() {
  return {
    name: 'voisin-bench-peers',
    config: () => ({ optimizeDeps: { exclude: PEERS } }),
    // Orama's files name source maps whose sources are not in its package; Vite would say so for each of them.
    load: async (id) => {
      const path = id.split('?')[0]
      if (!path.includes('/@orama/orama/dist/')) return undefined
      return (await readFile(path, 'utf8')).replace(/^\/\/# sourceMappingURL=.*$/m, '')
    },
  }
}
