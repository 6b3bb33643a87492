import { UnsupportedError } from '@voisin/spec'
import type { StaticEngine } from './static-engine.ts'
import type { LoadEngine } from './text-engine.ts'

let engine: typeof StaticEngine | undefined

/** Apart, because an app whose worker does the work never needs it here. */
export const loadStatic: LoadEngine = async (setup, call) => {
  try {
    engine ??= (await import('./static-engine.ts')).StaticEngine
  } catch (cause) {
    throw new UnsupportedError('The engine of static models could not be loaded here.', {
      remedy:
        "Where nothing may be loaded later, as in a service worker, import 'voisin/eager' or '@voisin/embed/eager' first; elsewhere look whether all files of the app are served.",
      retryable: true,
      cause,
    })
  }
  return await engine.load(setup, call)
}

/** Gives the engine, where nothing may be loaded later. */
export function useStaticEngine(given: typeof StaticEngine): void {
  engine = given
}
