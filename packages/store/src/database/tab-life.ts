import type { Locks } from './world.ts'

/** What a tab may leave behind when it dies: a mark of writing, or one of writes that a power cut may take. */
export type TabMark = 'writing' | 'unsafe'

/** Held by a tab as long as it lives and may leave marks of one kind; so a mark without it is a dead tab's. */
export class TabLife {
  readonly #locks: Locks
  readonly #database: string
  readonly #mark: TabMark
  readonly #tab: number
  #beginning: Promise<void> | undefined
  #hasBegun = false
  #end: (() => void) | undefined

  constructor(locks: Locks, database: string, mark: TabMark, tab: number) {
    this.#locks = locks
    this.#database = database
    this.#mark = mark
    this.#tab = tab
  }

  /** Whether others see it, or cannot. */
  get hasBegun(): boolean {
    return this.#hasBegun
  }

  /** Whether it is to begin and has not yet. */
  get isBeginning(): boolean {
    return this.#beginning !== undefined && !this.#hasBegun
  }

  /** Resolves once others see that this tab is alive: no mark may be left before. */
  begin(): Promise<void> {
    this.#beginning ??= new Promise((resolveBegun) => {
      const begun = () => {
        this.#hasBegun = true
        resolveBegun()
      }
      const ended = new Promise<void>((resolve) => {
        this.#end = resolve
      })
      const live = () => {
        begun()
        return ended
      }
      // Nobody else has it, but whoever looks for a moment whether somebody has.
      this.#locks.hold(this.#name(this.#tab), 'steal', live).catch(begun)
    })
    return this.#beginning
  }

  end(): void {
    this.#end?.()
  }

  async isAlive(tab: number): Promise<boolean> {
    return tab === this.#tab || !(await this.#locks.hold(this.#name(tab), 'if-free', async (isFree) => isFree))
  }

  #name(tab: number): string {
    return `voisin/${this.#database}/tab/${tab}/${this.#mark}`
  }
}
