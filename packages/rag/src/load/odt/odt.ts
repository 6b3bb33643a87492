import type { WorkerScript } from '@voisin/worker'
import { ODT } from '../formats.ts'
import type { Loader, LoaderOptions } from '../loader.ts'
import { parserOf } from '../parser.ts'
import { parserLoader } from '../worker-loader.ts'

export type { Loader, LoaderOptions }

const script: WorkerScript = {
  start: () => new Worker(new URL('../docx/voisin-load-docx-worker.js', import.meta.url), { type: 'module' }),
  load: () => import('../docx/worker-text.ts'),
}

/** Reads ODT, OpenDocument's text: as Markdown (headings, lists, tables, notes), with the title and the language. */
export function odt(options: LoaderOptions = {}): Loader {
  const loadHere = async () => parserOf((await import('./parse-odt.ts')).parseOdt)
  return parserLoader({ format: ODT, script, loadHere }, options)
}
