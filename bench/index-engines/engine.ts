import type { VectorSet } from '../data/vector-set.ts'

/** One way to search, built over one set of vectors. */
export interface Engine {
  /** Offsets of the k nearest by cosine, nearest first. */
  search(query: Float32Array, k: number): ArrayLike<number>
  readonly bytesPerVector: number
  close(): void
}

export interface EngineKind {
  readonly engine: string
  readonly mode: string
  /** How it was set up, for a reader who wants to know whether the comparison is fair. */
  readonly settings: string
  build(set: VectorSet): Promise<Engine>
}
