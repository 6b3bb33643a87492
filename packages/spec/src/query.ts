import type { Filter } from './filter.ts'

/** How two legs become one ranking. `z-score` is the default; see docs/decisions/0002-fusion.md. */
export type Fusion = 'z-score' | 'rrf'

/** What a vector search may give for speed. Small collections and selective filters are searched exactly, whatever it says. */
export interface SearchParams {
  /** Share of the true nearest to be found, 0 … 1, on average over queries that are like the vectors. @default 0.99 */
  readonly recall?: number
  /** Candidates that a walk of the graph keeps, 1 … 4,096, in place of `recall`. @default what reaches the recall */
  readonly ef?: number
  /** Find exactly the nearest; takes longer. @default false */
  readonly exact?: boolean
}

/** A nearest-neighbour query (`vector`), a BM25 query (`text`), or both fused. At least one of the two. */
export interface Query<P extends object> {
  /** Length `dim`. Need not be normalised. */
  readonly vector?: Float32Array
  /** Name of the vector that `vector` is compared with, in a collection of several. */
  readonly using?: string
  /** Words to look for in the collection's text fields. */
  readonly text?: string
  readonly filter?: Filter<P>
  /** How many points to return, 1 … 10,000. Fewer come back when fewer match. @default 10 */
  readonly limit?: number
  /** How many of the best to pass over, ≥ 0. @default 0 */
  readonly offset?: number
  /** Weight of the dense leg in a hybrid query, 0 … 1; the lexical leg gets the rest. @default 0.3 */
  readonly denseWeight?: number
  /** @default 'z-score' */
  readonly fusion?: Fusion
  /** How near the true nearest the vectors found are to be. @default recall 0.99 */
  readonly params?: SearchParams
  /** Return only points whose score is at least this. No threshold by default. */
  readonly scoreThreshold?: number
  /** @default true */
  readonly withPayload?: boolean
  /** @default false */
  readonly withVector?: boolean
}
