import type { Clock } from '../database/world.ts'

interface Timer {
  readonly due: number
  readonly work: () => void
}

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  #now = 0
  readonly #timers = new Set<Timer>()

  now(): number {
    return this.#now
  }

  after(ms: number, work: () => void): () => void {
    const timer = { due: this.#now + ms, work }
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }

  async yield(): Promise<void> {}

  /** How much waits for its time. */
  get waiting(): number {
    return this.#timers.size
  }

  /** Lets so many milliseconds pass; what is due happens in order, and all that follows from it at once. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms
    await settled()
    for (;;) {
      const next = [...this.#timers].filter(({ due }) => due <= end).sort((a, b) => a.due - b.due)[0]
      if (next === undefined) break
      this.#timers.delete(next)
      this.#now = Math.max(this.#now, next.due)
      next.work()
      await settled()
    }
    this.#now = end
    await settled()
  }
}

/** Resolves when all promises that can go on by themselves have. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
}
