/** A signal that is aborted by another one, or when nothing was heard for too long. */
export class Silence {
  readonly signal: AbortSignal
  readonly #tooLong = new AbortController()
  readonly #limitMs: number
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(signal: AbortSignal, limitMs: number) {
    this.signal = AbortSignal.any([signal, this.#tooLong.signal])
    this.#limitMs = limitMs
    this.heard()
  }

  get wasTooLong(): boolean {
    return this.#tooLong.signal.aborted
  }

  /** Begins anew. */
  heard(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#tooLong.abort(), this.#limitMs)
  }

  end(): void {
    clearTimeout(this.#timer)
  }
}
