import { DeadlineError } from '@voisin/spec'
import type { Clock } from './world.ts'

export interface TurnOptions {
  readonly signal?: AbortSignal | undefined
  /** How long to wait for the turn, in milliseconds. @default for ever */
  readonly waitMs?: number
}

/** Lets tasks run one after the other, in the order they came. */
export class Turns {
  readonly #clock: Clock
  #last: Promise<unknown> = Promise.resolve()
  #taken = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Whether a task that comes now would have to wait. */
  get isBusy(): boolean {
    return this.#taken > 0
  }

  /**
   * A waiting task whose signal is aborted rejects at once with the signal's reason and never runs; so does one that has waited too
   * long. A running one is not stopped.
   *
   * @throws {DeadlineError} The turn did not come in time.
   */
  take<T>(task: () => Promise<T>, { signal, waitMs }: TurnOptions = {}): Promise<T> {
    const before = this.#last
    let isGivenUp = false
    this.#taken++
    const turn = (async () => {
      try {
        await before
        if (isGivenUp) return undefined as T
        return await task()
      } finally {
        this.#taken--
      }
    })()
    this.#last = turn.catch(() => {})
    if (signal === undefined && waitMs === undefined) return turn
    return new Promise<T>((resolve, reject) => {
      const giveUp = (why: unknown) => {
        isGivenUp = true
        reject(why)
      }
      const stop = () => giveUp(signal?.reason)
      const cancel =
        waitMs === undefined
          ? () => {}
          : this.#clock.after(waitMs, () => {
              giveUp(
                new DeadlineError(`Waited ${Math.round(waitMs / 1000)} s for calls that were made before.`, {
                  dataState: 'intact',
                  remedy: 'Close other tabs of this site, or reload them, and try again.',
                }),
              )
            })
      if (signal?.aborted) stop()
      else signal?.addEventListener('abort', stop, { once: true })
      const leave = () => {
        cancel()
        signal?.removeEventListener('abort', stop)
      }
      void before.then(leave)
      turn.then(resolve, reject)
    })
  }
}
