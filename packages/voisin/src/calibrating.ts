import { type Calibration, calibrate, type LibraryParts, readCalibration } from '@voisin/rag'
import type { LongCallOptions } from '@voisin/spec'

/** A library of fewer chunks is not calibrated by itself. */
const LEAST_CHUNKS = 20
/** It is anew, when it has grown or shrunk by this factor. */
const FACTOR = 2

/** What a library has learned of its documents; it goes on learning, as they become many. */
export class Calibrating {
  readonly #parts: LibraryParts
  #current: Calibration | undefined
  #inBackground: Promise<void> | undefined

  constructor(parts: LibraryParts, known: Calibration | undefined) {
    this.#parts = parts
    this.#current = known
  }

  get current(): Calibration | undefined {
    return this.#current
  }

  /** Takes over what any tab has found. */
  async refresh(call: { readonly signal: AbortSignal }): Promise<Calibration | undefined> {
    this.#current = await readCalibration(this.#parts, call)
    return this.#current
  }

  async now(options: LongCallOptions): Promise<Calibration | undefined> {
    const found = await calibrate({ ...this.#parts, ...options })
    if (found !== undefined) this.#current = found
    return found
  }

  /**
   * Calibrates in the background, where documents have changed much since the last time. With an embedder that cannot tell what it knows, which may
   * stand for a service that is paid for, nobody does unasked.
   *
   * @param signal Ends it.
   */
  soon(signal: AbortSignal): void {
    if (this.#parts.embedder.knows === undefined) return
    this.#inBackground ??= this.#ifDue(signal)
      // Nobody has asked for it, and what there is goes on to serve.
      .catch(() => {})
      .finally(() => {
        this.#inBackground = undefined
      })
  }

  async #ifDue(signal: AbortSignal): Promise<void> {
    const chunks = await this.#parts.collection.count({ kind: 'chunk' }, { signal })
    if (chunks < LEAST_CHUNKS) return
    // Another tab may have been faster.
    const before = await this.refresh({ signal })
    if (before !== undefined && chunks < FACTOR * before.chunks && before.chunks < FACTOR * chunks) return
    await this.now({ signal })
  }
}
