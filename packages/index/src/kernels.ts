import { LimitError, UnsupportedError } from '@voisin/spec'
import type { Kernels } from './kernel-types.ts'

// The only file that touches WebAssembly.

/** Which SIMD instructions the kernels use: `relaxed` where the browser knows them, else `plain`. Both give the same answers. */
export type Simd = 'relaxed' | 'plain'

/** Kernels and the memory they work in. */
export interface KernelMemory {
  readonly kernels: Kernels
  readonly simd: Simd
  /** The memory as it is now. Growing replaces it: views of it are taken again after `growTo`. */
  readonly buffer: ArrayBuffer
  /**
   * Grows the memory to at least so many bytes.
   * @throws {LimitError} The browser gives no more memory; nothing has changed.
   */
  growTo(bytes: number): void
  /** For another thread: what `joinKernels` needs there. Only of a shared memory. */
  readonly shared: SharedKernels | undefined
  /**
   * The same kernels in a fresh memory of their own, at once.
   * @throws {LimitError} There is no memory left.
   */
  another(bytes: number): KernelMemory
}

/** Kernels in a memory that several threads see; can be posted to a worker. */
export interface SharedKernels {
  /** A WebAssembly.Module. */
  readonly module: object
  /** A WebAssembly.Memory. */
  readonly memory: { readonly buffer: ArrayBufferLike }
  readonly addsHalves: boolean
}

export interface KernelOptions {
  /** How much memory at first. */
  readonly bytes: number
  /** @default the best that runs here */
  readonly simd?: Simd | undefined
  /** Whether other threads are to see the memory. Needs cross-origin isolation. @default false */
  readonly shared?: boolean
  /** Whether rows of codes will be compared: then the faster way to add them is looked for first. @default true */
  readonly usesCodes?: boolean
}

const PAGE_BYTES = 65536
const MAX_PAGES = 65536

/** Each is loaded only when it is tried, the best first. */
export const VARIANTS: Record<Simd, Record<'own' | 'shared', () => Promise<{ readonly base64: string }>>> = {
  relaxed: { own: () => import('./generated/relaxed.ts'), shared: () => import('./generated/relaxed-shared.ts') },
  plain: { own: () => import('./generated/plain.ts'), shared: () => import('./generated/plain-shared.ts') },
}

const compiled = new Map<string, Promise<WebAssembly.Module | undefined>>()
let trial: boolean | undefined

/**
 * A fresh memory of at least so many bytes, with kernels in it. Each module is compiled once.
 * @throws {UnsupportedError} No variant runs here: WebAssembly, or its SIMD, is missing or forbidden.
 * @throws {LimitError} There is no memory left.
 */
export async function openKernels({ bytes, simd, shared = false, usesCodes = true }: KernelOptions): Promise<KernelMemory> {
  if (typeof WebAssembly === 'undefined') throw unsupported('no WebAssembly')
  for (const variant of simd === undefined ? (['relaxed', 'plain'] as const) : [simd]) {
    const module = await moduleOf(variant, shared)
    if (module === undefined) continue
    const addsHalves = usesCodes && variant === 'relaxed' && (await halvesAreFaster())
    return openHere(module, variant, shared, addsHalves, bytes)
  }
  throw unsupported(`no WebAssembly with ${simd === undefined ? '' : `${simd} `}SIMD`)
}

/** Loads and compiles the kernels that will be used, so that the first memory is there sooner. What fails is told by `openKernels`. */
export async function prepareKernels(): Promise<void> {
  if (typeof WebAssembly === 'undefined') return
  try {
    if ((await moduleOf('relaxed', false)) === undefined) await moduleOf('plain', false)
  } catch {
    // It is tried again.
  }
}

/** The kernels of another thread's memory. */
export function joinKernels({ module, memory, addsHalves }: SharedKernels): Kernels {
  const kernels = instantiate(module as WebAssembly.Module, memory as WebAssembly.Memory)
  kernels.setAddsHalves(addsHalves)
  return kernels
}

function openHere(module: WebAssembly.Module, simd: Simd, isShared: boolean, addsHalves: boolean, bytes: number): KernelMemory {
  const memory = openMemory(bytes, isShared)
  const kernels = instantiate(module, memory)
  kernels.setAddsHalves(addsHalves)
  return {
    kernels,
    simd,
    get buffer(): ArrayBuffer {
      return memory.buffer
    },
    growTo: (wanted) => grow(memory, wanted),
    shared: isShared ? { module, memory, addsHalves } : undefined,
    another: (wanted) => openHere(module, simd, isShared, addsHalves, wanted),
  }
}

// At once: the module is compiled and small, and then an instance takes some microseconds.
function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels
}

function moduleOf(simd: Simd, shared: boolean): Promise<WebAssembly.Module | undefined> {
  const key = `${simd} ${shared}`
  let module = compiled.get(key)
  if (module === undefined) {
    module = compile(simd, shared)
    compiled.set(key, module)
    module.catch(() => compiled.delete(key)) // a failed load is tried again next time
  }
  return module
}

async function compile(simd: Simd, shared: boolean): Promise<WebAssembly.Module | undefined> {
  const { base64 } = await VARIANTS[simd][shared ? 'shared' : 'own']()
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  try {
    return await WebAssembly.compile(bytes)
  } catch (error) {
    if (!WebAssembly.validate(bytes)) return undefined
    throw unsupported('a refusal to compile', error)
  }
}

/**
 * Whether this processor adds codes faster by halves: a trial of a few milliseconds, once. No feature test tells, since WebAssembly has one
 * instruction for what some processors do in one step and others in five.
 */
async function halvesAreFaster(): Promise<boolean> {
  if (trial !== undefined) return trial
  const module = await moduleOf('relaxed', false)
  if (module === undefined || trial !== undefined) return trial === true
  const kernels = instantiate(module, openMemory(8 * PAGE_BYTES, false))
  const best = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  // In turn, and the best of several: the first runs are slow while the engine still compiles.
  for (let round = 0; round < 12; round++) {
    for (const halves of [0, 1]) {
      kernels.setAddsHalves(halves === 1)
      const before = performance.now()
      kernels.tryDots(PAGE_BYTES, 2000)
      best[halves] = Math.min(best[halves]!, performance.now() - before)
    }
  }
  trial = best[1]! < best[0]!
  return trial
}

function unsupported(received: string, cause?: unknown): UnsupportedError {
  return new UnsupportedError('The index cannot run here.', {
    expected: 'WebAssembly with SIMD (every browser since 2023)',
    received,
    remedy: "Update the browser; where a Content-Security-Policy is set, allow 'wasm-unsafe-eval' in script-src.",
    cause,
  })
}

function openMemory(bytes: number, shared: boolean): WebAssembly.Memory {
  const initial = Math.ceil(bytes / PAGE_BYTES)
  try {
    return new WebAssembly.Memory(shared ? { initial, maximum: MAX_PAGES, shared } : { initial })
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
