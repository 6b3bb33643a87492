import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { conditions } from '../../scripts/workspace-vite.mjs'

/** Builds the agent's page from source into a folder: a browser that starts a thousand times starts from few files. */
export async function buildPage(folder: string): Promise<void> {
  const root = fileURLToPath(new URL('./page', import.meta.url))
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    resolve: { conditions },
    worker: { format: 'es' },
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'esnext',
      minify: false,
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      rolldownOptions: { input: join(root, 'agent.html'), checks: { pluginTimings: false } },
    },
  })
}
