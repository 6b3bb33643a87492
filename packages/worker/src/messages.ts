import type { Progress } from '@voisin/spec'

/** An error as plain data; see error-codec.ts. */
export type EncodedError =
  | {
      readonly kind: 'voisin'
      readonly code: string
      readonly message: string
      readonly stack: string | undefined
      readonly expected: string | undefined
      readonly received: string | undefined
      readonly remedy: string | undefined
      readonly retryable: boolean
      readonly dataState: string
      readonly cause: EncodedError | undefined
    }
  | { readonly kind: 'dom-exception'; readonly name: string; readonly message: string; readonly stack: string | undefined }
  | {
      readonly kind: 'error'
      readonly name: string
      readonly message: string
      readonly stack: string | undefined
      readonly cause: EncodedError | undefined
    }
  | { readonly kind: 'value'; readonly value: unknown }

/** Asks for one run of a method. */
export interface Request {
  readonly method: string
  readonly argument: unknown
  readonly isStream: boolean
  /** Carries the call's progress, items, pulls and abort; absent when the caller can use none of them. */
  readonly port: MessagePort | undefined
}

/**
 * How a run ended. `sent` counts the messages the worker put into the call's port: the two channels have no common order, so the
 * caller waits for that many before it believes the end.
 */
export type Outcome = { readonly sent: number; readonly value: unknown } | { readonly sent: number; readonly error: EncodedError }

/** Caller → worker, through the call's port. A pull allows `count` more items. */
export type CallerMessage =
  | { readonly type: 'abort'; readonly reason: EncodedError }
  | { readonly type: 'pull'; readonly count: number }

/** Worker → caller, through the call's port. */
export type WorkerMessage =
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'item'; readonly item: unknown }

/** Worker → page, once, when it serves: a ping sent before that may have been dropped. */
export interface ReadyMessage {
  readonly type: 'voisin-ready'
  /** Name of the lock that the worker holds for life, where there are locks. */
  readonly lifeline: string | undefined
}

/** What comlink exposes: two flat functions. `run` never rejects, save when its outcome cannot be cloned. */
export type Wire = {
  ready(): Promise<string | undefined>
  run(request: Request): Promise<Outcome>
}
