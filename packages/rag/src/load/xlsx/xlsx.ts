import type { WorkerScript } from '@voisin/worker'
import { XLSX } from '../formats.ts'
import type { Loader, LoaderOptions } from '../loader.ts'
import { parserOf } from '../parser.ts'
import { parserLoader } from '../worker-loader.ts'

export type { Loader, LoaderOptions }

const script: WorkerScript = {
  start: () => new Worker(new URL('../docx/voisin-load-docx-worker.js', import.meta.url), { type: 'module' }),
  load: () => import('../docx/worker-text.ts'),
}

/** Reads XLSX: each sheet as a heading and a Markdown table, values as they are shown, dates as ISO 8601; sheets and rows are places. */
export function xlsx(options: LoaderOptions = {}): Loader {
  const loadHere = async () => parserOf((await import('./parse-xlsx.ts')).parseXlsx)
  return parserLoader({ format: XLSX, script, loadHere }, options)
}
