import type { Clock } from '../database/world.ts'

interface Waiting {
  readonly signal: AbortSignal
  readonly begin: () => void
  readonly giveUp: (reason: unknown) => void
}

/**
 * Lets queries in one at a time. One that comes alone begins at once. After each, all messages that came while it ran go first, so that of the
 * queries among them those that were given up are never begun.
 */
export class QueryTurns {
  readonly #clock: Clock
  readonly #waiting: Waiting[] = []
  /** One is running, or the messages that came meanwhile have not all been taken in. */
  #isTaken = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * Runs a query in its turn. What it does before its first pause is the turn: others may begin after that.
   * @throws The signal's reason: it was not begun.
   */
  async run<T>(signal: AbortSignal, query: () => Promise<T>): Promise<T> {
    if (this.#isTaken) await new Promise<void>((begin, giveUp) => void this.#waiting.push({ signal, begin, giveUp }))
    else signal.throwIfAborted()
    this.#isTaken = true
    let running: Promise<T>
    try {
      running = query()
    } finally {
      void this.#passOn()
    }
    return await running
  }

  async #passOn(): Promise<void> {
    await this.#clock.yield()
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      if (!next.signal.aborted) {
        next.begin()
        return
      }
      next.giveUp(next.signal.reason)
    }
    this.#isTaken = false
  }
}
