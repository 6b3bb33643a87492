/**
 * How two vectors are compared. Inside the index *distance*, smaller is nearer; at the public door *score*, larger is better.
 *
 * | metric | distance           | score              |
 * |--------|--------------------|--------------------|
 * | cosine | 1 − cos(a, b)      | cos(a, b)          |
 * | dot    | −a·b               | a·b                |
 * | l2     | Σ (aᵢ − bᵢ)²       | −√distance         |
 */
export type Metric = 'cosine' | 'dot' | 'l2'

/** What the index answers: parallel arrays, nearest first. */
export interface Candidates {
  /** Offsets of the nearest vectors. */
  readonly offsets: Uint32Array
  /** Their distances; smaller is nearer. */
  readonly distances: Float32Array
}

/** Mean and standard deviation of one query's distances to every live vector of an index. */
export interface DistanceMoments {
  readonly mean: number
  /** Population standard deviation, ≥ 0. */
  readonly deviation: number
}
