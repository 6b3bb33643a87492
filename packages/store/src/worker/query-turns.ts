import type { Clock } from '../database/world.ts'

interface Waiting {
  readonly signal: AbortSignal
  readonly begin: () => void
  readonly giveUp: (reason: unknown) => void
}

/** Lets queries in one at a time, after the messages that came meanwhile: one that was given up is never begun. */
export class QueryTurns {
  readonly #clock: Clock
  readonly #waiting: Waiting[] = []
  #isPumping = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Resolves when the caller may begin; what it does until its first pause goes before the next one. */
  take(signal: AbortSignal): Promise<void> {
    const turn = new Promise<void>((begin, giveUp) => void this.#waiting.push({ signal, begin, giveUp }))
    if (!this.#isPumping) void this.#pump()
    return turn
  }

  async #pump(): Promise<void> {
    this.#isPumping = true
    while (this.#waiting.length > 0) {
      await this.#clock.yield()
      const { signal, begin, giveUp } = this.#waiting.shift()!
      if (signal.aborted) giveUp(signal.reason)
      else begin()
    }
    this.#isPumping = false
  }
}
