import { oneFile } from './one-file.mjs'

/** The workers that nearly every test starts, as Vite's server asks for them. (Not pdf.js: its two modules come sooner as they are.) */
const WORKER = /^(.*\/packages\/[a-z]+\/src\/(?:.*\/)?voisin-(?:store|embed|load-(?!pdf)[a-z]+)-worker\.ts)\?worker_file/

/**
 * Serves those workers as one file each, bundled once from source: a test that starts one would wait longer for its two hundred modules
 * than for all that it tests. Where files are watched they are served as they are: a bundle would not follow a change.
 */
export function bundledWorkers() {
  const bundles = new Map()
  return {
    name: 'voisin:bundled-workers',
    apply: 'serve',
    enforce: 'pre',
    load(id) {
      const isWatched = this.environment.getTopLevelConfig().server.watch !== null
      const file = isWatched ? undefined : WORKER.exec(id)?.[1]
      if (file === undefined) return undefined
      if (!bundles.has(file)) bundles.set(file, bundle(file))
      return bundles.get(file)
    },
  }
}

async function bundle(input) {
  const { code, map } = await oneFile(input, { target: 'esnext', minify: false, sourcemap: true })
  return { code, map }
}
