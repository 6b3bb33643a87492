/** How a query was answered, stage by stage, and why so. */
export interface QueryExplanation {
  /** Milliseconds of the whole query, payloads of the hits included. */
  readonly ms: number
  /** Hits after filter, threshold, offset and limit. */
  readonly hits: number
  /** Where there is a filter: how many points it lets through. */
  readonly filter?: { readonly points: number; readonly ms: number }
  /** Where the query has a vector. */
  readonly dense?: DenseExplanation
  /** Where the query has a text: how many points were listed. */
  readonly lexical?: { readonly points: number; readonly ms: number }
}

/** How the vectors were searched; where a hybrid query took several rounds, the last one, with the times and distances of all. */
export interface DenseExplanation {
  /** `graph`: a walk of the graph. `int8`, `f32`: a scan, exact. `bits`: a scan that finds most. */
  readonly path: 'graph' | 'int8' | 'bits' | 'f32'
  /** Why that path, in words. */
  readonly reason: string
  /** Whether what was found is surely the nearest. */
  readonly isExact: boolean
  /** Nearest that were looked for; a hybrid query looks for more than it gives. */
  readonly k: number
  /** Candidates that a walk kept, or vectors that a scan of bits measured; else 0. */
  readonly effort: number
  /** Vectors that were live and let through. */
  readonly wanted: number
  /** Vectors that the graph has not linked yet: they were scanned. */
  readonly unlinked: number
  /** Codes, or (path `f32`) vectors, that the query was compared with. */
  readonly distances: number
  /** Milliseconds it took, and that the planner had expected. */
  readonly ms: number
  readonly expectedMs: number
}

export interface RecallOptions {
  /** How many nearest, 1 … 1,000. @default 10 */
  readonly k?: number
  /** How many of the collection's own vectors ask, 1 … 10,000. @default 128 */
  readonly size?: number
  /** What the searches are to reach, 0 … 1. @default 0.99 */
  readonly recall?: number
  /** Name of the vector, in a collection of several. */
  readonly using?: string
  readonly signal?: AbortSignal
}
