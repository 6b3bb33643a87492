import type { KernelMemory } from '../kernels.ts'
import { BatchScan } from './batch.ts'
import { Codes } from './codes.ts'
import { Graph } from './graph.ts'
import type { HnswIndexOptions } from './options.ts'
import { Paths } from './paths.ts'
import { Searcher } from './searcher.ts'
import type { Space } from './space.ts'
import { Unlinked } from './unlinked.ts'
import { VectorTable } from './vector-table.ts'

/** What an index is made of. */
export interface HnswParts {
  readonly options: HnswIndexOptions
  readonly space: Space
  readonly table: VectorTable
  readonly codes: Codes
  readonly graph: Graph
  readonly paths: Paths
  readonly batch: BatchScan
  readonly unlinked: Unlinked
  readonly searcher: Searcher
  /** Begets the memories of builds, which go away with them. */
  readonly builder: KernelMemory
}

export function createParts(options: HnswIndexOptions, space: Space, builder: KernelMemory): HnswParts {
  const table = new VectorTable(space)
  const codes = new Codes(space)
  const graph = new Graph(space)
  const paths = new Paths(space, codes)
  const batch = new BatchScan(space, codes, paths)
  const unlinked = new Unlinked(table, graph)
  const searcher = new Searcher(space, table, codes, graph, paths, batch, options, unlinked)
  return { options, space, table, codes, graph, paths, batch, unlinked, searcher, builder }
}
