/** Buffers that serve one search after another: each is kept until a search needs a larger one of its name. */
export class ScratchBuffers {
  readonly #device: GPUDevice
  readonly #buffers = new Map<string, GPUBuffer>()

  constructor(device: GPUDevice) {
    this.#device = device
  }

  /** A buffer of at least so many bytes. Its contents are whatever was left there. */
  reserve(name: string, bytes: number, usage: number): GPUBuffer {
    const known = this.#buffers.get(name)
    if (known !== undefined && known.size >= bytes) return known
    // What was submitted still finds the old one; a destroyed buffer goes when the queue is done with it.
    known?.destroy()
    const buffer = this.#device.createBuffer({ label: `voisin ${name}`, size: bytes, usage })
    this.#buffers.set(name, buffer)
    return buffer
  }

  get bytes(): number {
    return Array.from(this.#buffers.values()).reduce((sum, { size }) => sum + size, 0)
  }

  destroy(): void {
    for (const buffer of this.#buffers.values()) buffer.destroy()
    this.#buffers.clear()
  }
}
