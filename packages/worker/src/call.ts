import { AbortedError, DeadlineError } from '@voisin/spec'
import type { CallOptions } from './contract.ts'

/** One call from its start to its end. All that can end it early (signal, deadline, death, close) becomes one signal. */
export class Call {
  readonly method: string
  readonly #controller = new AbortController()
  readonly #wish = new AbortController()
  readonly #lastWordMs: number | undefined
  #lastWord: ReturnType<typeof setTimeout> | undefined
  readonly #caller: AbortSignal | undefined
  readonly #onAbort: () => void
  readonly #timer: ReturnType<typeof setTimeout> | undefined

  constructor(method: string, { signal, deadlineMs, lastWordMs }: CallOptions) {
    this.method = method
    this.#lastWordMs = lastWordMs
    this.#caller = signal
    this.#onAbort = () => this.#wishToStop(signal?.reason)
    if (signal?.aborted) this.#onAbort()
    else signal?.addEventListener('abort', this.#onAbort, { once: true })
    if (deadlineMs !== undefined) {
      const late = () => this.stop(new DeadlineError(`${method} did not answer within ${deadlineMs} ms.`))
      this.#timer = setTimeout(late, deadlineMs)
    }
  }

  /** Aborted when the call is given up, with what it rejects with. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Aborted when the method is to be told that the caller gave the call up; at the latest when `signal` is. */
  get wish(): AbortSignal {
    return this.#wish.signal
  }

  stop(reason: unknown): void {
    this.#wish.abort(reason)
    this.#controller.abort(reason)
  }

  /** What `work` comes to, or the caller's reason where it gives the call up before anything was sent. */
  async beforeSent<T>(work: PromiseLike<T>): Promise<T> {
    const { wish } = this
    const givenUp = () => this.#controller.abort(wish.reason)
    if (wish.aborted) givenUp()
    else wish.addEventListener('abort', givenUp, { once: true })
    try {
      return await this.unlessStopped(work)
    } finally {
      wish.removeEventListener('abort', givenUp)
    }
  }

  /** What `work` comes to, or a rejection with the reason of the stop, whichever is first. */
  unlessStopped<T>(work: PromiseLike<T>): Promise<T> {
    const { signal } = this
    return new Promise((resolve, reject) => {
      const stopped = () => reject(signal.reason)
      if (signal.aborted) stopped()
      else signal.addEventListener('abort', stopped, { once: true })
      work.then(resolve, reject).then(() => signal.removeEventListener('abort', stopped))
    })
  }

  /** Lets go of the caller's signal and the timer. */
  finish(): void {
    this.#caller?.removeEventListener('abort', this.#onAbort)
    clearTimeout(this.#timer)
    clearTimeout(this.#lastWord)
  }

  #wishToStop(reason: unknown): void {
    if (this.#lastWordMs === undefined) {
      this.stop(reason)
      return
    }
    this.#wish.abort(reason)
    const late = new AbortedError(`${this.method} was given up, and did not say in time whether it was done.`, { cause: reason })
    this.#lastWord = setTimeout(() => this.stop(late), this.#lastWordMs)
  }
}
