import { fileURLToPath } from 'node:url'
import { sharedData } from '../../scripts/shared-data.mjs'
import { conditions, dependencies } from '../../scripts/workspace-vite.mjs'
import { identifierData } from '../quality/identifiers/serve.mjs'
import { vectorStore } from '../quality/vector-store.mjs'
import { peers } from './peers.mjs'

const BENCH = fileURLToPath(new URL('..', import.meta.url))
const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** The workspace from source, on a free port, with the headers that isolate a page. */
export const viteConfig = {
  configFile: false,
  root: BENCH,
  cacheDir: `${BENCH}.cache/vite`,
  logLevel: 'warn',
  plugins: [sharedData(), vectorStore(), identifierData(), peers()],
  resolve: { conditions },
  worker: { format: 'es' },
  optimizeDeps: { entries: ['index.html', 'suites/*.ts', '*/suite.ts'], include: dependencies },
  server: {
    host: '127.0.0.1',
    port: 0,
    hmr: false,
    watch: null,
    fs: { allow: [ROOT] },
    headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
  },
}
