import type { WorkerLike } from './contract.ts'
import { startTrusted } from './trusted-worker.ts'

/** A worker's script: one file that imports and exports nothing, and asks for no `import.meta`. */
export interface WorkerScript {
  /**
   * Starts the file, in the form that bundlers know and copy the file for: `new Worker(new URL('./name.js', import.meta.url), { type: 'module' })`.
   */
  readonly start: () => WorkerLike
  /** The same script as text. */
  readonly load: () => Promise<{ readonly default: string }>
}

/** Whose file is not to be had here. */
const withoutFile = new WeakSet<WorkerScript>()

/**
 * Starts a script from its file; where that cannot be loaded, from its text. A file is missing where a bundler does not know that form and
 * leaves it behind; and a page may not start one of another origin. A text starts wherever the policy of the page allows `blob:` workers.
 */
export function startScript(script: WorkerScript): WorkerLike {
  return new ScriptWorker(script)
}

type Listener = EventListenerOrEventListenerObject

/** What is posted waits until the script speaks: only then it is known which worker it is. */
class ScriptWorker implements WorkerLike {
  readonly #script: WorkerScript
  readonly #listeners = new Map<string, Set<Listener>>()
  #waiting: { readonly message: unknown; readonly transfer: Transferable[] }[] | undefined = []
  #worker: WorkerLike | undefined
  #isTerminated = false

  constructor(script: WorkerScript) {
    this.#script = script
    if (withoutFile.has(script)) void this.#startFromText()
    else {
      try {
        this.#listen(startTrusted(script.start), true)
      } catch {
        void this.#startFromText()
      }
    }
  }

  postMessage(message: unknown, transfer: Transferable[] = []): void {
    if (this.#waiting === undefined) this.#worker!.postMessage(message, transfer)
    else this.#waiting.push({ message, transfer })
  }

  addEventListener(type: string, listener: Listener): void {
    const ofType = this.#listeners.get(type) ?? new Set()
    this.#listeners.set(type, ofType.add(listener))
  }

  removeEventListener(type: string, listener: Listener): void {
    this.#listeners.get(type)?.delete(listener)
  }

  terminate(): void {
    this.#isTerminated = true
    this.#worker?.terminate()
  }

  #listen(worker: WorkerLike, isFile: boolean): void {
    this.#worker = worker
    worker.addEventListener('message', (event: Event) => {
      // Only one that speaks shows that the text starts where the file did not.
      if (!isFile) withoutFile.add(this.#script)
      this.#flush()
      this.#tell(event)
    })
    worker.addEventListener('messageerror', (event: Event) => this.#tell(event))
    worker.addEventListener('error', (event: Event) => {
      if (!isFile || this.#waiting === undefined) this.#tell(event)
      else {
        // Not the page's error: it is started in another way.
        event.preventDefault()
        worker.terminate()
        void this.#startFromText()
      }
    })
  }

  async #startFromText(): Promise<void> {
    let url: string | undefined
    try {
      const { default: text } = await this.#script.load()
      if (this.#isTerminated) return
      // No module: a page that has no origin (a file, a sandboxed frame) may start none. The function keeps its names apart, as a module does.
      const blobUrl = URL.createObjectURL(new Blob(["(()=>{'use strict';", text, '\n})()'], { type: 'text/javascript' }))
      url = blobUrl
      this.#listen(
        startTrusted(() => new Worker(blobUrl)),
        false,
      )
    } catch (error) {
      this.#tell(Object.assign(new Event('error'), { error }))
    } finally {
      // The worker has fetched it when it speaks; a minute is enough for the slowest.
      if (url !== undefined) setTimeout(URL.revokeObjectURL, 60_000, url)
    }
  }

  #flush(): void {
    const waiting = this.#waiting ?? []
    this.#waiting = undefined
    for (const { message, transfer } of waiting) this.#worker!.postMessage(message, transfer)
  }

  #tell(event: Event): void {
    for (const listener of [...(this.#listeners.get(event.type) ?? [])]) {
      if (typeof listener === 'function') listener(event)
      else listener.handleEvent(event)
    }
  }
}
