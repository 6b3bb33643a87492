import type { Locks } from '../../database/world.ts'
import type { SimulatedMachine } from './simulated-machine.ts'
import type { Life } from './virtual-time.ts'

/** The locks of all tabs. */
export class SimulatedLocks {
  readonly #machine: SimulatedMachine
  readonly #holders = new Map<string, { readonly life: Life }>()

  constructor(machine: SimulatedMachine) {
    this.#machine = machine
  }

  /** The locks as one tab has them. A crash lets go of them, a freeze does not. */
  of(life: Life): Locks {
    life.atEnd(() => {
      for (const [name, holder] of this.#holders) if (holder.life === life) this.#holders.delete(name)
    })
    return {
      hold: (name, how, work) =>
        new Promise((resolve, reject) => {
          this.#machine.time.after(this.#machine.latency(), `lock ${name}`, life, () => {
            this.#hold(life, name, how, work).then(resolve, reject)
          })
        }),
    }
  }

  async #hold<T>(life: Life, name: string, how: 'if-free' | 'steal', work: (isHeld: boolean) => Promise<T>): Promise<T> {
    if (how === 'if-free' && this.#holders.has(name)) return await work(false)
    const holder = { life }
    this.#holders.set(name, holder)
    try {
      return await work(true)
    } finally {
      // Whoever was stolen from holds nothing to let go of.
      if (this.#holders.get(name) === holder) this.#holders.delete(name)
    }
  }
}
