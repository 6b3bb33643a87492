import { checkCount, checkRows } from '../check-vectors.ts'
import type { KernelMemory } from '../kernels.ts'
import { buildGraph } from './build.ts'
import type { Codes } from './codes.ts'
import type { Graph } from './graph.ts'
import type { Links } from './links.ts'
import type { HnswIndexOptions } from './options.ts'
import type { HnswParts } from './parts.ts'
import type { Searcher } from './searcher.ts'
import { finish } from './slices.ts'
import { NO_NODE, type Space } from './space.ts'
import type { VectorTable } from './vector-table.ts'

/** Without a graph until there are so many vectors: a scan of them takes a few dozen microseconds. */
export const GRAPH_FROM = 1024
/** Added vectors, as a share of those linked, from which a bulk build takes less time than links one by one. */
export const BULK_SHARE = 0.5

/** Elements of vectors that are checked or copied in one step: about a millisecond. */
const ELEMENTS_AT_ONCE = 2 ** 19

/** What changes more than one vector: codes, links, builds. Generators yield the share done, 0 … 1, every few milliseconds. */
export class Upkeep {
  readonly #space: Space
  readonly #table: VectorTable
  readonly #codes: Codes
  readonly #graph: Graph
  readonly #searcher: Searcher
  readonly #options: HnswIndexOptions
  /** Begets the memories of builds, which go away with them. */
  readonly #builder: KernelMemory

  constructor({ builder, codes, graph, options, searcher, space, table }: HnswParts) {
    this.#builder = builder
    this.#codes = codes
    this.#graph = graph
    this.#options = options
    this.#searcher = searcher
    this.#space = space
    this.#table = table
  }

  /** Checks, writes, codes, links and counts vectors. Each part is copied at once: what the caller does to them meanwhile is seen whole or not at all. */
  *add(vectors: Float32Array, isBulk: boolean | undefined): Generator<number, void> {
    const { dim, metric } = this.#space
    const total = checkCount(vectors, dim)
    if (total === 0) return
    this.#table.reserve(total)
    const rowsAtOnce = Math.ceil(ELEMENTS_AT_ONCE / dim)
    for (let row = 0; row < total; row += rowsAtOnce) {
      const part = vectors.subarray(row * dim, Math.min(total, row + rowsAtOnce) * dim)
      this.#table.write(part, checkRows(part, dim, metric, row), row)
      yield 0
    }
    yield* this.addMany(total, isBulk)
  }

  /** Codes, links and counts `added` vectors that are written. Stopped early, or failed, it has counted none of them. */
  *addMany(added: number, isBulk: boolean | undefined): Generator<number, void> {
    const { count: first, liveCount } = this.#table
    const count = first + added
    const hadGraph = this.#graph.exists
    const wantsGraph = this.#options.graph !== 'background' && (hadGraph || this.#wantsGraph(liveCount + added))
    const { records } = this.#graph
    const codes = this.#codes.snapshot()
    try {
      for (const done of this.#codes.extend(count)) yield (0.05 * Math.max(0, done - first)) / added
      if (wantsGraph && this.#codes.areUsable) {
        if (isBulk ?? (!hadGraph || added >= liveCount * BULK_SHARE)) {
          yield* this.#rebuild(added)
          return
        }
        // Nodes that are not counted are walked through and not found.
        for (let node = hadGraph ? first : 0; node < count; node++) {
          this.#graph.insert(node)
          yield 0.05 + (0.95 * Math.max(0, node - first)) / added
        }
      }
      this.#table.take(added)
    } finally {
      if (this.#table.count === first) {
        if (wantsGraph && hadGraph) this.#graph.truncate(first, records)
        else if (!hadGraph) this.#graph.clear(first)
        this.#codes.rollBack(codes, first)
      }
    }
  }

  /** Takes a vector that was just marked out of its neighbours' links. */
  bypass(offset: number): void {
    this.#graph.bypass(this.#table.nodeOf(offset))
  }

  /** Drops the marked vectors; gives, for each old offset, the new one or none. Stopped early, it has changed nothing. */
  *vacuum(): Generator<number, Uint32Array> {
    const offsets = this.#table.liveOffsets(this.#table.count)
    const permutation = new Uint32Array(this.#table.count).fill(NO_NODE)
    for (const [to, from] of offsets.entries()) permutation[from] = to
    let built: Links | undefined
    if (this.#wantsGraph(offsets.length) && this.#codes.areUsable) {
      built = yield* this.#build(offsets)
    }
    const count = offsets.length
    this.#table.compact(offsets)
    this.#graph.clear(permutation.length)
    if (built !== undefined) {
      const numbers = Uint32Array.from({ length: count }, (_, i) => i)
      finish(this.#graph.install(built, numbers, count, count))
    }
    this.#table.take(count)
    if (count > 0) finish(this.#codes.learn(count))
    else this.#codes.clear()
    this.#searcher.forget()
    return permutation
  }

  #wantsGraph(liveCount: number): boolean {
    return this.#options.graph !== false && liveCount >= GRAPH_FROM
  }

  /** Builds the graph anew over all live vectors and `added` ones that are not counted yet, counts these, and measures it. */
  *#rebuild(added: number): Generator<number, void> {
    if (!this.#codes.areUsable) return
    const offsets = this.#table.liveOffsets(this.#table.count + added)
    const build = this.#build(offsets)
    let step = build.next()
    for (; !step.done; step = build.next()) yield 0.05 + 0.85 * step.value
    this.#searcher.isBlind = true
    const install = this.#install(step.value, offsets, added)
    let installed = install.next()
    try {
      for (; !installed.done; installed = install.next()) yield 0.92
    } finally {
      // Half a graph is none: whoever stops now waits for the rest.
      while (!installed.done) installed = install.next()
      this.#searcher.isBlind = false
      this.#searcher.forget()
    }
    for (const _ of this.#searcher.measure(10)) yield 0.95
  }

  *#install(built: Links, offsets: Uint32Array, added: number): Generator<void, void> {
    const count = this.#table.count + added
    yield* this.#graph.install(built, offsets, count, count)
    for (const _ of this.#codes.writeAll(count)) yield
    this.#table.take(added)
  }

  // A memory never shrinks, so a build has one of its own.
  #build(offsets: Uint32Array): Generator<number, Links> {
    return buildGraph(this.#space, this.#builder.another(1), this.#codes, offsets, this.#options.helpers ?? [])
  }
}
