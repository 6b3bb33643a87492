/** How far a long call is. `total` is known from the start or absent, never a guess that moves backwards. */
export interface Progress {
  /** What is being done now, in one word: `'download'`, `'embed'`, `'store'`, … */
  readonly phase: string
  /** How much is done, in `unit`, 0 … `total`. */
  readonly done: number
  readonly total?: number
  readonly unit: 'bytes' | 'chunks' | 'documents' | 'points' | 'texts'
  /** Estimated time left in milliseconds, once there is something to estimate from. */
  readonly msLeft?: number
}

/** What every long call takes. */
export interface LongCallOptions {
  /** Ends the call early: it rejects with the signal's reason. What was acknowledged before stays. */
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
}
