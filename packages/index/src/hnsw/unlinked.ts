import type { Graph } from './graph.ts'
import type { VectorTable } from './vector-table.ts'

/** The live vectors that a graph has not linked yet. */
export class Unlinked {
  readonly #table: VectorTable
  readonly #graph: Graph
  #live = 0
  // What it was counted for: it changes with writes alone.
  #linked = 0
  #count = 0
  #liveCount = 0

  constructor(table: VectorTable, graph: Graph) {
    this.#table = table
    this.#graph = graph
  }

  /** How many; 0 without a graph. */
  get live(): number {
    const { count, liveCount } = this.#table
    const { linked, exists } = this.#graph
    if (!exists || linked >= count) return 0
    if (this.#linked !== linked || this.#count !== count || this.#liveCount !== liveCount) {
      this.#linked = linked
      this.#count = count
      this.#liveCount = liveCount
      this.#live = 0
      for (let node = linked; node < count; node++) if (this.#table.isLiveNode(node)) this.#live++
    }
    return this.#live
  }
}
