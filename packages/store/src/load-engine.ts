import { UnsupportedError } from '@voisin/spec'

type Engine = typeof import('./engine-here.ts')

let engine: Engine | undefined

/** Loads the engine when it is first needed. */
export async function loadEngine(): Promise<Engine> {
  try {
    engine ??= await import('./engine-here.ts')
    return engine
  } catch (cause) {
    throw new UnsupportedError('The engine could not be loaded here.', {
      remedy:
        "Where nothing may be loaded later, as in a service worker, import 'voisin/eager' or '@voisin/store/eager' first; elsewhere look whether all files of the app are served.",
      retryable: true,
      cause,
    })
  }
}

/** Gives the engine, where nothing may be loaded later. */
export function useEngine(given: Engine): void {
  engine = given
}
