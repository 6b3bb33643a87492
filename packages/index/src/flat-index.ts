import {
  type Candidates,
  ClosedError,
  CorruptDataError,
  type DistanceMoments,
  InvalidArgumentError,
  isVoisinError,
  type Metric,
} from '@voisin/spec'
import { checkVector, checkVectors } from './check-vectors.ts'
import { openFlatBytes, readFlatBytes, sealFlatBytes } from './flat-format.ts'
import { type KernelMemory, openKernels } from './kernels.ts'
import { checkBytes, checkDim, type FlatLayout, flatLayout, grownLayout, MAX_BYTES } from './layout.ts'
import { metricCode } from './metric-code.ts'

export interface FlatIndexOptions {
  /** Elements per vector, 1 … 4,096. */
  readonly dim: number
  readonly metric: Metric
  /** For how many vectors to reserve memory at once. It grows beyond by itself, by half each time. @default 64 */
  readonly capacity?: number
  /** How much memory it may take, in bytes. @default 4 GiB less 64 KiB, the limit of WebAssembly */
  readonly maxBytes?: number
}

export interface FlatSearchOptions {
  /** Bitmap of the offsets that may be answered: bit i is bit `i & 7` of byte `i >> 3`. At least ⌈count / 8⌉ bytes. @default all */
  readonly allow?: Uint8Array
  /** Whether to give mean and deviation of the distances to all live vectors, allowed or not. @default false */
  readonly moments?: boolean
}

/**
 * Exact nearest neighbours: every vector is looked at, in WebAssembly. All but the first step is synchronous.
 *
 * Vectors are kept as they were given; for cosine a norm is kept beside each. Offsets count up from 0 in the order of adding, and a
 * deleted vector keeps its own. Memory: 4 · dim (rounded up to 16) bytes per vector, 4 more for cosine, and 2 bits.
 */
export class FlatIndex {
  readonly dim: number
  readonly metric: Metric
  readonly #maxBytes: number
  #memory: KernelMemory | undefined
  #layout: FlatLayout
  #count = 0
  #liveCount = 0

  private constructor(options: FlatIndexOptions, memory: KernelMemory, layout: FlatLayout) {
    this.dim = options.dim
    this.metric = options.metric
    this.#maxBytes = options.maxBytes ?? MAX_BYTES
    this.#memory = memory
    this.#layout = layout
  }

  /**
   * An empty index.
   * @throws {InvalidArgumentError} A dim, metric or capacity that cannot be.
   * @throws {LimitError} The capacity would pass 4 GiB.
   * @throws {UnsupportedError} There is no WebAssembly with SIMD.
   */
  static async create(options: FlatIndexOptions): Promise<FlatIndex> {
    const { dim, metric, capacity = 64, maxBytes = MAX_BYTES } = options
    checkDim(dim)
    metricCode(metric)
    if (!Number.isSafeInteger(capacity) || capacity < 0) {
      throw new InvalidArgumentError('No such capacity.', { expected: 'an integer ≥ 0', received: String(capacity) })
    }
    const layout = flatLayout(dim, metric, capacity)
    checkBytes(layout.scratch, maxBytes)
    return new FlatIndex({ dim, metric, maxBytes }, await openKernels({ bytes: layout.scratch, usesCodes: false }), layout)
  }

  /**
   * The index that `toBytes` wrote: the same offsets, the same answers.
   * @throws {CorruptDataError} They are not a flat index's bytes, or damaged.
   * @throws {UnsupportedError} Another version wrote them.
   */
  static async from(bytes: Uint8Array): Promise<FlatIndex> {
    const { dim, metric, count, liveCount, vectors, live } = readFlatBytes(bytes)
    const index = await FlatIndex.create({ dim, metric, capacity: count })
    try {
      index.addMany(vectors)
    } catch (error) {
      if (!isVoisinError(error) || error.code !== 'invalid-vector') throw error
      throw new CorruptDataError('The bytes hold a vector that no index would have taken.', { cause: error })
    }
    for (let offset = 0; offset < count; offset++) if (!hasBit(live, offset)) index.delete(offset)
    if (index.liveCount !== liveCount) {
      throw new CorruptDataError('The bytes contradict themselves.', {
        expected: `${liveCount} live vectors`,
        received: `${index.liveCount}`,
      })
    }
    return index
  }

