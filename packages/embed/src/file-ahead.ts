import type { LongCallOptions, StaticModelSource } from '@voisin/spec'
import { fetchFiles } from './fetch-files.ts'

/**
 * A static model's file, on its way while the worker starts: on a cold page each takes about as long as the other. The bytes are read by the
 * browser and given away to the worker, so this thread does next to nothing.
 */
export class FileAhead {
  readonly #source: StaticModelSource
  readonly #onProgress: LongCallOptions['onProgress']
  readonly #stopped = new AbortController()
  #bytes: Promise<Uint8Array<ArrayBuffer>> | undefined

  constructor(source: StaticModelSource, onProgress: LongCallOptions['onProgress']) {
    this.#source = source
    this.#onProgress = onProgress
  }

  /** Starts fetching, for a worker that is about to be started. */
  begin(): void {
    const { files, sha256 } = this.#source
    const call = { signal: this.#stopped.signal, onProgress: this.#onProgress ?? (() => undefined) }
    this.#bytes = fetchFiles([{ url: files.model, sha256: sha256?.model }], call).then(([bytes]) => bytes)
    // Whoever takes it is told; a worker that could not be started takes nothing.
    this.#bytes.catch(() => undefined)
  }

  /** The bytes of the last beginning, once. @throws {ModelLoadError} They could not be fetched, or are others than the source says. */
  async take(): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#bytes === undefined) this.begin()
    const bytes = this.#bytes!
    this.#bytes = undefined
    return await bytes
  }

  stop(reason: unknown): void {
    this.#stopped.abort(reason)
  }
}
