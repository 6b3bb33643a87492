/**
 * The same JSON value for the same plain data, whatever the order of its keys, and another one for any other.
 *
 * @param value Plain data: see `findFault`.
 */
export function canonical(value: unknown): unknown {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'number') return Object.is(value, -0) ? { n: '-0' } : value
  if (typeof value === 'bigint') return { i: String(value) }
  if (value instanceof Date) return { d: value.getTime() }
  if (value instanceof Uint8Array) return { b: Array.from(value) }
  if (Array.isArray(value)) return value.map(canonical)
  const entries = Object.entries(value as object).sort(([a], [b]) => (a < b ? -1 : 1))
  return { o: entries.map(([key, element]) => [key, canonical(element)]) }
}
