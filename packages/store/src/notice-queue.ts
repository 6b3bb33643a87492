import type { Notice } from '@voisin/spec'

/** Notices in the order they came, for one reader that may come late. */
export class NoticeQueue {
  readonly #waiting: Notice[] = []
  #wake: () => void = () => {}

  push(notice: Notice): void {
    this.#waiting.push(notice)
    this.#wake()
  }

  /** Ends when the signal is aborted. */
  async *read(signal: AbortSignal): AsyncGenerator<Notice, void, undefined> {
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
