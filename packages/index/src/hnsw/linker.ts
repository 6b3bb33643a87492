import { CorruptDataError, isVoisinError } from '@voisin/spec'
import type { KernelMemory } from '../kernels.ts'
import { buildGraph } from './build.ts'
import type { Codes } from './codes.ts'
import type { Graph } from './graph.ts'
import { leadPast } from './lead-past.ts'
import type { Links } from './links.ts'
import { measuredWithout } from './live-links.ts'
import type { Measured } from './measured.ts'
import type { HnswParts } from './parts.ts'
import type { Searcher } from './searcher.ts'
import type { BuildHelper } from './shared-leaves.ts'
import type { Space } from './space.ts'
import { unpackLinks } from './stored-links.ts'
import type { Unlinked } from './unlinked.ts'
import { BULK_SHARE, GRAPH_FROM } from './upkeep.ts'
import type { VectorTable } from './vector-table.ts'

/** After a build that found no memory: when there are so many times as many vectors. */
const AGAIN_FROM = 1.5
/** Linked one by one between two looks at how many more have come. */
const LINKED_BETWEEN_LOOKS = 512
/** How much of the work a build is taken to be. */
const BUILD_SHARE = 0.85

/**
 * Links vectors that were added without, while others are added and deleted:
 *
 *     nodes  ├ linked: a walk finds them ┼ not yet: a scan finds them ┤ count
 *
 * A bulk build works over the vectors that are live when it begins. What is added meanwhile stands behind them and is linked one by one
 * afterwards; what is deleted meanwhile is taken out of the links once these are in their place.
 */
export class Linker {
  readonly #space: Space
  readonly #table: VectorTable
  readonly #codes: Codes
  readonly #graph: Graph
  readonly #searcher: Searcher
  readonly #helpers: readonly BuildHelper[]
  /** Begets the memories of builds, which go away with them. */
  readonly #builder: KernelMemory
  readonly #unlinked: Unlinked
  #installing: Generator<void, void> | undefined
  /** Live vectors there were when a bulk build found no memory. */
  #refusedAt = 0

  constructor({ builder, codes, graph, options, searcher, space, table, unlinked }: HnswParts) {
    this.#builder = builder
    this.#codes = codes
    this.#graph = graph
    this.#helpers = options.helpers ?? []
    this.#searcher = searcher
    this.#space = space
    this.#table = table
    this.#unlinked = unlinked
  }

