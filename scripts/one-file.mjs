import { build } from 'vite'
import { conditions } from './workspace-vite.mjs'

// Vite's loads what a chunk will need, of which one file has none, and webpack warns of how it asks where.
const PRELOADS_NOTHING = {
  name: 'voisin:preloads-nothing',
  enforce: 'pre',
  load: (id) => (id.includes('vite/preload-helper') ? 'export const __vitePreload = (load) => load()' : undefined),
}

// pdf.js looks for files beside itself and for packages of Node's, of which one file has none: what it asks for fails as if it were not there.
const PDF_ALONE = {
  name: 'voisin:pdf-alone',
  transform: (code, id) =>
    id.includes('/pdfjs-dist/')
      ? { code: code.replaceAll('import.meta.url', '""').replace(/\bimport\(/g, 'Promise.reject('), map: null }
      : undefined,
}

/**
 * A module of the workspace and all that it imports as one module: a chunk of Vite's, not written anywhere.
 * @param options Vite's `build` options beside those that make it one file.
 */
export async function oneFile(input, options) {
  const { output } = await build({
    configFile: false,
    logLevel: 'error',
    resolve: { conditions },
    plugins: [PRELOADS_NOTHING, PDF_ALONE],
    build: {
      write: false,
      rolldownOptions: {
        input,
        preserveEntrySignatures: 'strict',
        output: { format: 'es', codeSplitting: false },
        checks: { pluginTimings: false },
      },
      ...options,
    },
  })
  const chunks = output.filter(({ type }) => type === 'chunk')
  if (chunks.length !== 1) throw new Error(`${input} is more than one file: ${chunks.map(({ fileName }) => fileName)}.`)
  return chunks[0]
}
