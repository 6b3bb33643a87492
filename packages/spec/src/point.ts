import type { VectorBatch } from './vector.ts'

/** The caller's id: a string of 1 to 512 characters or a safe non-negative integer. `1` and `'1'` are two ids. */
export type PointId = string | number

/** Plain data that a payload may hold, at any depth up to 64. Numbers are finite. */
export type PayloadValue =
  | null
  | boolean
  | number
  | string
  | bigint
  | Date
  | Uint8Array
  | readonly PayloadValue[]
  | { readonly [key: string]: PayloadValue }

/** The data kept with a point. */
export type Payload = { readonly [key: string]: PayloadValue }

/** What a collection keeps. A point without a vector is found by words, filters and id only. */
export interface Point<P extends object = Payload> {
  readonly id: PointId
  /** Length `dim` of the collection; copied on upsert. */
  readonly vector?: Float32Array
  /** By name, in a collection of several vectors; each may be left out. Copied on upsert. */
  readonly vectors?: { readonly [name: string]: Float32Array }
  readonly payload: P
}

/** Many points in columns: the vectors are one buffer. */
export interface PointBatch<P extends object = Payload> {
  readonly ids: readonly PointId[]
  /** Of the first `count` points, at most as many as `ids`; those after them have no vector. By name, in a collection of several. */
  readonly vectors: VectorBatch | { readonly [name: string]: VectorBatch }
  /** One for each id, in the same order. */
  readonly payloads: readonly P[]
}

/** One leg's opinion of a hit. */
export interface LegScore {
  /** 1 for the leg's best point; absent where the leg did not list the point among its candidates. */
  readonly rank?: number
  /** The leg's own score: a cosine (or dot, or −distance) for `dense`, BM25 for `lexical`. */
  readonly score: number
  /** This leg's part of the fused score. With one leg it is the whole score. */
  readonly share: number
}

/** A hit. `score` is larger-is-better for every metric and every kind of query. */
export interface ScoredPoint<P extends object = Payload> {
  readonly id: PointId
  readonly score: number
  readonly payload: P
  /** Present when the query asked `withVector: true` and the point has one. */
  readonly vector?: Float32Array
  /** The same, by name, in a collection of several vectors. */
  readonly vectors?: { readonly [name: string]: Float32Array }
  readonly legs: { readonly dense?: LegScore; readonly lexical?: LegScore }
  /** In a query with `support`: what its group adds to the legs' shares. Absent where that is nothing. */
  readonly support?: number
  /**
   * In a query with words: the share of those that carry meaning which some point of the collection has, in some form, 0 … 1. Words that are not among
   * `knownWords`, where these are given, count as had. Down to half as much where the query is in another language than the texts, as far as
   * its function words tell.
   */
  readonly covered?: number
  /**
   * In a query with `groupBy`: how many more points of its group were among the candidates that it was found with, listed or not. Not all that
   * match: it is looked no further down than the list needs.
   */
  readonly others?: number
}
