import type { Candidates, VoisinError } from '@voisin/spec'
import { BlockPass } from './block-pass.ts'
import { toCandidates } from './candidates.ts'
import type { DeviceLife } from './device-life.ts'
import { scoped } from './error-scopes.ts'
import { MAP_MODE_READ } from './gpu-flags.ts'
import type { Pipelines } from './pipelines.ts'
import { planBatch } from './plan.ts'
import type { VectorBlocks } from './vector-blocks.ts'

/** A search as it was when it was called: what is added or deleted later does not touch it. */
export interface BatchSearchJob {
  /** Rows of `rowLength` elements. */
  readonly queries: Float32Array<ArrayBuffer>
  readonly rowLength: number
  /** At least 1, at most the number of marked offsets. */
  readonly k: number
  /** A bit for each offset that may be found. */
  readonly mask: Uint32Array<ArrayBuffer>
  /** Vectors to look at. */
  readonly count: number
  readonly signal: AbortSignal | undefined
}

/** Runs searches on one device, one at a time. */
export class BatchSearch {
  readonly #device: GPUDevice
  readonly #life: DeviceLife
  readonly #pass: BlockPass

  constructor(device: GPUDevice, life: DeviceLife, pipelines: Pipelines) {
    this.#device = device
    this.#life = life
    this.#pass = new BlockPass(device, pipelines)
  }

  get bytes(): number {
    return this.#pass.bytes
  }

  destroy(): void {
    this.#pass.destroy()
  }

  async run(job: BatchSearchJob, blocks: VectorBlocks): Promise<Candidates[]> {
    this.#life.check()
    const { queries, rowLength, k, mask, count, signal } = job
    signal?.throwIfAborted()
    const queryCount = queries.length / rowLength
    const plan = planBatch(queryCount, k, Math.min(count, blocks.rowsPerBlock), this.#device.limits)
    const refusal = await this.#life.wait(scoped(this.#device, () => this.#pass.prepare(plan, rowLength * 4, mask)))
    if (refusal) throw refusal
    const found: Candidates[] = []
    for (let first = 0; first < queryCount; first += plan.queries) {
      const batch = queries.subarray(first * rowLength, (first + plan.queries) * rowLength)
      const pairs = await this.#batch(batch, job, blocks)
      for (let at = 0; at < pairs.length; at += k) found.push(toCandidates(pairs.subarray(at, at + k)))
    }
    return found
  }

  // k pairs per query, in any order.
  async #batch(
    batch: Float32Array<ArrayBuffer>,
    job: BatchSearchJob,
    blocks: VectorBlocks,
  ): Promise<BigUint64Array<ArrayBuffer>> {
    const { rowLength, count, signal } = job
    const { rowsPerBlock } = blocks
    const refusals: Promise<VoisinError | undefined>[] = []
    // Between an await and what follows it the scan may have been closed: hence the checks.
    const submit = (work: () => void) => {
      this.#life.check()
      signal?.throwIfAborted()
      refusals.push(scoped(this.#device, work))
    }
    let before: Promise<unknown> = Promise.resolve()
    submit(() => this.#pass.begin(batch, batch.length / rowLength))
    for (let firstOffset = 0; firstOffset < count; firstOffset += rowsPerBlock) {
      const rows = Math.min(rowsPerBlock, count - firstOffset)
      submit(() => this.#pass.submit(blocks.block(firstOffset / rowsPerBlock), rowLength / 4, rows, firstOffset))
      // Two passes are under way at a time: enough to keep the GPU busy, few enough to stop soon.
      const submitted = this.#device.queue.onSubmittedWorkDone()
      submitted.catch(() => {}) // An aborted search waits for none.
      await this.#life.wait(before)
      before = submitted
    }
    submit(() => this.#pass.finish())
    const { buffer, bytes } = this.#pass.answer
    await this.#life.wait(buffer.mapAsync(MAP_MODE_READ, 0, bytes))
    this.#life.check()
    const pairs = new BigUint64Array(buffer.getMappedRange(0, bytes).slice(0))
    buffer.unmap()
    for (const refusal of await this.#life.wait(Promise.all(refusals))) if (refusal) throw refusal
    return pairs
  }
}
