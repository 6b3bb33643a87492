import type { Locks } from './world.ts'

/** Held by a tab as long as it lives and may leave marks; so a mark without it is a dead tab's. */
export class TabLife {
  readonly #locks: Locks
  readonly #database: string
  readonly #tab: number
  #end: (() => void) | undefined

  constructor(locks: Locks, database: string, tab: number) {
    this.#locks = locks
    this.#database = database
    this.#tab = tab
  }

  begin(): void {
    if (this.#end !== undefined) return
    const ended = new Promise<void>((resolve) => {
      this.#end = resolve
    })
    this.#locks.hold(this.#name(this.#tab), 'if-free', () => ended).catch(() => {})
  }

  end(): void {
    this.#end?.()
  }

  async isAlive(tab: number): Promise<boolean> {
    return tab === this.#tab || !(await this.#locks.hold(this.#name(tab), 'if-free', async (isFree) => isFree))
  }

  #name(tab: number): string {
    return `voisin/${this.#database}/tab/${tab}`
  }
}
