import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createServer } from 'vite'
import { SHARED } from '../../scripts/shared-data.mjs'
import { nativeKinds } from '../native/engines.mjs'
import { installNative } from '../native/install.mjs'

const BENCH = fileURLToPath(new URL('..', import.meta.url))
const resolve = { conditions: ['@voisin/source', 'node', 'import', 'default'] }

const side = {
  read: async (path) => {
    try {
      const { buffer, byteOffset, byteLength } = await readFile(join(SHARED, path))
      return buffer.slice(byteOffset, byteOffset + byteLength)
    } catch (error) {
      if (error.code === 'ENOENT') return undefined
      throw error
    }
  },
  tools: {
    cpuMs: async () => {
      const { user, system } = process.cpuUsage()
      return (user + system) / 1000
    },
    progress: (text) => console.error(`  ${text}`),
    row: () => {},
    preview: () => {},
  },
}

/** The rows of `native/native-rows.ts`, which Vite translates: Node 20 takes no TypeScript. */
export async function runNative(options) {
  installNative()
  const server = await createServer({
    configFile: false,
    root: BENCH,
    cacheDir: `${BENCH}.cache/vite-native`,
    logLevel: 'warn',
    appType: 'custom',
    resolve,
    ssr: { resolve },
    optimizeDeps: { noDiscovery: true, entries: [] },
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  })
  try {
    const { nativeRows } = await server.ssrLoadModule('/native/native-rows.ts')
    return { ...(await nativeRows(options, { ...side, kinds: nativeKinds })), browser: undefined }
  } finally {
    await server.close()
  }
}
