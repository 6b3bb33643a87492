import { CHUNK_BYTES, type Chunk, toWords } from './chunk-shader.ts'
import { COPY_DST, COPY_SRC, MAP_READ, STORAGE, UNIFORM } from './gpu-flags.ts'
import type { Pipelines } from './pipelines.ts'
import type { BatchPlan } from './plan.ts'
import { ScratchBuffers } from './scratch-buffers.ts'
import { SEGMENT } from './select-shader.ts'
import { TILE } from './tile-shader.ts'

interface Buffers {
  readonly chunk: GPUBuffer
  readonly queries: GPUBuffer
  readonly mask: GPUBuffer
  readonly keys: GPUBuffer
  readonly candidates: GPUBuffer
  readonly nearest: readonly [GPUBuffer, GPUBuffer]
  readonly readback: GPUBuffer
}

/** One batch of queries against one block after another: the nearest k so far go from each pass to the next. */
export class BlockPass {
  readonly #device: GPUDevice
  readonly #pipelines: Pipelines
  readonly #scratch: ScratchBuffers
  #plan: BatchPlan | undefined
  #buffers: Buffers | undefined
  #queries = 0
  #passes = 0

  constructor(device: GPUDevice, pipelines: Pipelines) {
    this.#device = device
    this.#pipelines = pipelines
    this.#scratch = new ScratchBuffers(device)
  }

  get bytes(): number {
    return this.#scratch.bytes
  }

  /** Makes ready for batches of this plan over points with this mask. */
  prepare(plan: BatchPlan, rowBytes: number, mask: Uint32Array<ArrayBuffer>): void {
    const { queries, keysBytes, candidatesBytes, nearestBytes } = plan
    const reserve = (name: string, bytes: number, usage = STORAGE) => this.#scratch.reserve(name, bytes, usage)
    this.#plan = plan
    this.#buffers = {
      chunk: reserve('chunk', CHUNK_BYTES, UNIFORM | COPY_DST),
      queries: reserve('queries', queries * rowBytes, STORAGE | COPY_DST),
      mask: reserve('mask', mask.byteLength, STORAGE | COPY_DST),
      keys: reserve('keys', queries * keysBytes),
      candidates: reserve('candidates', queries * candidatesBytes),
      nearest: [
        reserve('nearest 0', queries * nearestBytes, STORAGE | COPY_SRC),
        reserve('nearest 1', queries * nearestBytes, STORAGE | COPY_SRC),
      ],
      readback: reserve('readback', queries * nearestBytes, MAP_READ | COPY_DST),
    }
    this.#device.queue.writeBuffer(this.#buffers.mask, 0, mask)
  }

  /** Begins a batch. */
  begin(rows: Float32Array<ArrayBuffer>, queries: number): void {
    this.#device.queue.writeBuffer(this.#buffers!.queries, 0, rows)
    this.#queries = queries
    this.#passes = 0
  }

  /** Submits a pass over the first `rows` rows of a block, `quads` vec4s each. */
  submit(vectors: GPUBuffer, quads: number, rows: number, firstOffset: number): void {
    const { chunk, queries, mask, keys, candidates, nearest } = this.#buffers!
    const { k, kept } = this.#plan!
    const segments = Math.ceil(rows / SEGMENT)
    const told: Chunk = {
      quads,
      queries: this.#queries,
      rows,
      firstOffset,
      segments,
      kept,
      k,
      carried: this.#passes === 0 ? 0 : k,
    }
    // One buffer serves all passes: the queue writes it between their submissions.
    this.#device.queue.writeBuffer(chunk, 0, toWords(told))
    const before = nearest[this.#passes % 2]!
    const after = nearest[(this.#passes + 1) % 2]!
    const { tile, segment, merge } = this.#pipelines
    const encoder = this.#device.createCommandEncoder()
    const pass = encoder.beginComputePass()
    this.#encode(pass, tile, [chunk, queries, vectors, mask, keys], Math.ceil(rows / TILE), Math.ceil(this.#queries / TILE))
    this.#encode(pass, segment, [chunk, keys, candidates], segments, this.#queries)
    this.#encode(pass, merge, [chunk, candidates, before, after], this.#queries, 1)
    pass.end()
    this.#device.queue.submit([encoder.finish()])
    this.#passes++
  }

  /** Ends a batch: submits the copying of what it found to where it can be read. */
  finish(): void {
    const { buffer, bytes } = this.answer
    const encoder = this.#device.createCommandEncoder()
    encoder.copyBufferToBuffer(this.#buffers!.nearest[this.#passes % 2]!, 0, buffer, 0, bytes)
    this.#device.queue.submit([encoder.finish()])
  }

  /** Where a finished batch's candidates can be read: k pairs per query, in any order. */
  get answer(): { buffer: GPUBuffer; bytes: number } {
    return { buffer: this.#buffers!.readback, bytes: this.#queries * this.#plan!.nearestBytes }
  }

  destroy(): void {
    this.#scratch.destroy()
  }

  #encode(pass: GPUComputePassEncoder, pipeline: GPUComputePipeline, buffers: readonly GPUBuffer[], x: number, y: number): void {
    const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }))
    pass.setPipeline(pipeline)
    pass.setBindGroup(0, this.#device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }))
    pass.dispatchWorkgroups(x, y)
  }
}
