import type { WorkerScript } from '@voisin/worker'
import { EPUB } from '../formats.ts'
import type { Loader, LoaderOptions } from '../loader.ts'
import { parserOf } from '../parser.ts'
import { parserLoader } from '../worker-loader.ts'

export type { Loader, LoaderOptions }

const script: WorkerScript = {
  start: () => new Worker(new URL('../html/voisin-load-html-worker.js', import.meta.url), { type: 'module' }),
  load: () => import('../html/worker-text.ts'),
}

/** Reads EPUB: its chapters in reading order as Markdown, the title and the language, and where the pages of the printed book begin. Books under a copy protection are an UnsupportedError. */
export function epub(options: LoaderOptions = {}): Loader {
  const loadHere = async () => parserOf((await import('./parse-epub.ts')).parseEpub)
  return parserLoader({ format: EPUB, script, loadHere }, options)
}
