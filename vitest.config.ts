import { availableParallelism } from 'node:os'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { peers } from './bench/node/peers.mjs'
import { bundledWorkers } from './scripts/bundled-workers.mjs'
import { BROWSER_ARGUMENTS, findBrowser } from './scripts/find-browser.mjs'
import { sharedData, sharedIsPresent } from './scripts/shared-data.mjs'
import { conditions, dependencies } from './scripts/workspace-vite.mjs'

const executablePath = await findBrowser()
// Of each project. Many tests wait for upkeep, which has its own time, or for the disk: on two cores three files at once take little more than one.
const maxWorkers = Math.max(3, availableParallelism() - 1)
export default defineConfig({
  test: {
    projects: [
      {
        plugins: [sharedData(), peers(), bundledWorkers()],
        resolve: { conditions },
        optimizeDeps: { include: [...dependencies, 'fast-check'] },
        worker: { format: 'es' },
        server: { headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' } },
        test: {
          name: 'browser',
          include: ['packages/*/src/**/*.test.ts', 'tests/**/*.test.ts', 'bench/**/*.test.ts'],
          // The long trials take the better part of an hour: they run where VOISIN_LONG is set, and are skipped nowhere.
          exclude: ['**/*.node.test.ts', '**/node_modules/**', ...(process.env.VOISIN_LONG ? [] : ['**/*-long.test.ts'])],
          provide: {
            sharedIsPresent,
            fuzzSequences: Number(process.env.VOISIN_FUZZ) || undefined,
            filters: Number(process.env.VOISIN_FILTERS) || 10_000,
          },
          maxWorkers,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: { ...(executablePath && { executablePath }), args: BROWSER_ARGUMENTS } }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        resolve: { conditions: ['@voisin/source', 'node', 'import', 'default'] },
        ssr: { resolve: { conditions: ['@voisin/source', 'node', 'import', 'default'] } },
        test: {
          name: 'node',
          environment: 'node',
          include: ['packages/*/src/**/*.node.test.ts', 'tests/**/*.node.test.ts'],
          provide: { sharedIsPresent },
          testTimeout: 600_000,
          hookTimeout: 120_000,
          maxWorkers,
        },
      },
    ],
  },
})
