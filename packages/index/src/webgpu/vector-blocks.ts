import { COPY_DST, COPY_SRC, STORAGE } from './gpu-flags.ts'

/**
 * The rows of the point set in GPU memory, in blocks: every block but the last holds exactly `rowsPerBlock`. The last one grows by
 * doubling, so that a few vectors take little memory and many single additions take few copies.
 */
export class VectorBlocks {
  readonly rowsPerBlock: number
  readonly #device: GPUDevice
  readonly #rowBytes: number
  readonly #buffers: GPUBuffer[] = []

  constructor(device: GPUDevice, rowBytes: number, rowsPerBlock: number) {
    this.#device = device
    this.#rowBytes = rowBytes
    this.rowsPerBlock = rowsPerBlock
  }

  get bytes(): number {
    return this.#buffers.reduce((sum, { size }) => sum + size, 0)
  }

  /** The buffer of a block. Reserving may replace that of the last one. */
  block(at: number): GPUBuffer {
    return this.#buffers[at]!
  }

  /** Makes room for so many rows in all. */
  reserve(rows: number): void {
    const { rowsPerBlock } = this
    const last = Math.ceil(rows / rowsPerBlock) - 1
    for (let at = Math.max(0, this.#buffers.length - 1); at <= last; at++) {
      const needed = Math.min(rowsPerBlock, rows - at * rowsPerBlock)
      const before = this.#buffers[at]
      const capacity = before === undefined ? 0 : before.size / this.#rowBytes
      if (needed <= capacity) continue
      const size = Math.min(rowsPerBlock, Math.max(needed, capacity * 2)) * this.#rowBytes
      const after = this.#device.createBuffer({ label: 'voisin vectors', size, usage: STORAGE | COPY_SRC | COPY_DST })
      if (before !== undefined) this.#move(before, after)
      this.#buffers[at] = after
    }
  }

  /** Writes rows from a given one on; room for them is reserved. */
  write(first: number, rows: Float32Array<ArrayBuffer>): void {
    const length = this.#rowBytes / 4
    const count = rows.length / length
    for (let done = 0; done < count; ) {
      const at = Math.floor((first + done) / this.rowsPerBlock)
      const inBlock = first + done - at * this.rowsPerBlock
      const writable = Math.min(count - done, this.rowsPerBlock - inBlock)
      this.#device.queue.writeBuffer(this.block(at), inBlock * this.#rowBytes, rows, done * length, writable * length)
      done += writable
    }
  }

  destroy(): void {
    for (const buffer of this.#buffers) buffer.destroy()
    this.#buffers.length = 0
  }

  #move(before: GPUBuffer, after: GPUBuffer): void {
    const encoder = this.#device.createCommandEncoder()
    encoder.copyBufferToBuffer(before, 0, after, 0, before.size)
    this.#device.queue.submit([encoder.finish()])
    before.destroy()
  }
}
