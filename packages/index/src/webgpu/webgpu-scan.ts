import { type Candidates, InvalidArgumentError, type Metric } from '@voisin/spec'
import { checkVectors } from '../check-vectors.ts'
import { checkDim } from '../layout.ts'
import { metricCode } from '../metric-code.ts'
import { describeDevice, openDevice } from './adapter.ts'
import { BatchSearch } from './batch-search.ts'
import { closedError, DeviceLife } from './device-life.ts'
import type { WebGpuDevice, WebGpuInfo } from './device-types.ts'
import { scoped } from './error-scopes.ts'
import { LiveBits } from './live-bits.ts'
import { openPipelines, type Pipelines } from './pipelines.ts'
import { blockRows } from './plan.ts'
import { rowLength, toRows } from './rows.ts'
import { Turns } from './turns.ts'
import { VectorBlocks } from './vector-blocks.ts'

export interface WebGpuScanOptions {
  /** Elements per vector, 1 … 4,096. */
  readonly dim: number
  readonly metric: Metric
  /** A `GPUDevice` to share. It stays open when the scan is closed. @default one of its own, of the fastest adapter */
  readonly device?: WebGpuDevice
}

export interface WebGpuSearchOptions {
  /** Bitmap of the offsets that may be answered: bit i is bit `i & 7` of byte `i >> 3`. At least ⌈count / 8⌉ bytes. @default all */
  readonly allow?: Uint8Array
  /** Heard between two blocks of vectors; the promise is then rejected with its reason. */
  readonly signal?: AbortSignal
}

// Rows that are made at a time for the GPU: what an addition takes of the CPU's memory beside its vectors.
const UPLOAD_BYTES = 4 * 2 ** 20

/**
 * An empty scan on the GPU.
 * @throws {InvalidArgumentError} A dim, metric or device that cannot be.
 * @throws {UnsupportedError} There is no WebGPU, no adapter or no device, or the GPU refuses the shaders.
 * @throws {ClosedError} The device was lost.
 */
export async function openWebGpuScan(options: WebGpuScanOptions): Promise<WebGpuScan> {
  return await WebGpuScan.open(options)
}

/**
 * Exact nearest neighbours of many queries at a time, on the GPU. It answers as `FlatIndex` does: the same offsets, in the same order,
 * but where distances differ by f32 rounding alone; the same answer each time. Numbers below 1.2e-38 in magnitude may count as zero.
 *
 * Whether it is quicker than the CPU depends on the machine and on how many queries and vectors there are: `chooseBatchScan` measures
 * it. Memory, on the GPU: 4 · dim (rounded up to 16) bytes per vector; and scratch buffers that are kept from search to search, up to
 * 40 MiB with a small k and rarely above 160 MiB.
 */
export class WebGpuScan {
  readonly dim: number
  readonly metric: Metric
  /** What the browser tells of the GPU. */
  readonly info: WebGpuInfo
  /** Whether the adapter is a program on the CPU: right, and slower than `FlatIndex`. */
  readonly isSoftware: boolean
  readonly #device: GPUDevice
  readonly #life: DeviceLife
  readonly #blocks: VectorBlocks
  readonly #search: BatchSearch
  readonly #live = new LiveBits()
  readonly #turns = new Turns()
  // Settles when the GPU has taken, or refused, all that was added.
  #added: Promise<unknown> = Promise.resolve()

  private constructor({ dim, metric }: WebGpuScanOptions, device: GPUDevice, life: DeviceLife, pipelines: Pipelines) {
    this.dim = dim
    this.metric = metric
    const { info, isSoftware } = describeDevice(device)
    this.info = info
    this.isSoftware = isSoftware
    this.#device = device
    this.#life = life
    const rowBytes = rowLength(dim) * 4
    this.#blocks = new VectorBlocks(device, rowBytes, blockRows(rowBytes, device.limits))
    this.#search = new BatchSearch(device, life, pipelines)
    life.onEnd(() => {
      this.#blocks.destroy()
      this.#search.destroy()
    })
  }

  /** As `openWebGpuScan`. */
  static async open(options: WebGpuScanOptions): Promise<WebGpuScan> {
    const { dim, metric, device: shared } = options
    checkDim(dim)
    const code = metricCode(metric)
    if (shared !== undefined && !('createComputePipelineAsync' in shared)) {
      throw new InvalidArgumentError('Not a device.', { expected: 'a GPUDevice', received: String(shared) })
    }
    const device = (shared as GPUDevice | undefined) ?? (await openDevice())
    const life = new DeviceLife(device)
    if (shared === undefined) life.onEnd(() => device.destroy())
    try {
      return new WebGpuScan(options, device, life, await life.wait(openPipelines(device, code)))
    } catch (error) {
      life.end(closedError)
      throw error
    }
  }

