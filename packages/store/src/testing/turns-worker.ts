import { browserWorld } from '../database/browser-world.ts'
import { QueryTurns } from '../worker/query-turns.ts'

/** Asks for a turn, or gives up one that was asked for. */
export interface TurnMessage {
  readonly name: string
  readonly what: 'ask' | 'ask and pause' | 'go on' | 'give up'
  /** How long its turn takes. */
  readonly ms?: number
}

// A worker whose queries do nothing but take their time, and may wait for something after it; it says which was begun, and which was given up.
const turns = new QueryTurns(browserWorld.clock)
const asked = new Map<string, AbortController>()
const paused = new Map<string, () => void>()

addEventListener('message', ({ data: { name, what, ms = 0 } }: MessageEvent<TurnMessage>) => {
  if (what === 'give up') {
    asked.get(name)!.abort()
    return
  }
  if (what === 'go on') {
    paused.get(name)!()
    return
  }
  const controller = new AbortController()
  asked.set(name, controller)
  const run = async () => {
    postMessage(`${name} begun`)
    for (const end = performance.now() + ms; performance.now() < end; );
    if (what === 'ask and pause') await new Promise<void>((goOn) => paused.set(name, goOn))
  }
  turns.run(controller.signal, run).catch(() => postMessage(`${name} given up`))
})
