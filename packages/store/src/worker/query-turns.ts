import type { Clock } from '../database/world.ts'

interface Waiting {
  readonly signal: AbortSignal
  readonly begin: () => void
  readonly giveUp: (reason: unknown) => void
}

/** So short a query is nothing to be given up while it runs; in milliseconds. */
const SHORT_MS = 2

/**
 * Lets queries in one at a time. One that comes alone begins at once. After one that took long, all messages that came while it ran go first, so
 * that of the queries among them those that were given up are never begun.
 */
export class QueryTurns {
  readonly #clock: Clock
  readonly #waiting: Waiting[] = []
  /** One is running, or the messages that came meanwhile have not all been taken in. */
  #isTaken = false
  #isPassing = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * Runs a query in its turn. What it does before its first pause is the turn: others may begin after that.
   * @throws The signal's reason: it was not begun.
   */
  async run<T>(signal: AbortSignal, query: () => Promise<T>): Promise<T> {
    if (this.#isTaken) {
      const turn = new Promise<void>((begin, giveUp) => void this.#waiting.push({ signal, begin, giveUp }))
      // Whoever has the turn has paused: this came as another message.
      void this.#passOn()
      await turn
    } else signal.throwIfAborted()
    this.#isTaken = true
    const began = this.#clock.now()
    try {
      return await query()
    } finally {
      const wasShort = this.#clock.now() - began < SHORT_MS
      if (this.#isPassing || !wasShort || this.#waiting.length > 0) void this.#passOn()
      else this.#isTaken = false
    }
  }

  async #passOn(): Promise<void> {
    if (this.#isPassing) return
    this.#isPassing = true
    await this.#clock.yield()
    this.#isPassing = false
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
