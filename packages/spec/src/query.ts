import type { FieldPath } from './facet.ts'
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

/** Maximal marginal relevance: Carbonell & Goldstein, "The Use of MMR, Diversity-Based Reranking", SIGIR 1998. */
export interface Mmr {
  /** How much unlikeness weighs against relevance, 0 … 1: 0 changes nothing, 1 looks at nothing but unlikeness after the first hit. */
  readonly diversity: number
}

/** How much points of one group, as the passages of one document, speak for each other. */
export interface Support<P extends object> {
  /** A payload field, declared or not: what has the same value there is one group, as with `groupBy`. */
  readonly by: FieldPath<P>
  /** 0 … 1. Of the scores of its two best others among the candidates, where these are above 0, a hit gains so much. */
  readonly share: number
}

/** A nearest-neighbour query (`vector`), a BM25 query (`text`), or both fused. At least one of the two. */
export interface Query<P extends object> {
  /** Length `dim`. Need not be normalised. */
  readonly vector?: Float32Array
  /** Name of the vector that `vector` is compared with, in a collection of several. */
  readonly using?: string
  /**
   * Words to look for in the collection's text fields. Words in straight quotation marks must be there as they are, one after the other; a
   * word (or a phrase) behind a minus must not, where something else is asked for; `word*` is any word that begins so. A point that lacks what must be there is
   * not found by its vector either. A word that no text has, in no form, is looked for with one typing error, from eight letters on with two.
   */
  readonly text?: string
  /** Words of `text` that are spelled as they are meant: none is looked for in their place. @default none */
  readonly knownWords?: readonly string[]
  /** Whether `text` is still being typed, so that its last word may go on. @default false */
  readonly asYouType?: boolean
  readonly filter?: Filter<P>
  /** How many points to return, 1 … 10,000. Fewer come back when fewer match. @default 10 */
  readonly limit?: number
  /** How many of the best to pass over, ≥ 0. @default 0 */
  readonly offset?: number
  /**
   * Weight of the dense leg in a hybrid query, 0 … 1; the lexical leg gets the rest, less what it cannot say of the query's words that no
   * text has. @default 0.3
   */
  readonly denseWeight?: number
  /** @default 'z-score' */
  readonly fusion?: Fusion
  /**
   * A payload field, declared or not, by dotted path: of the hits that have the same value there only the best `groupSize` are listed, and what
   * follows moves up; `limit` and `offset` count the hits that are listed, so with a `groupSize` of 1 they count groups. It is looked for further down until the
   * list is full or nothing more matches. Values are the same as in facets, except that an array is one value; a point that has none
   * is a group of its own. A field declared as `keyword` is fastest. The hits say how many `others` their group has. @default no groups
   */
  readonly groupBy?: FieldPath<P>
  /** How many hits of one group are listed at most, 1 … 10,000. Only with `groupBy`. @default 1 */
  readonly groupSize?: number
  /** Only in a query by vector and text; others stay as they are. @default none */
  readonly support?: Support<P>
  /**
   * Chooses hits that are unlike each other: place by place the candidate with the most of (1 − diversity) · relevance − diversity · likeness. Relevance is
   * the score, from 0 for the candidates' worst to 1 for their best; likeness the cosine of its vector (`using`) with that of the
   * hit before it that is most like it, from 0 (or less: unlike) to 1; a point without a vector is unlike all. The candidates of the first 16 places are the 64
   * best, of the places up to 32 the 128 best, and so on; only those that reach `scoreThreshold`, and of groups only those that are listed. Scores
   * stay what they are, so they no longer fall from hit to hit. `limit + offset` is at most 1,000. @default the order of the scores
   */
  readonly mmr?: Mmr
  /** How near the true nearest the vectors found are to be. @default recall 0.99 */
  readonly params?: SearchParams
  /** Return only points whose score is at least this. No threshold by default. */
  readonly scoreThreshold?: number
  /** @default true */
  readonly withPayload?: boolean
  /** @default false */
  readonly withVector?: boolean
}
