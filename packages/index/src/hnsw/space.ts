import type { Metric } from '@voisin/spec'
import type { KernelMemory } from '../kernels.ts'
import { align, checkBytes, MAX_BYTES } from '../layout.ts'
import { metricCode } from '../metric-code.ts'
import type { Parameters } from './parameters.ts'
import { type RegionSpec, Regions } from './regions.ts'

/** What every vector has, by offset (o) or by node (n). Meanings: `assembly/space.ts`. */
type RegionName =
  | 'vectors'
  | 'norms'
  | 'codes'
  | 'codeNorms'
  | 'codeGaps'
  | 'errors'
  | 'lengths'
  | 'squares'
  | 'bits'
  | 'offsetOf'
  | 'nodeOf'
  | 'live'
  | 'allow'
  | 'links'
  | 'linkCounts'
  | 'levels'
  | 'uppers'
  | 'arena'
  | 'visited'

/** One record of the upper levels for so many vectors: three times what levels drawn at a rate of 1 / m need. */
export function vectorsPerRecord(m: number): number {
  return Math.max(1, (m - 1) / 3)
}

/** Places whose size depends on dim and m alone. */
interface Fixed {
  readonly table: number
  readonly state: number
  readonly due: number
  readonly choice: number
  readonly chosen: number
  readonly room: number
  readonly batch: number
  readonly moments: number
  readonly terms: number
  readonly signed: number
  readonly row: number
  readonly otherRow: number
  readonly query: number
  readonly queryBits: number
  readonly means: number
  readonly end: number
}

/**
 * The memory of one index as TypeScript and the kernels see it: fixed places, regions that grow, and scratch for one call.
 */
export class Space {
  readonly memory: KernelMemory
  readonly dim: number
  readonly metric: Metric
  readonly parameters: Parameters
  /** What regions and a build may take; scratch is not counted. */
  readonly #maxBytes: number
  /** Bytes of a vector in memory, a multiple of 16. */
  readonly vectorBytes: number
  /** Bytes of a code, a multiple of 64. */
  readonly codeBytes: number
  /** Bytes of a vector's bits, a multiple of 16. */
  readonly bitBytes: number
  /** Bytes of a record of the upper levels. */
  readonly recordBytes: number
  readonly fixed: Fixed
  readonly regions: Regions<RegionName>
  /** The whole memory. Taken anew by whatever may grow it. */
  u8: Uint8Array
  u32: Uint32Array
  f32: Float32Array
  #buffer: ArrayBuffer

