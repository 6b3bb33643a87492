/** Many vectors in one buffer, so that they cross a worker by one transfer. */
export interface VectorBatch {
  /** Row-major, length `count × dim`. */
  readonly data: Float32Array
  readonly count: number
  readonly dim: number
  /** Fingerprint of the embedder that made them; a collection of another fingerprint refuses the batch. */
  readonly fingerprint?: string
}
