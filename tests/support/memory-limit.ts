import { onTestFinished, vi } from 'vitest'

const PAGE_BYTES = 65_536

export interface MemoryLimit {
  /** Bytes of the largest WebAssembly memory made since. */
  readonly largest: number
  /** No memory may grow above this from now on. */
  set(bytes: number): void
  lift(): void
}

/** A device whose memory ends somewhere: WebAssembly memories of this realm fail to be made or to grow beyond the limit. */
export function limitMemory(): MemoryLimit {
  let limit = Number.POSITIVE_INFINITY
  let largest = 0
  const take = (bytes: number) => {
    if (bytes > limit) throw new RangeError('WebAssembly.Memory(): could not allocate memory')
    largest = Math.max(largest, bytes)
  }
  const Original = WebAssembly.Memory
  const { grow } = Original.prototype
  const growing = vi.spyOn(Original.prototype, 'grow').mockImplementation(function (this: WebAssembly.Memory, pages) {
    take(this.buffer.byteLength + Number(pages) * PAGE_BYTES)
    return grow.call(this, pages)
  })
  WebAssembly.Memory = new Proxy(Original, {
    construct(target, [descriptor]: [WebAssembly.MemoryDescriptor]) {
      take(Number(descriptor.initial) * PAGE_BYTES)
      return new target(descriptor)
    },
  })
  onTestFinished(() => {
    growing.mockRestore()
    WebAssembly.Memory = Original
  })
  return {
    get largest() {
      return largest
    },
    set(bytes) {
      limit = bytes
    },
    lift() {
      limit = Number.POSITIVE_INFINITY
    },
  }
}