  /** @throws {LimitError} The capacity would pass `maxBytes`. */
  constructor(
    memory: KernelMemory,
    dim: number,
    metric: Metric,
    parameters: Parameters,
    capacity: number,
    maxBytes: number = MAX_BYTES,
  ) {
    this.memory = memory
    this.#maxBytes = maxBytes
    this.dim = dim
    this.metric = metric
    this.parameters = parameters
    this.vectorBytes = align(dim * 4, 16)
    this.codeBytes = align(dim, 64)
    this.bitBytes = align(Math.ceil(dim / 8), 16)
    this.recordBytes = (parameters.m + 1) * 4
    this.fixed = this.#fixedPlaces()
    memory.growTo(this.fixed.end)
    this.regions = new Regions(memory, this.fixed.end, this.#specs(), capacity, maxBytes)
    this.#buffer = memory.buffer
    this.u8 = new Uint8Array(this.#buffer)
    this.u32 = new Uint32Array(this.#buffer)
    this.f32 = new Float32Array(this.#buffer)
    this.entry = undefined
    this.#place()
  }

  /** Room for records of the upper levels. */
  get arenaCapacity(): number {
    return Math.floor(this.regions.capacity / vectorsPerRecord(this.parameters.m))
  }

  /** What a build may take beside it: memory of its own, which counts where there is a limit. */
  get buildBytes(): number {
    return this.#maxBytes === MAX_BYTES ? MAX_BYTES : this.#maxBytes - this.regions.end
  }

  /** The node the walk begins at, or undefined. */
  get entry(): { node: number; level: number } | undefined {
    const at = this.fixed.state / 4
    const node = this.u32[at]!
    return node === NO_NODE ? undefined : { node, level: this.u32[at + 1]! }
  }

  set entry(entry: { node: number; level: number } | undefined) {
    const at = this.fixed.state / 4
    this.u32[at] = entry?.node ?? NO_NODE
    this.u32[at + 1] = entry?.level ?? 0
  }

  /** How many distances were computed since this was last asked. */
  takeDistanceCount(): number {
    const at = this.fixed.state / 4 + 4
    const count = this.u32[at]!
    this.u32[at] = 0
    return count
  }

  /** How many of the last answer's keys were wanted. */
  get wantedKeys(): number {
    return this.u32[this.fixed.state / 4 + 5]!
  }

  /**
   * Makes room for so many vectors.
   * @throws {LimitError} As `Regions.reserve`; nothing has changed.
   */
  reserve(vectors: number): void {
    if (!this.regions.reserve(vectors)) return
    this.#retake()
    this.#place()
  }

  /**
   * Makes room for so many bytes behind the regions, for one call. Returns their address, 64-byte aligned.
   * @throws {LimitError}
   */
  scratch(bytes: number): number {
    const { end } = this.regions
    if (end + bytes > this.u8.byteLength) {
      checkBytes(end + bytes)
      this.memory.growTo(end + bytes)
      this.#retake()
    }
    return end
  }

  /** Where the bitmap is that the next search looks at; 0: all are allowed. */
  get allowAt(): number {
    return this.u32[this.fixed.table / 4 + ALLOW_FIELD]!
  }

  /** Whether the next search looks at `allow`. */
  setAllow(isGiven: boolean): void {
    this.u32[this.fixed.table / 4 + ALLOW_FIELD] = isGiven ? this.regions.at.allow : 0
    this.memory.kernels.place(this.fixed.table)
  }

  #retake(): void {
    if (this.#buffer === this.memory.buffer) return
    this.#buffer = this.memory.buffer
    this.u8 = new Uint8Array(this.#buffer)
    this.u32 = new Uint32Array(this.#buffer)
    this.f32 = new Float32Array(this.#buffer)
  }

  #specs(): RegionSpec<RegionName>[] {
    const { m0 } = this.parameters
    const isCosine = this.metric === 'cosine'
    const specs: (RegionSpec<RegionName> | false)[] = [
      { name: 'vectors', bytesPerVector: this.vectorBytes },
      isCosine && { name: 'norms', bytesPerVector: 4 },
      { name: 'codes', bytesPerVector: this.codeBytes },
      !isCosine && { name: 'codeNorms', bytesPerVector: 4 },
      this.metric === 'dot' && { name: 'codeGaps', bytesPerVector: 4 },
      { name: 'errors', bytesPerVector: 4 },
      !isCosine && { name: 'lengths', bytesPerVector: 4 },
      this.metric === 'l2' && { name: 'squares', bytesPerVector: 4 },
      { name: 'bits', bytesPerVector: this.bitBytes },
      { name: 'offsetOf', bytesPerVector: 4 },
      { name: 'nodeOf', bytesPerVector: 4 },
      { name: 'live', bytesPerVector: 1 / 8, isZeroed: true },
      { name: 'allow', bytesPerVector: 1 / 8 },
      { name: 'links', bytesPerVector: m0 * 4 },
      { name: 'linkCounts', bytesPerVector: 1, isZeroed: true },
      { name: 'levels', bytesPerVector: 1, isZeroed: true },
      { name: 'uppers', bytesPerVector: 4 },
      { name: 'arena', bytesPerVector: this.recordBytes / vectorsPerRecord(this.parameters.m) },
      { name: 'visited', bytesPerVector: 1, isZeroed: true },
    ]
    return specs.filter((spec) => spec !== false)
  }

  #fixedPlaces(): Fixed {
    let end = 64
    const take = (bytes: number): number => {
      const at = align(end, 64)
      end = at + bytes
      return at
    }
    // A row's head of 16 bytes stands before its address.
    const row = (): number => take(64 + 2 * this.codeBytes) + 64
    return {
      table: take(TABLE_FIELDS * 4),
      state: take(64),
      // 256 nodes, three repeats and four distances.
      due: take(1024 + 64),
      choice: take(260 * 8),
      chosen: take(260 * 4),
      room: take(64),
      batch: take(304),
      moments: take(16),
      terms: take(32),
      signed: take(this.codeBytes),
      row: row(),
      otherRow: row(),
      query: take(this.vectorBytes),
      queryBits: take(this.bitBytes),
      means: take(this.vectorBytes),
      end: align(end, 64),
    }
  }

  // In the order in which `place` of assembly/space.ts reads them.
  #place(): void {
    const { fixed, regions, parameters } = this
    const { at } = regions as { at: Partial<Record<RegionName, number>> }
    this.u32.set(
      [
        at.codes ?? 0,
        this.codeBytes,
        at.codeNorms ?? 0,
        at.codeGaps ?? 0,
        at.links ?? 0,
        at.linkCounts ?? 0,
        at.levels ?? 0,
        at.uppers ?? 0,
        at.arena ?? 0,
        at.visited ?? 0,
        parameters.m,
        parameters.m0,
        Math.floor(65536 / parameters.alpha),
        fixed.state,
        fixed.row,
        fixed.otherRow,
        fixed.due,
        fixed.choice,
        fixed.chosen,
        at.offsetOf ?? 0,
        at.nodeOf ?? 0,
        at.vectors ?? 0,
        this.vectorBytes,
        metricCode(this.metric),
        at.norms ?? 0,
        at.errors ?? 0,
        at.lengths ?? 0,
        at.squares ?? 0,
        at.bits ?? 0,
        this.bitBytes,
        fixed.means,
        at.live ?? 0,
        0,
        fixed.query,
      ],
      fixed.table / 4,
    )
    this.memory.kernels.place(fixed.table)
    this.memory.kernels.placeBatch(fixed.room)
  }
}

/** Fields of the table, u32 each, and which of them is `allow`. */
export const TABLE_FIELDS = 34
const ALLOW_FIELD = 32

/** No node: where a node is looked for and none is there. */
export const NO_NODE = 0xffffffff
