import type { WorkerScript } from '@voisin/worker'
import { PDF } from '../formats.ts'
import type { Loader, LoaderOptions } from '../loader.ts'
import { parserOf } from '../parser.ts'
import { parserLoader } from '../worker-loader.ts'

export type { Loader, LoaderOptions }

const script: WorkerScript = {
  start: () => new Worker(new URL('./voisin-load-pdf-worker.js', import.meta.url), { type: 'module' }),
  load: () => import('./worker-text.ts'),
}

/**
 * Reads PDF: paragraphs, headings (by size and font), lists, tables and code as Markdown, columns one after the other, words joined that a line broke,
 * the title and the language; each page is a place. Running heads are left out. A file without any text, as of scans, is an EmptyTextError.
 */
export function pdf(options: LoaderOptions = {}): Loader {
  const loadHere = async () => parserOf((await import('./parse-pdf.ts')).parsePdf)
  return parserLoader({ format: PDF, script, loadHere }, options)
}
