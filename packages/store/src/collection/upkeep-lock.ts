import type { Channel, Clock, Locks } from '../database/world.ts'

/** How long a refused lock is left to its holder before it is asked whether it lives, and how long it may take to answer. */
const ASK_AFTER_MS = 10_000
const ANSWER_WITHIN_MS = 3_000

type LockMessage = { readonly type: 'upkeep-ask' } | { readonly type: 'upkeep-here' }

/**
 * One tab at a time does a database's upkeep; nobody waits for it. A page in the back-forward cache keeps its locks and does no work:
 * a holder that does not answer for seconds loses the lock. It may still wake up in the middle of its work: the sequence of the
 * manifests is the fence.
 */
export class UpkeepLock {
  readonly #name: string
  readonly #locks: Locks
  readonly #clock: Clock
  readonly #channel: Pick<Channel, 'post'>
  #held = 0
  #refusedAt: number | undefined
  #onAnswer: (() => void) | undefined
  #asking: Promise<boolean> | undefined

  constructor(database: string, locks: Locks, clock: Clock, channel: Pick<Channel, 'post'>) {
    this.#name = `voisin/${database}/upkeep`
    this.#locks = locks
    this.#clock = clock
    this.#channel = channel
  }

  /** Runs `work` if the lock is free, or its holder does not answer. Returns whether it ran. */
  async take(work: () => Promise<void>): Promise<boolean> {
    // Several collections of this tab share what it holds.
    if (this.#held > 0) return await this.#run(work)
    const isDead = this.#refusedAt !== undefined && this.#clock.now() - this.#refusedAt > ASK_AFTER_MS && !(await this.#answers())
    return await this.#locks.hold(this.#name, isDead ? 'steal' : 'if-free', async (isHeld) => {
      if (!isHeld) {
        this.#refusedAt ??= this.#clock.now()
        return false
      }
      this.#refusedAt = undefined
      return await this.#run(work)
    })
  }

  /** Hears what other tabs say. */
  hear(message: unknown): void {
    const { type } = message as LockMessage
    if (type === 'upkeep-ask' && this.#held > 0) this.#channel.post({ type: 'upkeep-here' } satisfies LockMessage)
    if (type === 'upkeep-here') this.#onAnswer?.()
  }

  async #run(work: () => Promise<void>): Promise<boolean> {
    this.#held++
    try {
      await work()
    } finally {
      this.#held--
    }
    return true
  }

  /** Whether the holder lives. Collections that ask at the same time share the answer. */
  #answers(): Promise<boolean> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined
    })
    return this.#asking
  }

  #ask(): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(ANSWER_WITHIN_MS, () => resolve(false))
      this.#onAnswer = () => {
        cancel()
        this.#refusedAt = this.#clock.now()
        resolve(true)
      }
      this.#channel.post({ type: 'upkeep-ask' } satisfies LockMessage)
    })
  }
}
