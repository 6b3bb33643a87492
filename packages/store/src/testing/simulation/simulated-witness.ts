import type { WitnessStore } from '../../database/world.ts'
import type { SimulatedMachine } from './simulated-machine.ts'
import type { Life } from './virtual-time.ts'

/** How much of what was written last a power cut may take, in milliseconds. */
const UNSAFE_MS = 1_000

/** The few bytes outside the database, shared by all tabs. */
export class SimulatedWitnesses {
  readonly #machine: SimulatedMachine
  readonly #values = new Map<string, string>()
  #changes: { readonly at: number; readonly key: string; readonly before: string | undefined }[] = []

  constructor(machine: SimulatedMachine) {
    this.#machine = machine
  }

  of(life: Life): WitnessStore {
    return {
      read: (key) => this.#soon(life, 'read', () => (this.#isOut() ? undefined : this.#values.get(key))),
      write: (key, value) => this.#soon(life, 'write', () => (this.#isOut() ? undefined : this.#set(key, value))),
      remove: (key) => this.#soon(life, 'remove', () => (this.#isOut() ? undefined : this.#set(key, undefined))),
    }
  }

  /** Site data is cleared. */
  clear(): void {
    this.#values.clear()
    this.#changes = []
  }

  cutPower(): void {
    const { random, time } = this.#machine
    if (random.chance(0.5)) {
      for (const { at, key, before } of this.#changes.reverse()) if (at > time.now - UNSAFE_MS) this.#put(key, before)
    }
    this.#changes = []
  }

  #isOut(): boolean {
    return this.#machine.random.chance(this.#machine.faults.noWitness)
  }

  #set(key: string, value: string | undefined): void {
    const { now } = this.#machine.time
    this.#changes = this.#changes.filter(({ at }) => at > now - UNSAFE_MS)
    this.#changes.push({ at: now, key, before: this.#values.get(key) })
    this.#put(key, value)
  }

  #put(key: string, value: string | undefined): void {
    if (value === undefined) this.#values.delete(key)
    else this.#values.set(key, value)
  }

  #soon<T>(life: Life, what: string, run: () => T): Promise<T> {
    return new Promise((resolve) => {
      this.#machine.time.after(this.#machine.latency(), `witness ${what}`, life, () => resolve(run()))
    })
  }
}
