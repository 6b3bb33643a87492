import { LimitError, UnsupportedError } from '@voisin/spec'

// The only file that touches WebAssembly.

/** The kernels of one index, over a memory of its own. Addresses are bytes. Meanings: `assembly/scan.ts`. */
export interface Kernels {
  /** Keeps the k nearest at `pool` as pairs of u32 offset and f32 distance, nearest first; returns how many. */
  readonly scan: (
    metric: number,
    query: number,
    bytes: number,
    vectors: number,
    norms: number,
    live: number,
    allow: number,
    count: number,
    k: number,
    pool: number,
    batch: number,
    moments: number,
  ) => number
  /** Writes the distances to the vectors at `count` offsets, a multiple of 4. */
  readonly distances: (
    metric: number,
    query: number,
    bytes: number,
    vectors: number,
    norms: number,
    offsets: number,
    count: number,
    out: number,
  ) => void
}

/** Kernels and the memory they work in. */
export interface KernelMemory {
  readonly kernels: Kernels
  /** The memory as it is now. Growing replaces it: views of it are taken again after `growTo`. */
  readonly buffer: ArrayBuffer
  /**
   * Grows the memory to at least so many bytes.
   * @throws {LimitError} The browser gives no more memory; nothing has changed.
   */
  growTo(bytes: number): void
}

const PAGE_BYTES = 65536

// Best first; each is loaded only when it is tried. A relaxed-SIMD variant goes before the plain one.
const VARIANTS: readonly (() => Promise<{ base64: string }>)[] = [() => import('./generated/plain.ts')]

let compiled: Promise<WebAssembly.Module> | undefined

/**
 * A fresh memory of at least so many bytes, with kernels in it. The module is compiled once.
 * @throws {UnsupportedError} No variant runs here: WebAssembly, or its SIMD, is missing or forbidden.
 * @throws {LimitError} There is no memory left.
 */
export async function openKernels(bytes: number): Promise<KernelMemory> {
  compiled ??= compile()
  let module: WebAssembly.Module
  try {
    module = await compiled
  } catch (error) {
    compiled = undefined // a failed load is tried again next time
    throw error
  }
  const memory = openMemory(bytes)
  const instance = await WebAssembly.instantiate(module, { env: { memory } })
  return {
    kernels: instance.exports as unknown as Kernels,
    get buffer(): ArrayBuffer {
      return memory.buffer
    },
    growTo: (wanted) => grow(memory, wanted),
  }
}

async function compile(): Promise<WebAssembly.Module> {
  if (typeof WebAssembly === 'undefined') throw unsupported('no WebAssembly')
  for (const load of VARIANTS) {
    const { base64 } = await load()
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
    if (!WebAssembly.validate(bytes)) continue
    try {
      return await WebAssembly.compile(bytes)
    } catch (error) {
      throw unsupported('a refusal to compile', error)
    }
  }
  throw unsupported('no WebAssembly SIMD')
}

function unsupported(received: string, cause?: unknown): UnsupportedError {
  return new UnsupportedError('The index cannot run here.', {
    expected: 'WebAssembly with SIMD (every browser since 2023)',
    received,
    remedy: "Update the browser; where a Content-Security-Policy is set, allow 'wasm-unsafe-eval' in script-src.",
    cause,
  })
}

function openMemory(bytes: number): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE_BYTES) })
  } catch (error) {
    throw noMemory(bytes, error)
  }
}

function grow(memory: WebAssembly.Memory, bytes: number): void {
  const missing = bytes - memory.buffer.byteLength
  if (missing <= 0) return
  try {
    memory.grow(Math.ceil(missing / PAGE_BYTES))
  } catch (error) {
    throw noMemory(bytes, error)
  }
}

function noMemory(bytes: number, cause: unknown): LimitError {
  return new LimitError('The browser gives the index no more memory.', {
    received: `a need of ${bytes} bytes`,
    remedy: 'Close what is not needed, or keep fewer vectors in one index.',
    cause,
  })
}
