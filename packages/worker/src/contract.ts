import type { Progress } from '@voisin/spec'

/** What a method is given beside its argument. */
export interface CallContext {
  /** Aborted, with the caller's reason, when the caller gives the call up: its signal, its deadline, or a stream left early. */
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
  // biome-ignore lint/suspicious/noExplicitAny: a worker's own scope is typed as a Window, which wants an origin here
  postMessage(message: unknown, transfer?: any): void
  // biome-ignore lint/suspicious/noExplicitAny: each kind of endpoint has its own listener type; comlink reads `data` alone
  addEventListener(type: string, listener: any, options?: any): void
  // biome-ignore lint/suspicious/noExplicitAny: as above
  removeEventListener(type: string, listener: any, options?: any): void
}

/** A Worker, or what stands in for one (see `serveHere`). */
export interface WorkerLike extends Endpoint {
  terminate(): void
}

export interface CallOptions {
  /** Ends the call: it rejects at once with the signal's reason, and the method's own signal is aborted. */
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** Buffers in the argument that are given away instead of copied; they are detached when the call is made. */
  readonly transfer?: readonly object[] | undefined
  /**
   * The call rejects with DeadlineError after this many milliseconds, the start of the worker included. No deadline by default:
   * work may be long.
   */
  readonly deadlineMs?: number | undefined
  /**
   * For a method whose outcome matters: when the caller gives the call up, the method is told, and for so many milliseconds the call
   * waits for what it came to. It resolves where the work was done after all, rejects with the signal's reason where it was not, and
   * with AbortedError where no word comes. Without it the call rejects at once.
   */
  readonly lastWordMs?: number | undefined
}

type Argument<M> = M extends (argument: infer A, context: CallContext) => unknown ? A : never
type Result<M> = M extends (...parameters: never[]) => Promise<infer R> ? R : never
type Item<M> = M extends (...parameters: never[]) => AsyncIterable<infer I> ? I : never

/** One worker, called by method name. It is started by the first call and again by the next call after it died. */
export interface Connection<M extends Methods> {
  /**
   * Runs a method. Calls reach the worker in the order in which they were made.
   *
   * @throws The method's own error, revived with class, code and cause; the signal's reason; {@link DeadlineError};
   * {@link WorkerError}: the worker could not be started or died; {@link ClosedError}; {@link InvalidArgumentError}: the argument
   * cannot be cloned; {@link ForeignError}: the method failed with something that is not voisin's, or its result cannot be cloned.
   */
  call<K extends keyof M & string>(method: K, argument: Argument<M[K]>, options?: CallOptions): Promise<Result<M[K]>>
  /**
   * The items of a method that returns a stream. It is started by the first `next()`; leaving the loop early ends the method. The
   * method is at most 16 items ahead of the reader. Rejects as `call` does, after the items that came before an error.
   */
  stream<K extends keyof M & string>(method: K, argument: Argument<M[K]>, options?: CallOptions): AsyncIterable<Item<M[K]>>
  /** Counts the workers started so far: a change between two calls says that state in the worker is gone. */
  readonly generation: number
  /**
   * Gives the present worker up: what is pending there rejects with WorkerError, and the next call starts another. For a worker that
   * answers, but cannot be trusted any more. Without a worker it does nothing.
   */
  restart(): void
  /** Ends the worker; what is pending rejects with ClosedError. Calling it again does nothing. */
  close(): void
}

export interface ConnectOptions {
  /** For messages: `embedding worker`. */
  readonly name: string
  /** Makes a new worker. Called by the first call, and by the next call after a worker died. */
  readonly start: () => WorkerLike
  /** How long a new worker may take to say that it is ready, in milliseconds. @default 20_000 */
  readonly readyMs?: number | undefined
  /**
   * Runs on every new worker before anything that was asked of it (opens the database, loads the model). Its failure is the
   * failure of the calls that wait for it, and ends that worker; the next call starts another.
   */
  readonly prepare?:
    | ((call: (method: string, argument: unknown, options?: CallOptions) => Promise<unknown>) => Promise<void>)
    | undefined
}
