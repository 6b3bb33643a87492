import { onTestFinished } from 'vitest'

/**
 * Runs a module in a frame without an origin (`sandbox` without `allow-same-origin`), where all storage is denied, and resolves to what its
 * `answer` function returned there. Such a frame may fetch nothing from here, so the module's whole graph is handed to it as text.
 */
export async function inSandbox<T>(url: string): Promise<T> {
  const modules = await graphOf(url)
  const frame = document.createElement('iframe')
  frame.sandbox.add('allow-scripts')
  frame.srcdoc = `<meta charset="utf-8"><script>${SCRIPT}</script>`
  onTestFinished(() => frame.remove())
  return await new Promise<T>((resolve, reject) => {
    const hear = ({ source, data }: MessageEvent) => {
      if (source !== frame.contentWindow) return
      if (data.isReady) return frame.contentWindow!.postMessage({ modules }, '*')
      removeEventListener('message', hear)
      if ('failure' in data) reject(new Error(data.failure))
      else resolve(data.answer)
    }
    addEventListener('message', hear)
    document.body.append(frame)
  })
}

const IMPORT = /(\bfrom\s*|\bimport\s*\(?\s*)(["'])((?:\/|\.)[^"']+)\2/g

/** The texts of a module and of all it imports, each after what it imports, which it names by its place in the row: `⟨3⟩`. */
async function graphOf(url: string): Promise<string[]> {
  const modules: string[] = []
  const numbers = new Map<string, Promise<number>>()
  const visit = (address: string): Promise<number> => {
    const known = numbers.get(address)
    if (known !== undefined) return known
    const visiting = (async () => {
      const text = await (await fetch(address)).text()
      const inner = new Map<string, number>()
      for (const [, , , path] of text.matchAll(IMPORT)) inner.set(path!, await visit(new URL(path!, address).href))
      const named = text.replace(IMPORT, (_, before, quote, path) => `${before}${quote}⟨${inner.get(path)}⟩${quote}`)
      return modules.push(named.replaceAll('import.meta.url', JSON.stringify(address))) - 1
    })()
    numbers.set(address, visiting)
    return visiting
  }
  await visit(new URL(url, location.href).href)
  return modules
}

// Text, not a function: what transforms the modules of these tests must leave it alone.
const SCRIPT = `
  globalThis.__vitest_browser_runner__ = { wrapDynamicImport: (load) => load() }
  addEventListener('message', async ({ data: { modules } }) => {
    try {
      const blobs = []
      for (const text of modules) {
        const whole = text.replace(/⟨(\\d+)⟩/g, (_, number) => blobs[number])
        blobs.push(URL.createObjectURL(new Blob([whole], { type: 'text/javascript' })))
      }
      const { answer } = await import(blobs.at(-1))
      parent.postMessage({ answer: await answer() }, '*')
    } catch (error) {
      parent.postMessage({ failure: String(error) }, '*')
    }
  })
  parent.postMessage({ isReady: true }, '*')
`
