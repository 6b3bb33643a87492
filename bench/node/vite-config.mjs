import { fileURLToPath } from 'node:url'
import { defaultClientConditions } from 'vite'
import { sharedData } from '../../scripts/shared-data.mjs'
import { vectorStore } from '../quality/vector-store.mjs'

const BENCH = fileURLToPath(new URL('..', import.meta.url))
const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** The workspace from source, on a free port, with the headers that isolate a page. */
export const viteConfig = {
  configFile: false,
  root: BENCH,
  cacheDir: `${BENCH}.cache/vite`,
  logLevel: 'warn',
  plugins: [sharedData(), vectorStore()],
  resolve: { conditions: ['@voisin/source', ...defaultClientConditions] },
  worker: { format: 'es' },
  // Found late, a dependency makes Vite reload the page in the middle of a run.
  optimizeDeps: {
    entries: ['index.html', 'suites/*.ts', '*/suite.ts'],
    include: [
      'comlink',
      'idb',
      'cborg',
      'cborg/taglib',
      '@orama/stemmers/english',
      '@orama/stemmers/french',
      '@xenova/transformers',
      'onnxruntime-web',
    ],
  },
  server: {
    host: '127.0.0.1',
    port: 0,
    hmr: false,
    watch: null,
    fs: { allow: [ROOT] },
    headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
  },
}
