import type { WorkerScript } from '@voisin/worker'
import { ZIP } from '../formats.ts'
import type { Loader, LoaderOptions } from '../loader.ts'
import { unpackerLoader } from '../worker-loader.ts'

export type { Loader, LoaderOptions }

const script: WorkerScript = {
  start: () => new Worker(new URL('./voisin-load-zip-worker.js', import.meta.url), { type: 'module' }),
  load: () => import('./worker-text.ts'),
}

/**
 * Unpacks zip archives; what is in them is read as files are, under `<id of the archive>/<path in it>`. At most 500 MiB in at most 10,000
 * entries, each up to 200 times its packed size; archives in archives are not unpacked.
 */
export function zip(options: LoaderOptions = {}): Loader {
  const loadHere = async () => (await import('./unpack-zip.ts')).zipUnpacker
  return unpackerLoader({ format: ZIP, script, loadHere }, options)
}
