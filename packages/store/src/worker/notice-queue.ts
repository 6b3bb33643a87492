/** Items in the order they came, for one reader that may come late. */
export class NoticeQueue<T> {
  readonly #waiting: T[] = []
  #wake: () => void = () => {}

  push(notice: T): void {
    this.#waiting.push(notice)
    this.#wake()
  }

  /** Ends when the signal is aborted. */
  async *read(signal: AbortSignal): AsyncGenerator<T, void, undefined> {
    const stop = () => this.#wake()
    signal.addEventListener('abort', stop)
    try {
      while (!signal.aborted) {
        const notice = this.#waiting.shift()
        if (notice !== undefined) yield notice
        else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve
          })
        }
      }
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }
}
