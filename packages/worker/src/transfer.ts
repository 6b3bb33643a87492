import { mark } from './transferred.ts'

/**
 * Marks buffers inside a result (or a stream's item) as given away: they cross without a copy and are detached here.
 *
 * @param buffers What can be transferred.
 * @returns `value` itself.
 */
export function transfer<T extends object>(value: T, buffers: readonly object[]): T {
  mark(value, buffers)
  return value
}