  /** Whether `steps` has something to do. */
  get isDue(): boolean {
    if (!this.#codes.areUsable) return false
    if (!this.#graph.exists) return this.#isBulkDue
    return this.#graph.deferredCount > 0 || this.#unlinked.live > 0 || this.#searcher.dueTuning !== undefined
  }

  /** Whether walks find all vectors. */
  get isDone(): boolean {
    return this.#graph.exists && this.#codes.areUsable && this.#unlinked.live === 0
  }

  /**
   * Links all, then measures. Yields the share done, 0 … 1, every few milliseconds.
   * @throws {LimitError} There is no memory for the build; all that was found before is found.
   */
  *steps(): Generator<number, void> {
    while (this.isDue) {
      if (this.#isBulkDue) yield* this.#buildIfPossible()
      while (this.#graph.bypassNext()) yield BUILD_SHARE
      yield* this.#linkSome()
      const k = this.#searcher.dueTuning
      if (k !== undefined) for (const _ of this.#searcher.measure(k)) yield 0.95
    }
  }

  /**
   * Takes over links that were kept elsewhere, where there is no graph yet; those of vectors that are gone are led past them.
   * @param offsets Of each row; those beyond the count are nobody's.
   * @returns How many vectors are linked by them.
   * @throws {CorruptDataError} They are not such links; nothing has changed.
   */
  *restore(pieces: readonly Uint8Array[], offsets: Uint32Array): Generator<number, number> {
    const { m } = this.#space.parameters
    const unpacking = unpackLinks(pieces, m)
    let unpacked = unpacking.next()
    for (; !unpacked.done; unpacked = unpacking.next()) yield 0.1
    const { value: links } = unpacked
    if (links.levels.length !== offsets.length) {
      throw new CorruptDataError('There are more or fewer links than vectors that they are of.', {
        expected: `${links.levels.length} offsets`,
        received: `${offsets.length}`,
      })
    }
    const leading = leadPast(links, m, this.#gone(offsets))
    let led = leading.next()
    for (; !led.done; led = leading.next()) yield 0.3
    const isOfUse = this.#codes.areUsable && !this.#graph.exists && links.records <= this.#space.arenaCapacity
    if (!isOfUse || led.value === undefined) return 0
    const { order, measured } = led.value
    yield* this.#put(led.value, offsets, measuredWithout(measured, offsets.length - order.length, offsets.length))
    return order.length
  }

  /** Which rows are of no vector that lives here. @throws {CorruptDataError} Two rows are of the same one. */
  #gone(offsets: Uint32Array): Uint8Array {
    const isGone = new Uint8Array(offsets.length)
    const isTaken = new Uint8Array(this.#table.count)
    for (const [row, offset] of offsets.entries()) {
      if (offset >= this.#table.count || !this.#table.isLive(offset)) isGone[row] = 1
      else if (isTaken[offset] === 1) throw new CorruptDataError('Two rows of links are of the same vector.')
      else isTaken[offset] = 1
    }
    return isGone
  }

  /** Half a graph is none: whoever changes something waits for the rest. */
  settle(): void {
    while (this.#installing?.next().done === false);
  }

  get #isBulkDue(): boolean {
    const { liveCount } = this.#table
    if (!this.#graph.exists) return liveCount >= GRAPH_FROM
    const unlinked = this.#unlinked.live
    const isWorthIt = unlinked >= GRAPH_FROM && unlinked >= (liveCount - unlinked) * BULK_SHARE
    return isWorthIt && liveCount >= AGAIN_FROM * this.#refusedAt
  }

  /** Where there is a graph already, what there is no memory to build anew is linked one by one. */
  *#buildIfPossible(): Generator<number, void> {
    try {
      yield* this.#build()
    } catch (error) {
      if (!this.#graph.exists || !isVoisinError(error) || error.code !== 'limit-exceeded') throw error
      this.#refusedAt = this.#table.liveCount
    }
  }

  *#build(): Generator<number, void> {
    const offsets = this.#table.liveOffsets(this.#table.count)
    const build = buildGraph(this.#space, this.#builder.another(1), this.#codes, offsets, this.#helpers)
    let step = build.next()
    try {
      for (; !step.done; step = build.next()) yield BUILD_SHARE * step.value
    } finally {
      if (!step.done) build.return(undefined as never)
    }
    yield* this.#put(step.value, offsets)
  }

  /** Until it has ended, only the f32 path is right. */
  *#put(links: Links, offsets: Uint32Array, measured?: Measured): Generator<number, void> {
    this.#searcher.isBlind = true
    this.#installing = this.#install(links, offsets, measured)
    try {
      while (this.#installing?.next().done === false) yield BUILD_SHARE
    } finally {
      this.settle()
    }
  }

  *#install(links: Links, offsets: Uint32Array, measured: Measured | undefined): Generator<void, void> {
    const { count } = this.#table
    const { order } = links
    yield* this.#graph.install(links, offsets, count, order.length)
    for (const _ of this.#codes.writeAll(count)) yield
    // A change waits for the end of this, so none has come since the links began to be moved.
    for (const node of order) {
      const offset = offsets[node]!
      if (!this.#table.isLive(offset)) this.#graph.bypassLater(this.#table.nodeOf(offset))
    }
    this.#searcher.isBlind = false
    this.#searcher.forget()
    if (measured !== undefined) this.#searcher.measured = measured
    this.#installing = undefined
  }

  /** Links what was added since, until so much more has come that a build takes less time. */
  *#linkSome(): Generator<number, void> {
    let linked = 0
    for (const share of this.linkOneByOne()) {
      yield share
      if (++linked % LINKED_BETWEEN_LOOKS === 0 && this.#isBulkDue) return
    }
  }

  /** Links what was added since. */
  *linkOneByOne(): Generator<number, void> {
    const first = this.#graph.linked
    while (this.#graph.exists && this.#codes.areUsable && this.#graph.linked < this.#table.count) {
      const node = this.#graph.linked
      if (this.#table.isLiveNode(node)) this.#graph.insert(node)
      else this.#graph.skip()
      yield BUILD_SHARE + ((0.95 - BUILD_SHARE) * (node - first)) / (this.#table.count - first)
    }
  }
}
