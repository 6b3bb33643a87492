import { browserWorld } from '../database/browser-world.ts'
import { QueryTurns } from '../worker/query-turns.ts'

/** Asks for a turn, or gives up one that was asked for. */
export interface TurnMessage {
  readonly name: string
  readonly what: 'ask' | 'give up'
  /** How long its turn takes. */
  readonly ms?: number
}

// A worker whose queries do nothing but take their time; it says which was begun, and which was given up.
const turns = new QueryTurns(browserWorld.clock)
const asked = new Map<string, AbortController>()

addEventListener('message', ({ data: { name, what, ms = 0 } }: MessageEvent<TurnMessage>) => {
  if (what === 'give up') {
    asked.get(name)!.abort()
    return
  }
  const controller = new AbortController()
  asked.set(name, controller)
  const run = async () => {
    postMessage(`${name} begun`)
    for (const end = performance.now() + ms; performance.now() < end; );
  }
  turns.run(controller.signal, run).catch(() => postMessage(`${name} given up`))
})
