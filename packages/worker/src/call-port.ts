import type { Progress } from '@voisin/spec'
import { decodeReason, encodeError } from './error-codec.ts'
import type { CallerMessage, WorkerMessage } from './messages.ts'
import { transferredWith } from './transferred.ts'

/** How many items a stream's method may be ahead of its reader. */
export const STREAM_WINDOW = 16

export interface PortHandlers {
  readonly onProgress?: ((progress: Progress) => void) | undefined
  readonly onItem?: ((item: unknown) => void) | undefined
  /** A message could not be read, or a handler threw. */
  readonly onFailure: (error: unknown) => void
}

/** The caller's half of a call's port. */
export class CallerPort {
  /** The worker's half, to be transferred. */
  readonly far: MessagePort
  readonly #near: MessagePort
  #received = 0
  #awaited: { readonly count: number; readonly resolve: () => void } | undefined

  constructor(handlers: PortHandlers) {
    const { port1, port2 } = new MessageChannel()
    this.#near = port1
    this.far = port2
    port1.onmessage = ({ data }: MessageEvent<WorkerMessage>) => {
      try {
        if (data.type === 'progress') handlers.onProgress?.(data.progress)
        else handlers.onItem?.(data.item)
      } catch (error) {
        handlers.onFailure(error)
      }
      this.#received++
      if (this.#awaited && this.#received >= this.#awaited.count) this.#awaited.resolve()
    }
    port1.onmessageerror = () => handlers.onFailure(new DOMException('A message of the worker cannot be read.', 'DataCloneError'))
  }

  /** Resolves when `count` messages have come in. */
  received(count: number): Promise<void> {
    if (this.#received >= count) return Promise.resolve()
    return new Promise((resolve) => {
      this.#awaited = { count, resolve }
    })
  }

  pull(count: number): void {
    this.#post({ type: 'pull', count })
  }

  abort(reason: unknown): void {
    this.#post({ type: 'abort', reason: encodeError(reason) })
  }

  close(): void {
    this.#near.onmessage = null
    this.#near.close()
  }

  #post(message: CallerMessage): void {
    this.#near.postMessage(message)
  }
}

/**
 * The worker's half of a call's port. Without a port nobody listens, and nothing is sent. The caller closes the port: closed from
 * here, it could take messages with it that are still on their way.
 */
export class WorkerPort {
  /** Messages sent so far. */
  sent = 0
  readonly #port: MessagePort | undefined
  readonly #controller = new AbortController()
  #credit = 0
  #wake: (() => void) | undefined

  constructor(port: MessagePort | undefined) {
    this.#port = port
    if (!port) return
    port.onmessage = ({ data }: MessageEvent<CallerMessage>) => {
      if (data.type === 'abort') this.#controller.abort(decodeReason(data.reason))
      else this.#credit += data.count
      this.#wake?.()
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  progress(progress: Progress): void {
    this.#post({ type: 'progress', progress }, [])
  }

  item(item: unknown): void {
    this.#post({ type: 'item', item }, transferredWith(item))
  }

  /** Resolves when the reader wants another item; rejects when the call is aborted. */
  async demand(): Promise<void> {
    while (this.#credit === 0) {
      this.signal.throwIfAborted()
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    this.signal.throwIfAborted()
    this.#credit--
  }

  #post(message: WorkerMessage, buffers: Transferable[]): void {
    if (!this.#port) return
    this.#port.postMessage(message, buffers)
    this.sent++
  }
}
