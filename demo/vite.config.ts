import { readFileSync } from 'node:fs'
import { defaultClientConditions, defineConfig } from 'vite'

// Isolated from other origins, a page may use shared memory, and with it several threads.
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

// The page says its policy itself; as a header it binds the workers too, which have none of their own.
const page = readFileSync(new URL('index.html', import.meta.url), 'utf8')
const policy = /content="(default-src[^"]+)"/.exec(page)?.[1]
if (policy === undefined) throw new Error('index.html has lost its Content-Security-Policy.')

const checks = { pluginTimings: false }

export default defineConfig({
  // Relative, so that the built page can be put anywhere.
  base: './',
  // The workspace runs from source; this list replaces Vite's own, so the defaults are named again.
  resolve: { conditions: ['@voisin/source', ...defaultClientConditions] },
  define: { __BUILD__: JSON.stringify(Date.now().toString(36)) },
  worker: { format: 'es', rolldownOptions: { checks } },
  build: {
    target: 'es2023',
    // Models and WebAssembly stay files: a data: URL cannot be streamed, and the page's policy forbids it.
    assetsInlineLimit: 0,
    rolldownOptions: { checks },
  },
  server: { headers },
  preview: { headers: { ...headers, 'Content-Security-Policy': policy } },
})
