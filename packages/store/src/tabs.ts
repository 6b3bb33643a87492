/** A lock that is refused for so long is taken by force: a page in the back-forward cache keeps its locks and does no work. */
const STEAL_AFTER_MS = 120_000

/** Told to other tabs: a collection has a new last entry. */
interface WriteMessage {
  readonly collection: number
  readonly lsn: number
}

/** What one collection here has to do with other tabs: it tells of its writes, hears of theirs, and takes turns at upkeep. */
export class Tabs {
  readonly #collection: number
  readonly #channel: BroadcastChannel | undefined
  readonly #lockName: string
  readonly #stealAfterMs: number
  #working: AbortController | undefined
  #isPaused = false
  #refusedSince: number | undefined

  /** `onWrite` hears the lsn of each write that another tab has committed. */
  constructor(database: string, collection: number, onWrite: (lsn: number) => void, stealAfterMs: number = STEAL_AFTER_MS) {
    this.#collection = collection
    this.#stealAfterMs = stealAfterMs
    this.#lockName = `voisin/${database}/${collection}/upkeep`
    if (typeof BroadcastChannel === 'undefined') return
    this.#channel = new BroadcastChannel(`voisin/${database}`)
    this.#channel.onmessage = ({ data }: MessageEvent<WriteMessage>) => {
      if (data?.collection === collection && Number.isSafeInteger(data.lsn)) onWrite(data.lsn)
    }
  }

  tell(lsn: number): void {
    this.#channel?.postMessage({ collection: this.#collection, lsn } satisfies WriteMessage)
  }

  /**
   * Runs upkeep if no other tab does; never waits for it. Where there are no locks it just runs: the manifest's epoch lets only one
   * of several succeed. `work` has to end soon after its signal is aborted.
   */
  async takeTurn(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.#isPaused || this.#working !== undefined) return
    const controller = new AbortController()
    this.#working = controller
    try {
      if (globalThis.navigator?.locks === undefined) return await work(controller.signal)
      const steal = this.#refusedSince !== undefined && performance.now() - this.#refusedSince > this.#stealAfterMs
      await navigator.locks.request(this.#lockName, steal ? { steal } : { ifAvailable: true }, async (lock) => {
        if (lock === null) {
          this.#refusedSince ??= performance.now()
          return
        }
        this.#refusedSince = undefined
        await work(controller.signal)
      })
    } finally {
      this.#working = undefined
    }
  }

  /** Gives the turn up and takes none until `resume`: for a page that is hidden or frozen and would keep the lock. */
  pause(): void {
    this.#isPaused = true
    this.#working?.abort(new DOMException('The page was put aside.', 'AbortError'))
  }

  resume(): void {
    this.#isPaused = false
  }

  close(): void {
    this.pause()
    this.#channel?.close()
  }
}
