/**
 * Whether work is done in workers unless the caller says otherwise: in pages and their workers, where there are any. A service worker may
 * start none; a server has no page that could stand still, and workers of another kind.
 */
export function hasWorkers(): boolean {
  if (typeof Worker !== 'function') return false
  return typeof document !== 'undefined' || !('process' in globalThis || 'Deno' in globalThis)
}