  /** How many vectors were ever added, deleted ones included; the next offset. */
  get count(): number {
    this.#open()
    return this.#count
  }

  /** How many are not deleted. */
  get liveCount(): number {
    this.#open()
    return this.#liveCount
  }

  /** Bytes of WebAssembly memory held. */
  get memoryBytes(): number {
    return this.#open().buffer.byteLength
  }

  /**
   * Adds a vector and returns its offset.
   * @throws {DimensionMismatchError} Its length is not `dim`.
   * @throws {InvalidVectorError} An element is not finite, or the norm is out of range: zero for cosine (see `checkVectors`).
   * @throws {LimitError} The index would pass 4 GiB.
   */
  add(vector: Float32Array): number {
    this.#open()
    return this.#append(vector, Float32Array.of(checkVector(vector, this.dim, this.metric)))
  }

  /**
   * Adds vectors, all or none, and returns the first one's offset; the others follow it.
   * @param vectors count × dim, row-major.
   * @throws As `add`. Then nothing was added.
   */
  addMany(vectors: Float32Array): number {
    this.#open()
    return this.#append(vectors, checkVectors(vectors, this.dim, this.metric))
  }

  /**
   * Takes the memory that so many more vectors need, so that adding them cannot fail.
   * @throws {LimitError} The index would outgrow its memory; nothing has changed.
   */
  reserve(count: number): void {
    this.#open()
    this.#reserve(this.#count + count)
  }

