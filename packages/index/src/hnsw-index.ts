import { type Candidates, ClosedError, type Metric, type Progress } from '@voisin/spec'
import { checkCount, checkVector, checkVectors } from './check-vectors.ts'
import { lateMachine } from './hnsw/late-machine.ts'
import type { Machine } from './hnsw/machine.ts'
import type { AddManyOptions, Explanation, HnswIndexOptions, ReopenOptions, SearchOptions } from './hnsw/options.ts'
import { checkOffset, checkOptions } from './hnsw/parameters.ts'
import { finish, sliced, stillAtWork } from './hnsw/slices.ts'
import type { PackedLinks } from './hnsw/stored-links.ts'
import { openKernels } from './kernels.ts'

/** A slice ends with the step that reaches so many milliseconds. */
const SLICE_MS = 6
const NO_OPTIONS: SearchOptions = {}

type MachineModule = typeof import('./hnsw/machine.ts')

/**
 * Nearest neighbours, approximate or exact, in WebAssembly memory: int8 and 1-bit codes, an HNSW graph over the int8 ones, and the f32 vectors
 * for the last word. All but the first step is synchronous.
 *
 * Offsets count up from 0 in the order of adding and stay until `vacuum`; a deleted vector keeps its own.
 */
export class HnswIndex {
  readonly dim: number
  readonly metric: Metric
  readonly #module: MachineModule
  #machine: Machine | undefined
  #isBuilding = false
  #isLinking = false

  private constructor(module: MachineModule, machine: Machine) {
    this.dim = machine.options.dim
    this.metric = machine.options.metric
    this.#module = module
    this.#machine = machine
  }

  /**
   * An empty index.
   * @throws {InvalidArgumentError} An option outside its range.
   * @throws {LimitError} The capacity would pass 4 GiB, or `maxBytes`.
   * @throws {UnsupportedError} There is no WebAssembly with SIMD, or the index cannot be loaded.
   */
  static async create(options: HnswIndexOptions): Promise<HnswIndex> {
    const { dim, metric, capacity = 64, maxBytes, simd, helpers = [] } = options
    const parameters = checkOptions(options)
    const [module, memory] = await Promise.all([lateMachine.load(), openKernels({ bytes: 1, simd })])
    const isShared = helpers.length > 0 && module.canShareMemory()
    const builder = isShared ? await openKernels({ bytes: 1, simd, shared: true }) : memory
    const space = new module.Space(memory, dim, metric, parameters, capacity, maxBytes)
    return new HnswIndex(module, module.assemble(options, space, builder))
  }

