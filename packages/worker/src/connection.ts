import { ClosedError, InvalidArgumentError, WorkerError } from '@voisin/spec'
import { Call } from './call.ts'
import { type CallerPort, STREAM_WINDOW } from './call-port.ts'
import type { CallOptions, Connection, ConnectOptions, Methods } from './contract.ts'
import { LiveWorker, type Run } from './live-worker.ts'
import { transferredWith } from './transferred.ts'

/** Connects to a worker. Nothing is started before the first call. */
export function connect<M extends Methods>(options: ConnectOptions): Connection<M> {
  // Types end at the wire: what a method takes and gives is checked at `call`, here it is unknown.
  return new WorkerConnection(options) as unknown as Connection<M>
}

/** A worker with what `prepare` does to it. */
interface Prepared {
  readonly worker: LiveWorker
  readonly whenPrepared: Promise<void>
  isPrepared: boolean
}

class WorkerConnection {
  generation = 0
  readonly #options: ConnectOptions
  #current: Prepared | undefined
  #isClosed = false

  constructor(options: ConnectOptions) {
    this.#options = options
  }

  async call(method: string, argument: unknown, options: CallOptions = {}): Promise<unknown> {
    const { signal, onProgress, deadlineMs } = options
    const needsPort = signal !== undefined || onProgress !== undefined || deadlineMs !== undefined
    return await this.#perform(method, argument, options, { isStream: false, onProgress }, needsPort)
  }

  async *stream(method: string, argument: unknown, options: CallOptions = {}): AsyncGenerator<unknown, undefined> {
    const items: unknown[] = []
    const left = new AbortController()
    let port: CallerPort | undefined
    let wake: (() => void) | undefined
    let end: { readonly error?: unknown } | undefined
    const arrived = (item: unknown) => {
      items.push(item)
      wake?.()
    }
    const opened = (opened: CallerPort) => {
      port = opened
      opened.pull(STREAM_WINDOW)
    }
    const ended = (how: { readonly error?: unknown }) => {
      end = how
      wake?.()
    }
    const signal = options.signal ? AbortSignal.any([options.signal, left.signal]) : left.signal
    this.#perform(
      method,
      argument,
      { ...options, signal },
      { isStream: true, onProgress: options.onProgress, onItem: arrived, onPort: opened },
      true,
    ).then(
      () => ended({}),
      (error) => ended({ error }),
    )
    try {
      for (;;) {
        options.signal?.throwIfAborted()
        if (items.length > 0) {
          yield items.shift()
          if (!end) port?.pull(1)
        } else if (end) {
          if ('error' in end) throw end.error
          return undefined
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
      }
    } finally {
      left.abort(new DOMException('The stream was left early.', 'AbortError'))
    }
  }

  restart(): void {
    this.#current?.worker.end(new WorkerError(`The ${this.#options.name} was given up.`))
  }

  close(): void {
    this.#isClosed = true
    this.#current?.worker.end(this.#closedError())
  }

  async #perform(
    method: string,
    argument: unknown,
    options: CallOptions,
    run: Omit<Run, 'argument' | 'transfer'>,
    needsPort: boolean,
  ): Promise<unknown> {
    options.signal?.throwIfAborted()
    const current = this.#start()
    const call = new Call(method, options)
    current.worker.adopt(call)
    try {
      let sent = { argument, transfer: given(options) ?? transferredWith(argument) }
      if (!current.isPrepared) {
        // Taken now, as a posted message would be: the caller may go on using what it passed.
        sent = takeNow(method, sent)
        await call.beforeSent(current.whenPrepared)
      }
      return await current.worker.run(call, { ...run, ...sent }, needsPort)
    } finally {
      current.worker.release(call)
      call.finish()
    }
  }

  #start(): Prepared {
    if (this.#isClosed) throw this.#closedError()
    if (this.#current) return this.#current
    const ended = () => {
      if (this.#current === prepared) this.#current = undefined
    }
    const worker = new LiveWorker(this.#options, ended)
    this.generation++
    const whenPrepared = this.#prepare(worker).then(
      () => {
        prepared.isPrepared = true
      },
      (error) => {
        worker.end(error)
        throw error
      },
    )
    // Those who wait for it are told; where nobody waits any more, nothing is amiss.
    whenPrepared.catch(() => {})
    const prepared: Prepared = { worker, whenPrepared, isPrepared: false }
    this.#current = prepared
    return prepared
  }

  async #prepare(worker: LiveWorker): Promise<void> {
    await worker.ready
    await this.#options.prepare?.(async (method, argument, options = {}) => {
      options.signal?.throwIfAborted()
      worker.ended.throwIfAborted()
      const call = new Call(method, options)
      worker.adopt(call)
      const { onProgress } = options
      const transfer = given(options) ?? transferredWith(argument)
      try {
        return await worker.run(call, { argument, transfer, isStream: false, onProgress }, true)
      } finally {
        worker.release(call)
        call.finish()
      }
    })
  }

  #closedError(): ClosedError {
    return new ClosedError(`The connection to the ${this.#options.name} is closed.`)
  }
}

/** What can be transferred is said in words, where compilers without the DOM read it. */
function given({ transfer }: CallOptions): Transferable[] | undefined {
  return transfer as Transferable[] | undefined
}

/** Cloned together, so that what was transferred is named in its new place. */
function takeNow(
  method: string,
  sent: { argument: unknown; transfer: Transferable[] },
): { argument: unknown; transfer: Transferable[] } {
  try {
    return structuredClone(sent, { transfer: sent.transfer })
  } catch (cause) {
    throw new InvalidArgumentError(`The argument of ${method} cannot be cloned.`, { received: String(cause), cause })
  }
}