  /**
   * A new index with the live vectors alone, in the same order, and no room to spare. This one stays as it is.
   * @throws {LimitError} There is no memory for both.
   */
  compacted(): FlatIndex {
    const memory = this.#open()
    const { dim, metric } = this
    const layout = flatLayout(dim, metric, this.#liveCount)
    const copy = new FlatIndex({ dim, metric, maxBytes: this.#maxBytes }, memory.another(layout.scratch), layout)
    const { rowBytes, vectors, norms } = this.#layout
    const from = new Uint8Array(memory.buffer)
    const to = new Uint8Array(copy.#open().buffer)
    const liveBits = new Uint8Array(memory.buffer, this.#layout.live, this.#layout.capacity / 8)
    let next = 0
    for (let offset = 0; offset < this.#count; offset++) {
      if (!hasBit(liveBits, offset)) continue
      to.set(from.subarray(vectors + offset * rowBytes, vectors + (offset + 1) * rowBytes), layout.vectors + next * rowBytes)
      if (metric === 'cosine') to.set(from.subarray(norms + offset * 4, norms + offset * 4 + 4), layout.norms + next * 4)
      to[layout.live + (next >> 3)]! |= 1 << (next & 7)
      next++
    }
    copy.#count = next
    copy.#liveCount = next
    return copy
  }

  /**
   * Marks a vector as deleted: it is found no more. Its memory stays taken.
   * @returns Whether it was there; false if it had been deleted before.
   */
  delete(offset: number): boolean {
    const memory = this.#open()
    this.#checkOffset(offset)
    const live = new Uint8Array(memory.buffer, this.#layout.live, this.#layout.capacity / 8)
    if (!hasBit(live, offset)) return false
    live[offset >> 3]! &= ~(1 << (offset & 7))
    this.#liveCount--
    return true
  }

  /** A copy of the vector at an offset, bit for bit as it was added; a deleted one's too. */
  vector(offset: number): Float32Array {
    const memory = this.#open()
    this.#checkOffset(offset)
    const { vectors, rowBytes } = this.#layout
    return new Float32Array(memory.buffer, vectors + offset * rowBytes, this.dim).slice()
  }

  /**
   * The live vectors nearest to a query, exactly, nearest first; at equal distance the smaller offset comes first.
   *
   * @param query Length `dim`; need not be normalised.
   * @param k How many, at least 1. Fewer come back when fewer are live and allowed.
   * @throws {DimensionMismatchError | InvalidVectorError} As for `add`.
   * @throws {InvalidArgumentError} k is no positive integer, or `allow` is too short.
   */
  search(query: Float32Array, k: number, options: FlatSearchOptions = {}): Candidates & { moments?: DistanceMoments } {
    const memory = this.#open()
    const { allow, moments: wantsMoments = false } = options
    if (!Number.isSafeInteger(k) || k < 1) {
      throw new InvalidArgumentError('No such k.', { expected: 'an integer ≥ 1', received: String(k) })
    }
    const norm = checkVector(query, this.dim, this.metric)
    const allowBytes = Math.ceil(this.#count / 8)
    if (allow !== undefined && !(allow.byteLength >= allowBytes)) {
      throw new InvalidArgumentError('The allow bitmap is too short.', {
        expected: `at least ${allowBytes} bytes, a bit for each of ${this.#count} vectors`,
        received: `${allow.byteLength}`,
      })
    }
    const size = Math.min(k, this.#liveCount)
    const layout = this.#layout
    this.#reserveScratch(memory, size * 8)
    this.#writeQuery(memory, query, norm)
    if (allow !== undefined) new Uint8Array(memory.buffer).set(allow.subarray(0, allowBytes), layout.allow)
    const found =
      size === 0
        ? 0
        : memory.kernels.scan(
            metricCode(this.metric),
            layout.query,
            layout.rowBytes,
            layout.vectors,
            layout.norms,
            layout.live,
            allow === undefined ? 0 : layout.allow,
            this.#count,
            size,
            layout.scratch,
            layout.batch,
            wantsMoments ? layout.moments : 0,
          )
    const pairs = new Uint32Array(memory.buffer, layout.scratch, found * 2)
    const pairDistances = new Float32Array(memory.buffer, layout.scratch, found * 2)
    const offsets = new Uint32Array(found)
    const distances = new Float32Array(found)
    for (let i = 0; i < found; i++) {
      offsets[i] = pairs[i * 2]!
      distances[i] = pairDistances[i * 2 + 1]!
    }
    if (!wantsMoments) return { offsets, distances }
    if (size === 0) return { offsets, distances, moments: { mean: 0, deviation: 0 } }
    const [mean, deviation] = new Float64Array(memory.buffer, layout.moments, 2) as unknown as [number, number]
    return { offsets, distances, moments: { mean, deviation } }
  }

  /**
   * Distances of a query to the vectors at the given offsets, in their order; bit for bit those of `search`. Deleted ones are
   * measured too.
   * @throws {InvalidArgumentError} There is no such offset.
   */
  distances(query: Float32Array, offsets: Uint32Array): Float32Array {
    const memory = this.#open()
    const norm = checkVector(query, this.dim, this.metric)
    for (const offset of offsets) this.#checkOffset(offset)
    if (offsets.length === 0) return new Float32Array(0)
    const layout = this.#layout
    // The kernel works on four at a time; what fills up the last four are repeats of offset 0.
    const rounded = Math.ceil(offsets.length / 4) * 4
    this.#reserveScratch(memory, rounded * 8)
    this.#writeQuery(memory, query, norm)
    const places = new Uint32Array(memory.buffer, layout.scratch, rounded)
    places.set(offsets)
    places.fill(0, offsets.length)
    const out = layout.scratch + rounded * 4
    memory.kernels.distances(
      metricCode(this.metric),
      layout.query,
      layout.rowBytes,
      layout.vectors,
      layout.norms,
      layout.scratch,
      rounded,
      out,
    )
    return new Float32Array(memory.buffer, out, offsets.length).slice()
  }

  /** Everything as bytes, for `FlatIndex.from`. Little-endian, with version and checksum; 4 · dim bytes and a bit per vector. */
  toBytes(): Uint8Array {
    const memory = this.#open()
    const { dim, metric } = this
    const { bytes, vectors, live } = openFlatBytes(this.#count, dim)
    const rowLength = this.#layout.rowBytes / 4
    const rows = new Float32Array(memory.buffer, this.#layout.vectors, this.#count * rowLength)
    if (rowLength === dim) vectors.set(rows)
    else for (let i = 0; i < this.#count; i++) vectors.set(rows.subarray(i * rowLength, i * rowLength + dim), i * dim)
    live.set(new Uint8Array(memory.buffer, this.#layout.live, live.length))
    sealFlatBytes(bytes, { dim, metric, count: this.#count, liveCount: this.#liveCount })
    return bytes
  }

  /** Lets the memory go. Every later call throws ClosedError, but another `close` does nothing. */
  close(): void {
    this.#memory = undefined
  }

  #open(): KernelMemory {
    if (this.#memory === undefined) {
      throw new ClosedError('The index was closed.', { remedy: 'Create another, or read it again from its bytes.' })
    }
    return this.#memory
  }

  #checkOffset(offset: number): void {
    if (Number.isInteger(offset) && offset >= 0 && offset < this.#count) return
    throw new InvalidArgumentError('No such offset.', {
      expected: `an integer from 0 to ${this.#count - 1}`,
      received: String(offset),
    })
  }

  // Both arguments are checked; from here only memory can be missing, and that is known before anything is written.
  #append(vectors: Float32Array, norms: Float32Array): number {
    const first = this.#count
    const added = norms.length
    this.#reserve(first + added)
    const { buffer } = this.#open()
    const layout = this.#layout
    const rowLength = layout.rowBytes / 4
    const rows = new Float32Array(buffer, layout.vectors + first * layout.rowBytes, added * rowLength)
    if (rowLength === this.dim) rows.set(vectors)
    else {
      // What grew over them left other bytes where these rows now lie.
      rows.fill(0)
      for (let i = 0; i < added; i++) rows.set(vectors.subarray(i * this.dim, (i + 1) * this.dim), i * rowLength)
    }
    if (this.metric === 'cosine') new Float32Array(buffer, layout.norms + first * 4, added).set(norms)
    const live = new Uint8Array(buffer, layout.live, layout.capacity / 8)
    for (let offset = first; offset < first + added; offset++) live[offset >> 3]! |= 1 << (offset & 7)
    this.#count += added
    this.#liveCount += added
    return first
  }

  #reserve(needed: number): void {
    const before = this.#layout
    if (needed <= before.capacity) return
    const memory = this.#open()
    let after = grownLayout(this.dim, this.metric, before.capacity, needed)
    if (after.scratch > this.#maxBytes) after = flatLayout(this.dim, this.metric, needed)
    checkBytes(after.scratch, this.#maxBytes)
    memory.growTo(after.scratch)
    // The vectors stay; what lies behind them moves up, the last first. Only live bits must be zero where nothing was added yet.
    const bytes = new Uint8Array(memory.buffer)
    bytes.copyWithin(after.live, before.live, before.live + before.capacity / 8)
    bytes.fill(0, after.live + before.capacity / 8, after.live + after.capacity / 8)
    bytes.copyWithin(after.norms, before.norms, before.live)
    this.#layout = after
  }

  #reserveScratch(memory: KernelMemory, bytes: number): void {
    const end = this.#layout.scratch + bytes
    checkBytes(end)
    memory.growTo(end)
  }

  #writeQuery(memory: KernelMemory, query: Float32Array, norm: number): void {
    const { query: at, rowBytes } = this.#layout
    const place = new Float32Array(memory.buffer, at, rowBytes / 4)
    if (this.metric === 'cosine') for (let i = 0; i < this.dim; i++) place[i] = query[i]! / norm
    else place.set(query)
  }
}

function hasBit(bitmap: Uint8Array, bit: number): boolean {
  return ((bitmap[bit >> 3]! >> (bit & 7)) & 1) === 1
}
