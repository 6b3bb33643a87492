import { DeadlineError } from '@voisin/spec'
import type { CallOptions } from './contract.ts'

/** One call from its start to its end. All that can end it early (signal, deadline, death, close) becomes one signal. */
export class Call {
  readonly method: string
  readonly #controller = new AbortController()
  readonly #caller: AbortSignal | undefined
  readonly #onAbort: () => void
  readonly #timer: ReturnType<typeof setTimeout> | undefined

  constructor(method: string, { signal, deadlineMs }: CallOptions) {
    this.method = method
    this.#caller = signal
    this.#onAbort = () => this.stop(signal?.reason)
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

  stop(reason: unknown): void {
    this.#controller.abort(reason)
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
  }
}
