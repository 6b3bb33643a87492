import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, preview } from 'vite'
import { conditions } from '../../scripts/workspace-vite.mjs'

/** Builds a page from source into a folder: a browser that starts a thousand times starts from few files. */
export async function buildPage(page: string, folder: string): Promise<void> {
  const root = join(page, '..')
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
      rolldownOptions: { input: page, checks: { pluginTimings: false } },
    },
  })
}

/** Builds a folder's index.html and serves it. */
export async function servePage(root: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'voisin-page-'))
  await buildPage(join(root, 'index.html'), folder)
  const server = await preview({
    configFile: false,
    root,
    logLevel: 'error',
    build: { outDir: folder },
    preview: { port: 0, host: '127.0.0.1' },
  })
  return {
    url: server.resolvedUrls?.local[0] as string,
    async close() {
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
