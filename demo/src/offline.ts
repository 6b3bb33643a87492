/** Longest wait for the service worker: the page works without it, only not without a network. */
const LONGEST_WAIT_MS = 1500

/**
 * Lets the built page open without a network: a service worker keeps each file that is used. Resolves when the worker sees what
 * this page and its own workers load, or when it takes too long, or where there is none (a private window, development).
 */
export async function keepForOffline(): Promise<void> {
  const { serviceWorker } = navigator
  if (!import.meta.env.PROD || !serviceWorker) return
  const controlled = new Promise<void>((resolve) => {
    if (serviceWorker.controller) resolve()
    serviceWorker.addEventListener('controllerchange', () => resolve(), { once: true })
  })
  try {
    await serviceWorker.register(`./service-worker.js?build=${__BUILD__}`)
    await Promise.race([controlled, new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT_MS))])
    await document.fonts.ready
    const loaded = performance.getEntriesByType('resource').map(({ name }) => name)
    const here = new URL('.', location.href).href
    serviceWorker.controller?.postMessage({ keep: [here, ...loaded.filter((url) => url.startsWith(here))] })
  } catch {
    // Refused (a private window, a policy): nothing else depends on it.
  }
}
