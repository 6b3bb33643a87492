import type { AgentServer, Life } from './agent-server.ts'
import type { Engine, RunningBrowser } from './engines/engine.ts'
import type { Request } from './protocol.ts'

/** A browser that does not answer for so long is broken; the longest calls take a few seconds. */
const PATIENCE_MS = 180_000

/** A browser that runs, with its page. */
export interface Visit {
  readonly browser: RunningBrowser
  readonly life: Life
  /** What the page answers; rejects when the browser ends by itself or does not answer. */
  ask(request: Request): Promise<unknown>
  /** What comes first of these, unless the browser ends by itself or nothing comes. */
  first<T>(...promises: Promise<T>[]): Promise<T>
}

export async function startVisit(engine: Engine, profile: string, server: AgentServer): Promise<Visit> {
  const life = server.newLife()
  const browser = await engine.start(profile, life.url)
  const first = async <T>(...promises: Promise<T>[]): Promise<T> => {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${engine.name} did not answer for ${PATIENCE_MS / 1_000} s.`)), PATIENCE_MS)
    })
    try {
      return await Promise.race([...promises, browser.died, late])
    } finally {
      clearTimeout(timer)
    }
  }
  return { browser, life, first, ask: (request) => first(life.call(request)) }
}
