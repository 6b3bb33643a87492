import { ForeignError, InvalidArgumentError, isVoisinError, type Progress, WorkerError } from '@voisin/spec'
import * as Comlink from 'comlink'
import type { Call } from './call.ts'
import { CallerPort } from './call-port.ts'
import type { ConnectOptions, WorkerLike } from './contract.ts'
import { decodeError } from './error-codec.ts'
import { watchLifeline } from './lifeline.ts'
import type { Outcome, ReadyMessage, Wire } from './messages.ts'

const READY_MS = 20_000

/** What one run of a method needs beside its Call. */
export interface Run {
  readonly argument: unknown
  readonly transfer: Transferable[]
  readonly isStream: boolean
  readonly onProgress?: ((progress: Progress) => void) | undefined
  readonly onItem?: ((item: unknown) => void) | undefined
  /** Gets the port before the first message. */
  readonly onPort?: ((port: CallerPort) => void) | undefined
}

/** One started worker, from handshake to death. What it was asked for when it dies rejects. */
export class LiveWorker {
  /** Resolves when the worker serves; rejects when it cannot be started. */
  readonly ready: Promise<void>
  readonly #name: string
  readonly #worker: WorkerLike
  readonly #remote: Comlink.Remote<Wire>
  readonly #calls = new Set<Call>()
  readonly #ended = new AbortController()
  readonly #onEnd: () => void

  constructor({ name, start, readyMs = READY_MS }: ConnectOptions, onEnd: () => void) {
    this.#name = name
    this.#onEnd = onEnd
    try {
      this.#worker = start()
    } catch (cause) {
      if (isVoisinError(cause)) throw cause
      throw new WorkerError(`The ${name} could not be started.`, { cause })
    }
    this.#remote = Comlink.wrap<Wire>(this.#worker as Comlink.Endpoint)
    this.#worker.addEventListener('error', (event: Event) => this.#fail(event))
    this.#worker.addEventListener('messageerror', () => {
      this.end(new WorkerError(`The ${name} sent something that cannot be read.`))
    })
    this.ready = this.#handshake(readyMs)
    // Those who wait for it are told; where nobody waits, nothing is amiss.
    this.ready.catch(() => {})
  }

  /** Aborted when the worker is gone, with what its calls rejected with. */
  get ended(): AbortSignal {
    return this.#ended.signal
  }

  /** The call is stopped if this worker ends before the call does. */
  adopt(call: Call): void {
    this.#calls.add(call)
  }

  release(call: Call): void {
    this.#calls.delete(call)
  }

  /** Runs a method. Everything is sent before this returns. */
  async run(call: Call, { argument, transfer, isStream, onProgress, onItem, onPort }: Run, needsPort: boolean): Promise<unknown> {
    const port = needsPort ? new CallerPort({ onProgress, onItem, onFailure: (error) => call.stop(error) }) : undefined
    const stopped = () => port?.abort(call.wish.reason)
    call.wish.addEventListener('abort', stopped, { once: true })
    try {
      if (port) onPort?.(port)
      const request = { method: call.method, argument, isStream, port: port?.far }
      // comlink distributes the promise over the union; it is one promise.
      const answer = this.#remote.run(Comlink.transfer(request, port ? [...transfer, port.far] : transfer)) as Promise<Outcome>
      const outcome = await call.unlessStopped(answer.catch((error) => this.#refuse(call.method, error)))
      if (port) await call.unlessStopped(port.received(outcome.sent))
      if ('error' in outcome) throw this.#failure(call, outcome.error)
      return outcome.value
    } finally {
      call.wish.removeEventListener('abort', stopped)
      port?.close()
    }
  }

  /** A method that ends because it was given up throws the caller's reason, which came back as a copy. */
  #failure({ wish }: Call, encoded: Parameters<typeof decodeError>[0]): unknown {
    const error = decodeError(encoded)
    return wish.aborted && (!isVoisinError(error) || error.code === 'foreign') ? wish.reason : error
  }

  /** Ends the worker; every call that it still has rejects with `reason`. */
  end(reason: unknown): void {
    if (this.#ended.signal.aborted) return
    this.#ended.abort(reason)
    this.#worker.terminate()
    this.#onEnd()
    for (const call of this.#calls) call.stop(reason)
    this.#calls.clear()
  }

  async #handshake(readyMs: number): Promise<void> {
    const { signal } = this.#ended
    const timer = setTimeout(() => {
      this.end(
        new WorkerError(`The ${this.#name} did not say that it is ready.`, {
          expected: `an answer within ${readyMs} ms`,
          received: 'none',
          remedy: 'Look whether its file is served whole. A worker of your own must call serve() before it awaits anything.',
        }),
      )
    }, readyMs)
    try {
      const lifeline = await this.#greeting(signal)
      const gone = () => this.end(new WorkerError(`The ${this.#name} ended itself, or was ended by the browser.`))
      if (lifeline !== undefined) watchLifeline(lifeline, signal, gone)
    } finally {
      clearTimeout(timer)
    }
  }

  /** Resolves with the name of the lifeline, or rejects when the worker ends before it greets. */
  #greeting(signal: AbortSignal): Promise<string | undefined> {
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason))
      // A worker that serves late drops the ping; one that served before we listened had its greeting dropped. Either is enough.
      this.#worker.addEventListener('message', ({ data }: MessageEvent<ReadyMessage>) => {
        if (data?.type === 'voisin-ready') resolve(data.lifeline)
      })
      this.#remote.ready().then(resolve, () => {
        // It cannot answer pings; the deadline speaks.
      })
    })
  }

  #fail(event: Event): void {
    // Told to the callers below; without this the browser also reports it as an uncaught error of the page.
    event.preventDefault()
    const { message, filename, lineno, error: cause } = event as ErrorEvent
    const remedy =
      'Check that its script is served, is JavaScript, and is allowed by the content security policy (worker-src, and `trusted-types voisin` where it requires Trusted Types), or pass a function that makes the worker as `worker`.'
    this.end(
      message
        ? new WorkerError(`The ${this.#name} threw: ${message}`, { cause: new Error(`${message} (${filename}:${lineno})`) })
        : new WorkerError(`The ${this.#name} could not be loaded.`, { remedy, cause }),
    )
  }

  /** comlink itself rejects in two cases only: the request cannot be cloned, or the outcome cannot. */
  #refuse(method: string, cause: unknown): never {
    if (cause instanceof DOMException && cause.name === 'DataCloneError') {
      throw new InvalidArgumentError(`The argument of ${method} cannot be cloned.`, { received: cause.message, cause })
    }
    throw new ForeignError(`The result of ${method} cannot be cloned.`, { cause })
  }
}