  /** How many vectors were ever added, deleted ones included; the next offset. */
  get count(): number {
    this.#life.check()
    return this.#live.count
  }

  /** How many are not deleted. */
  get liveCount(): number {
    this.#life.check()
    return this.#live.liveCount
  }

  /** Bytes of GPU memory held. */
  get memoryBytes(): number {
    this.#life.check()
    return this.#blocks.bytes + this.#search.bytes
  }

  /**
   * Adds vectors, all or none, and returns the first one's offset; the others follow it. They are copied.
   *
   * Whether the GPU had room for them is known later: if it had not, the scan ends, and every later call throws LimitError.
   *
   * @param vectors count × dim, row-major.
   * @throws {DimensionMismatchError} The length is not a multiple of `dim`.
   * @throws {InvalidVectorError} An element is not finite, or a norm is out of range: zero for cosine (see `checkVectors`).
   * @throws {ClosedError} The scan was closed, or its device lost.
   */
  addMany(vectors: Float32Array): number {
    this.#life.check()
    const { dim, metric } = this
    const norms = checkVectors(vectors, dim, metric)
    const first = this.#live.count
    const rowsAtOnce = Math.ceil(UPLOAD_BYTES / (dim * 4))
    const refusal = scoped(this.#device, () => {
      this.#blocks.reserve(first + norms.length)
      for (let row = 0; row < norms.length; row += rowsAtOnce) {
        const end = row + rowsAtOnce
        const rows = toRows(vectors.subarray(row * dim, end * dim), dim, metric, norms.subarray(row, end))
        this.#blocks.write(first + row, rows)
      }
    })
    this.#added = Promise.all([this.#added, refusal.then((error) => error && this.#life.end(() => error))])
    this.#live.append(norms.length)
    return first
  }

  /**
   * Marks a vector as deleted: it is found no more. Its memory stays taken.
   * @returns Whether it was there; false if it had been deleted before.
   * @throws {InvalidArgumentError} There is no such offset.
   */
  delete(offset: number): boolean {
    this.#life.check()
    if (!Number.isInteger(offset) || offset < 0 || offset >= this.#live.count) {
      throw new InvalidArgumentError('No such offset.', {
        expected: `an integer from 0 to ${this.#live.count - 1}`,
        received: String(offset),
      })
    }
    return this.#live.delete(offset)
  }

  /**
   * For each query the live vectors nearest to it, exactly, nearest first; at equal distance the smaller offset comes first.
   *
   * It sees the vectors as they are when it is called. Searches run one after another.
   *
   * @param queries count × dim, row-major; need not be normalised.
   * @param k How many per query, at least 1. Fewer come back when fewer are live and allowed.
   * @throws {DimensionMismatchError | InvalidVectorError} As for `addMany`.
   * @throws {InvalidArgumentError} k is no positive integer, or `allow` is too short.
   * @throws {LimitError} The GPU has no memory for it.
   * @throws {ClosedError} The scan was closed, or its device lost; also while it searched.
   */
  async searchMany(queries: Float32Array, k: number, options: WebGpuSearchOptions = {}): Promise<Candidates[]> {
    this.#life.check()
    const { dim, metric } = this
    const { allow, signal } = options
    signal?.throwIfAborted()
    if (!Number.isSafeInteger(k) || k < 1) {
      throw new InvalidArgumentError('No such k.', { expected: 'an integer ≥ 1', received: String(k) })
    }
    const norms = checkVectors(queries, dim, metric)
    const { count } = this.#live
    const allowBytes = Math.ceil(count / 8)
    if (allow !== undefined && !(allow.byteLength >= allowBytes)) {
      throw new InvalidArgumentError('The allow bitmap is too short.', {
        expected: `at least ${allowBytes} bytes, a bit for each of ${count} vectors`,
        received: `${allow.byteLength}`,
      })
    }
    const { mask, size } = this.#live.allowed(allow)
    if (size === 0) {
      return Array.from(norms, () => ({ offsets: new Uint32Array(0), distances: new Float32Array(0) }))
    }
    const job = {
      queries: toRows(queries, dim, metric, norms),
      rowLength: rowLength(dim),
      k: Math.min(k, size),
      mask,
      count,
      signal,
    }
    return await this.#turns.take(async () => {
      await this.#life.wait(this.#added)
      return await this.#search.run(job, this.#blocks)
    })
  }

  /** Lets the GPU's memory go, and the device if it is the scan's own. Later calls and pending searches throw ClosedError. */
  close(): void {
    this.#life.end(closedError)
  }
}
