const buffersOf = new WeakMap<object, Transferable[]>()

/**
 * Marks buffers inside a result (or a stream's item) as given away: they cross without a copy and are detached here.
 *
 * @returns `value` itself.
 */
export function transfer<T extends object>(value: T, buffers: Transferable[]): T {
  buffersOf.set(value, buffers)
  return value
}

/** The buffers that `transfer` marked, or none. */
export function transferredWith(value: unknown): Transferable[] {
  return (typeof value === 'object' && value !== null && buffersOf.get(value)) || []
}
