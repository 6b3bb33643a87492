/**
 * The same numbers in buffers of our own; the caller's are detached, also one that holds several of these. Copied where a buffer holds
 * more than these numbers, and where it cannot be given away: shared memory, and that of WebAssembly.
 */
export function giveAway(columns: readonly Float32Array[]): Float32Array[] {
  const taken = new Map<Float32Array, Float32Array>()
  for (const buffer of new Set(columns.map((column) => column.buffer))) {
    const views = columns.filter((column) => column.buffer === buffer)
    const [only] = views
    const isWhole = views.length === 1 && only!.byteOffset === 0 && only!.byteLength === buffer.byteLength
    for (const view of views) taken.set(view, isWhole ? view : view.slice())
    const ours = detached(buffer)
    if (isWhole) taken.set(only!, ours === undefined ? only!.slice() : new Float32Array(ours))
  }
  return columns.map((column) => taken.get(column)!)
}

/** The buffer's bytes in another one, without a copy; undefined where that cannot be. */
function detached(buffer: ArrayBufferLike): ArrayBuffer | undefined {
  if (!(buffer instanceof ArrayBuffer)) return undefined
  try {
    return structuredClone(buffer, { transfer: [buffer] })
  } catch {
    return undefined
  }
}
