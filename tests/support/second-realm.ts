import { onTestFinished } from 'vitest'

export type StoreModule = typeof import('./store-module.ts')

/** A realm of its own in the same origin, as another tab has: its own globals, locks and channels, and the store loaded once more. */
export async function openRealm(): Promise<{ readonly store: StoreModule; close(): void }> {
  const frame = document.createElement('iframe')
  document.body.append(frame)
  const close = () => frame.remove()
  onTestFinished(close)
  const realm = frame.contentWindow as Window & Record<string, unknown>
  // What the test runner puts around every dynamic import.
  realm.__vitest_browser_runner__ = { wrapDynamicImport: (load: () => unknown) => load() }
  const url = new URL('./store-module.ts', import.meta.url).href
  const store = await new Promise<StoreModule>((resolve, reject) => {
    Object.assign(realm, { resolve, reject })
    const script = realm.document.createElement('script')
    script.type = 'module'
    script.textContent = `import(${JSON.stringify(url)}).then(resolve, reject)`
    realm.document.head.append(script)
  })
  return { store, close }
}
