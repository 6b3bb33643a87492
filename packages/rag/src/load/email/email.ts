import type { WorkerScript } from '@voisin/worker'
import { EMAIL } from '../formats.ts'
import type { Loader, LoaderOptions } from '../loader.ts'
import { parserOf } from '../parser.ts'
import { parserLoader } from '../worker-loader.ts'

export type { Loader, LoaderOptions }

const script: WorkerScript = {
  start: () => new Worker(new URL('./voisin-load-email-worker.js', import.meta.url), { type: 'module' }),
  load: () => import('./worker-text.ts'),
}

/** Reads e-mail, one message (`.eml`) or a mailbox (`.mbox`): who wrote to whom and when, the subject, and the text. Attachments are named in a notice. */
export function email(options: LoaderOptions = {}): Loader {
  const loadHere = async () => parserOf((await import('./parse-email.ts')).parseMail)
  return parserLoader({ format: EMAIL, script, loadHere }, options)
}
