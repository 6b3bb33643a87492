import type { VectorSet } from '../data/vector-set.ts'

/** The kinds of rows there are; an engine takes part in some. */
export const ROW_GROUPS = ['build', 'search', 'exact', 'batched', 'filtered', 'insert'] as const
export type RowGroup = (typeof ROW_GROUPS)[number]

/** Offsets of the neighbours found, nearest first. */
export type Offsets = ArrayLike<number>

export type Search = (query: Float32Array, k: number) => Offsets | Promise<Offsets>

/** Which points may be found. */
export interface Filter {
  /** Bit `i & 7` of byte `i >> 3` is offset i. */
  readonly allow: Uint8Array
  readonly allows: (offset: number) => boolean
}

/** What is nearest for certain, and how far it is. */
export type ExactSearch = (
  query: Float32Array,
  k: number,
  allow?: Uint8Array,
) => { readonly offsets: Uint32Array; readonly distances: Float32Array }

/** One index over one set of vectors, and each way to search it under the name of its mode. Nearest by cosine. */
export interface Engine {
  /** Rows `search`: through a graph, looking at as many candidates as `setEf` said. */
  readonly graph?: Search
  /** Rows `exact`: without anything to choose. */
  readonly scans?: Readonly<Record<string, Search>>
  /** Rows `batched`: many queries in one call, row-major. */
  readonly batched?: Readonly<Record<string, (queries: Float32Array, k: number) => readonly Offsets[]>>
  /** Rows `filtered`: among allowed points only. */
  readonly filtered?: Readonly<Record<string, (query: Float32Array, k: number, filter: Filter) => Offsets>>
  /** Which path the mode `filtered` takes, of an engine that chooses it by itself, and its ef too. */
  pathOf?(query: Float32Array, k: number, filter: Filter): string
  /** How many candidates a search through a graph looks at from now on. */
  setEf?(ef: number): void | Promise<void>
  /** Rows `insert`: adds one vector under the next offset. */
  add?(vector: Float32Array): void
  /** The truth, by an engine that holds the only copy of a very large set. */
  readonly exactly?: ExactSearch
  readonly bytesPerVector: number
  /** All memory it holds, where it can tell. */
  readonly memoryBytes?: number
  close(): void | Promise<void>
}

export interface BuildOptions {
  /** How many vectors will be added later; memory for them may be reserved. */
  readonly spare: number
  progress(text: string): void
}

export type Build = (set: VectorSet, options: BuildOptions) => Engine | Promise<Engine>

/** A way to build an index. */
export interface EngineKind {
  readonly engine: string
  /** How it is built; the mode of its rows `build` and `search`. */
  readonly mode: string
  /** How it was set up, for a reader who wants to know whether the comparison is fair. */
  readonly settings: string
  readonly rows: readonly RowGroup[]
  /** Links per node, of a graph. */
  readonly m?: number
  /** Candidates while building, of a graph. */
  readonly efConstruction?: number
  /** The only `ef` it is measured with, where each costs a build. */
  readonly efs?: readonly number[]
  /** Takes part only up to 10,000 points, unless it is named. */
  readonly isSlow?: true
  /** Fetches its code and gets it ready, which is not part of building. */
  load(): Promise<Build>
}
