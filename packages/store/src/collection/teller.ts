import type { Notice } from '@voisin/spec'
import type { CollectionState } from '../state/collection-state.ts'

/** Tells the caller what was found, each thing once. */
export class Teller {
  readonly #onNotice: (notice: Notice) => void
  #told: ReadonlySet<string> = new Set()
  #toldUndecodable = 0

  constructor(onNotice: (notice: Notice) => void) {
    this.#onNotice = onNotice
  }

  /** What a loading has found. What is still as it was is not told again. */
  tell(notices: readonly Notice[]): void {
    for (const notice of notices) if (!this.#told.has(notice.message)) this.#onNotice(notice)
    this.#told = new Set(notices.map(({ message }) => message))
  }

  /** Payloads that were found to make no sense. */
  tellUndecodable({ undecodable }: CollectionState): void {
    if (undecodable.size <= this.#toldUndecodable) return
    this.#toldUndecodable = undecodable.size
    const message = `The payloads of ${undecodable.size} points cannot be read; these points are left out.`
    this.#onNotice({ kind: 'data-loss', message })
  }
}
