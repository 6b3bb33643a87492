import type { Progress } from '@voisin/spec'

/** What a method is given beside its argument. */
export interface CallContext {
  /** Aborted when the caller's signal is, or when the caller closes the connection. */
  readonly signal: AbortSignal
  /** Sends progress to the caller. All of it has arrived before the call's result does. */
  progress(progress: Progress): void
}

/** A served method: one argument that can be cloned, one result or a stream of items. */
// biome-ignore lint/suspicious/noExplicitAny: the argument's type is each method's own
export type Method = (argument: any, context: CallContext) => Promise<unknown> | AsyncIterable<unknown>

/** What a worker serves: a flat object, so that every round trip is visible at the call. */
export type Methods = { readonly [name: string]: Method }

/** The least that a Worker, a MessagePort and a worker's own scope share. */
export interface Endpoint {
  postMessage(message: unknown, transfer?: Transferable[]): void
  addEventListener(type: string, listener: (event: never) => void): void
  removeEventListener(type: string, listener: (event: never) => void): void
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** Buffers in the argument that are given away instead of copied. */
  readonly transfer?: Transferable[]
  /** The call rejects with DeadlineError after this many milliseconds. No deadline by default: work may be long. */
  readonly deadlineMs?: number
}

type Argument<M> = M extends (argument: infer A, context: CallContext) => unknown ? A : never
type Result<M> = M extends (...parameters: never[]) => Promise<infer R> ? R : never
type Item<M> = M extends (...parameters: never[]) => AsyncIterable<infer I> ? I : never

/** One worker, called by method name. It is started by the first call and again by the next call after it died. */
export interface Connection<M extends Methods> {
  /** Rejects with the method's error, the signal's reason, DeadlineError, WorkerError (it died) or ClosedError. */
  call<K extends keyof M & string>(method: K, argument: Argument<M[K]>, options?: CallOptions): Promise<Result<M[K]>>
  /** The items of a method that returns a stream. Leaving the loop early ends the method. */
  stream<K extends keyof M & string>(method: K, argument: Argument<M[K]>, options?: CallOptions): AsyncIterable<Item<M[K]>>
  /** Counts the workers started so far: a change between two calls says that state in the worker is gone. */
  readonly generation: number
  /** Ends the worker; what is pending rejects with ClosedError. Calling it again does nothing. */
  close(): void
}

export interface ConnectOptions {
  /** For messages: `the embedding worker`. */
  readonly name: string
  readonly start: () => Worker
  /** How long a new worker may take to say that it is ready. @default 20_000 */
  readonly readyMs?: number
  /**
   * Runs on every new worker before anything that was asked of it (opens the database, loads the model). Its failure is the
   * failure of the calls that wait for it.
   */
  readonly prepare?: (call: (method: string, argument: unknown, options?: CallOptions) => Promise<unknown>) => Promise<void>
}
