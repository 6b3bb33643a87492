const buffersOf = new WeakMap<object, readonly object[]>()

export function mark(value: object, buffers: readonly object[]): void {
  buffersOf.set(value, buffers)
}

/** The buffers that `transfer` marked, or none. */
export function transferredWith(value: unknown): Transferable[] {
  return ((typeof value === 'object' && value !== null && buffersOf.get(value)) || []) as Transferable[]
}
