import type { WorkerScript } from '@voisin/worker'
import { HTML } from '../formats.ts'
import type { Loader, LoaderOptions } from '../loader.ts'
import { parserOf } from '../parser.ts'
import { parserLoader } from '../worker-loader.ts'

export type { Loader, LoaderOptions }

const script: WorkerScript = {
  start: () => new Worker(new URL('./voisin-load-html-worker.js', import.meta.url), { type: 'module' }),
  load: () => import('./worker-text.ts'),
}

/** Reads HTML: the main text as Markdown, with the page's title and language. What is on a page beside it (menus, banners, forms) is left out. */
export function html(options: LoaderOptions = {}): Loader {
  const loadHere = async () => parserOf((await import('./parse-html.ts')).parseHtml)
  return parserLoader({ format: HTML, script, loadHere }, options)
}
