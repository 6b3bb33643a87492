// A worker that ends itself, or that the browser kills for want of memory, tells nobody: no event reaches the page. A lock tells:
// the worker holds one for life, the page queues for it, and the browser hands it over when the worker is gone.

/** Takes a lock for the life of this realm. @returns Its name, or undefined where there are no locks. */
export async function holdLifeline(): Promise<string | undefined> {
  const locks: LockManager | undefined = globalThis.navigator?.locks
  if (!locks) return undefined
  const name = `voisin-worker-${crypto.randomUUID()}`
  return await new Promise((resolve) => {
    const forever = () => {
      resolve(name)
      return new Promise<never>(() => {})
    }
    locks.request(name, forever).catch(() => resolve(undefined))
  })
}

/** Calls `onGone` when the realm that holds the lifeline is gone; never after `signal` is aborted. */
export function watchLifeline(name: string, signal: AbortSignal, onGone: () => void): void {
  navigator.locks.request(name, { signal }, onGone).catch(() => {
    // Aborted: nobody watches any more.
  })
}