  /**
   * The index that `toBytes` wrote: the same offsets, the same graph, the same answers.
   * @param options What is not in the bytes.
   * @throws {CorruptDataError} They are not an index's bytes, or damaged.
   * @throws {UnsupportedError} Another version wrote them.
   */
  static async from(bytes: Uint8Array, options: ReopenOptions = {}): Promise<HnswIndex> {
    const { readHnswBytes } = await lateMachine.load()
    const contents = readHnswBytes(bytes)
    const index = await HnswIndex.create({ ...contents.options, ...options, capacity: contents.capacity })
    contents.restore(index.#open())
    return index
  }

  /** Vectors that were added since the last `vacuum`, deleted ones included; the next offset. */
  get count(): number {
    return this.#open().table.count
  }

  /** How many are not deleted. */
  get liveCount(): number {
    return this.#open().table.liveCount
  }

  /** Whether `linkSteps` has something to do: some vectors are not linked yet, or some walks not measured. */
  get isLinkingDue(): boolean {
    const { options, linker } = this.#open()
    return options.graph === 'background' && linker.isDue
  }

  /** Whether walks find all vectors. */
  get isLinked(): boolean {
    return this.#open().linker.isDone
  }

  /** Whether there is a graph to walk. */
  get hasGraph(): boolean {
    return this.#open().graph.exists
  }

  /** Bytes of WebAssembly memory held, with the room for growth. A build has a memory of its own, which goes away with it. */
  get memoryBytes(): number {
    return this.#open().space.u8.byteLength
  }

  /** Bytes that each vector takes: itself, its codes, links and marks; `besideVector` without the f32 vector. */
  get bytesPerVector(): { readonly all: number; readonly besideVector: number } {
    const { regions, vectorBytes } = this.#open().space
    const all = Math.ceil(regions.bytesPerVector)
    return { all, besideVector: all - vectorBytes }
  }

  /**
   * Adds a vector and returns its offset.
   * @throws {DimensionMismatchError} Its length is not `dim`.
   * @throws {InvalidVectorError} An element is not finite, or the norm is out of range: zero for cosine (see `checkVectors`).
   * @throws {LimitError} The index would pass 4 GiB.
   * @throws {InvalidArgumentError} A build is going on.
   */
  add(vector: Float32Array): number {
    const { table, upkeep } = this.#change()
    const norm = checkVector(vector, this.dim, this.metric)
    table.reserve(1)
    table.write(vector, Float32Array.of(norm))
    finish(upkeep.addMany(1, undefined))
    return table.count - 1
  }

  /**
   * Adds vectors, all or none, and returns the first one's offset; the others follow it. Builds the graph in bulk when that takes less time
   * than linking one by one.
   * @param vectors count × dim, row-major.
   * @throws As `add`. Then nothing was added.
   */
  addMany(vectors: Float32Array, options?: AddManyOptions): number {
    const { table, upkeep } = this.#change()
    const first = table.count
    finish(upkeep.add(vectors, options?.bulk))
    return first
  }

  /**
   * The same in slices of at most 20 ms. Until it has ended, searches answer as before and changes are refused. `return()` on the generator
   * cancels: nothing is added (but a graph that is being put in its place is finished, and then all is).
   * @returns A generator of progress in points, which returns the first offset.
   */
  *buildSteps(vectors: Float32Array, { bulk }: AddManyOptions = {}): Generator<Progress, number> {
    const { table, upkeep } = this.#build()
    const total = checkCount(vectors, this.dim)
    const first = table.count
    this.#isBuilding = true
    try {
      for (const share of sliced(upkeep.add(vectors, bulk), SLICE_MS)) {
        yield { phase: 'build', done: Math.floor(share * total), total, unit: 'points' }
      }
    } finally {
      this.#isBuilding = false
    }
    return first
  }

  /**
   * Takes the memory that so many more vectors need, so that adding them cannot fail for want of it.
   * @throws {LimitError} There is not so much; nothing has changed.
   */
  reserve(count: number): void {
    this.#change().table.reserve(count)
  }

  /**
   * With `graph: 'background'`: builds the graph, or links what was added since, in slices of a few milliseconds, some of a few dozen, and measures it. Between
   * slices vectors can be added, deleted and searched; all that is there is found all the time. `return()` on the generator stops: what
   * is linked stays so.
   * @returns A generator of progress in points.
   * @throws {LimitError} There is no memory for the build; searches go on by scans.
   */
  *linkSteps(): Generator<Progress, void> {
    const { linker, options } = this.#build()
    if (options.graph === 'background') yield* this.#link(linker.steps())
  }

  /**
   * Packs what is linked, without the vectors, for whoever keeps these elsewhere, in slices. Between them vectors can be added, deleted and searched.
   * @returns A generator of nothing, which returns the pieces; undefined where there is no graph.
   */
  packLinks(): Generator<void, PackedLinks | undefined> {
    return this.#module.packLinks(this.#change())
  }

  /**
   * Where there is no graph yet: takes over the links that `packLinks` packed. Those of vectors that are deleted or not here are led past them;
   * vectors that are not among them are left to `linkSteps`.
   * @param pieces All of them, in their order.
   * @param offsets By row, where the vector is now; any offset that there is not for one that is gone.
   * @returns A generator of progress in points, which returns how many vectors they link.
   * @throws {CorruptDataError} They are not that; nothing has changed.
   */
  restoreLinks(pieces: readonly Uint8Array[], offsets: Uint32Array): Generator<Progress, number> {
    return this.#link(this.#build().linker.restore(pieces, offsets))
  }

  /**
   * A new index with the live vectors alone, in the same order, with their codes and links, and no room to spare. This one stays as it is.
   * @throws {LimitError} There is no memory for both.
   */
  compacted(): HnswIndex {
    const from = this.#change()
    const { assemble, spaceForLive, copyLive } = this.#module
    const to = assemble(from.options, spaceForLive(from), from.builder)
    copyLive(from, to)
    return new HnswIndex(this.#module, to)
  }

  /** Marks a vector as deleted: it is found no more. Returns whether it was there. */
  delete(offset: number): boolean {
    const { table, upkeep, graph, options } = this.#change()
    this.#checkOffset(offset)
    if (!table.isLive(offset)) return false
    table.mark(offset)
    if (options.graph === 'background') graph.bypassLater(table.nodeOf(offset))
    else upkeep.bypass(offset)
    return true
  }

  /**
   * Replaces a vector: adds the new one, whose offset it returns, and deletes the old one.
   * @throws As `add`; then the old one is still there.
   */
  update(offset: number, vector: Float32Array): number {
    this.#change()
    this.#checkOffset(offset)
    const added = this.add(vector)
    this.delete(offset)
    return added
  }

  /** A copy of the vector at an offset, bit for bit as it was added; a deleted one's too. */
  vector(offset: number): Float32Array {
    this.#checkOffset(offset)
    return this.#open().table.view(offset).slice()
  }

  /**
   * Distances of a query to the vectors at the given offsets, in their order; bit for bit those of `search`. Deleted ones are measured too.
   * @throws {DimensionMismatchError | InvalidVectorError} As for `add`.
   * @throws {InvalidArgumentError} There is no such offset.
   */
  distances(query: Float32Array, offsets: Uint32Array): Float32Array {
    const { paths } = this.#open()
    const norm = checkVector(query, this.dim, this.metric)
    for (const offset of offsets) this.#checkOffset(offset)
    paths.setQuery(query, norm)
    return paths.distances(offsets)
  }

  /**
   * The live vectors nearest to a query, nearest first; at equal distance the smaller offset comes first. Distances are f32 and exact, whatever
   * the path.
   *
   * @param query Length `dim`; need not be normalised.
   * @param k How many, at least 1. Fewer come back only when fewer are live and allowed.
   * @throws {DimensionMismatchError | InvalidVectorError} As for `add`.
   * @throws {InvalidArgumentError} k, recall or ef out of range, or `allow` too short.
   */
  search(query: Float32Array, k: number, options: SearchOptions = NO_OPTIONS): Candidates {
    const { searcher, paths } = this.#open()
    const chosen = searcher.begin(query, k, options)
    return paths.read(searcher.run(chosen, Math.min(k, chosen.wanted)))
  }

  /** The same search, with how it was done and why. */
  explain(query: Float32Array, k: number, options: SearchOptions = NO_OPTIONS): Explanation {
    return this.#open().searcher.explain(query, k, options)
  }

  /**
   * Many searches at once. Where the planner would scan, all queries meet each block of codes together, which takes a fraction of the time.
   * @param queries count × dim, row-major.
   * @returns For each query what `search` gives.
   * @throws As `search`.
   */
  searchMany(queries: Float32Array, k: number, options: SearchOptions = NO_OPTIONS): Candidates[] {
    const { searcher, paths, batch, table } = this.#open()
    checkVectors(queries, this.dim, this.metric)
    const query = (i: number): Float32Array => queries.subarray(i * this.dim, (i + 1) * this.dim)
    // In f64, as `search` has it.
    const norms = Float64Array.from({ length: queries.length / this.dim }, (_, i) => checkVector(query(i), this.dim, this.metric))
    const answers: Candidates[] = []
    for (let i = 0; i < norms.length; i++) {
      const chosen = searcher.begin(query(i), k, options)
      const found = Math.min(k, chosen.wanted)
      if (chosen.plan.path === 'int8' && !chosen.isFiltered && found > 0 && norms.every((norm) => searcher.canCode(norm))) {
        return batch.search(queries, norms, table.count, found)
      }
      answers.push(paths.read(searcher.run(chosen, found)))
    }
    return answers
  }

  /**
   * Compares searches with exact ones, on live vectors that each ask as if they were not there.
   * @param size How many ask. @default 128
   * @param recall What the searches are to reach. @default the index's
   * @returns The share of the true k nearest that was found.
   * @throws {InvalidArgumentError} A build is going on: its codes are half written.
   */
  checkRecall(k = 10, options: { readonly size?: number; readonly recall?: number } = {}): number {
    return finish(this.recallSteps(k, options))
  }

  /** The same in slices of a few milliseconds. @returns A generator of nothing, which returns what `checkRecall` returns. */
  recallSteps(
    k = 10,
    { size = 128, recall }: { readonly size?: number; readonly recall?: number } = {},
  ): Generator<void, number> {
    const { searcher } = this.#change()
    return searcher.recallSteps(k, size, recall ?? searcher.recall)
  }

  /** Measures this device and this graph anew, as is done after every bulk build: what the planner goes by. */
  calibrate(): void {
    const { searcher } = this.#change()
    searcher.measured = { costs: undefined, tunings: [] }
    finish(searcher.measure(10))
  }

  /**
   * Drops the deleted vectors, numbers the others anew in their order, learns the codes anew and builds the graph in bulk.
   * @returns For each old offset the new one, or 0xFFFFFFFF where the vector was deleted.
   * @throws {LimitError} There is no memory for the build; nothing has changed.
   */
  vacuum(): Uint32Array {
    return finish(this.vacuumSteps())
  }

  /**
   * The same in slices, as `buildSteps`; the last slice moves the vectors in one piece (about a third of a second for a million of 384
   * elements). `return()` before that cancels: nothing has changed.
   * @returns A generator of progress in points, which returns what `vacuum` returns.
   */
  *vacuumSteps(): Generator<Progress, Uint32Array> {
    const { table, upkeep } = this.#build()
    const total = table.liveCount
    this.#isBuilding = true
    try {
      const steps = sliced(upkeep.vacuum(), SLICE_MS)
      let step = steps.next()
      for (; !step.done; step = steps.next()) {
        yield { phase: 'vacuum', done: Math.floor(step.value * total), total, unit: 'points' }
      }
      return step.value
    } finally {
      this.#isBuilding = false
    }
  }

  /** Everything as bytes, for `HnswIndex.from`: little-endian, with version and checksum. Links what a graph has not linked yet. */
  toBytes(): Uint8Array {
    const parts = this.#change()
    if (parts.graph.exists) finish(parts.linker.linkOneByOne())
    return this.#module.writeHnswBytes(parts)
  }

  /** Lets the memory go. Every later call throws ClosedError, but another `close` does nothing. */
  close(): void {
    this.#machine = undefined
  }

  *#link<T>(steps: Generator<number, T>): Generator<Progress, T> {
    this.#isLinking = true
    try {
      const slices = sliced(steps, SLICE_MS)
      for (;;) {
        const step = slices.next()
        if (step.done) return step.value
        const total = this.liveCount
        yield { phase: 'link', done: Math.floor(step.value * total), total, unit: 'points' }
      }
    } finally {
      this.#isLinking = false
    }
  }

  #open(): Machine {
    if (this.#machine === undefined) {
      throw new ClosedError('The index was closed.', { remedy: 'Create another, or read it again from its bytes.' })
    }
    return this.#machine
  }

  #change(): Machine {
    const parts = this.#open()
    parts.linker.settle()
    if (!this.#isBuilding) return parts
    throw stillAtWork('A build is going on.', 'buildSteps or vacuumSteps', 'a change')
  }

  /** For what takes slices: no other may be at work. */
  #build(): Machine {
    if (!this.#isLinking) return this.#change()
    throw stillAtWork('Vectors are being linked.', 'linkSteps', 'another one')
  }

  #checkOffset(offset: number): void {
    checkOffset(offset, this.#open().table.count)
  }
}
