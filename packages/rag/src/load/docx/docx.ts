import type { WorkerScript } from '@voisin/worker'
import { DOCX } from '../formats.ts'
import type { Loader, LoaderOptions } from '../loader.ts'
import { parserOf } from '../parser.ts'
import { parserLoader } from '../worker-loader.ts'

export type { Loader, LoaderOptions }

const script: WorkerScript = {
  start: () => new Worker(new URL('./voisin-load-docx-worker.js', import.meta.url), { type: 'module' }),
  load: () => import('./worker-text.ts'),
}

/** Reads DOCX: text as Markdown (headings, lists with their numbers, tables, notes), the title and the language, and where pages began when it was last laid out. */
export function docx(options: LoaderOptions = {}): Loader {
  const loadHere = async () => parserOf((await import('./parse-docx.ts')).parseDocx)
  return parserLoader({ format: DOCX, script, loadHere }, options)
}
