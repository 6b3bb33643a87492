import type { Key, Storage, StoreName, Transaction } from '../../database/storage.ts'
import type { World } from '../../database/world.ts'
import { SimulatedMachine } from './simulated-machine.ts'
import { simulatedWorld } from './simulated-world.ts'
import type { Life } from './virtual-time.ts'

export const ENTRIES: readonly StoreName[] = ['entries']
export const record = (length: number, fill = 1): Uint8Array => new Uint8Array(length).fill(fill)

/** Adds an entry. */
export const adding =
  (lsn: number, length = 10) =>
  (transaction: Transaction): Promise<void> =>
    transaction.add('entries', [1, lsn], record(length))

/** A machine to try single parts of the simulator on. */
export class Bench {
  readonly machine: SimulatedMachine
  #count = 0

  constructor(seed: number) {
    this.machine = new SimulatedMachine(seed)
  }

  tab(): { life: Life; world: World } {
    const life = this.machine.newLife(`tab${++this.#count}`)
    return { life, world: simulatedWorld(this.machine, life) }
  }

  async storage(): Promise<{ life: Life; storage: Storage }> {
    const { life, world } = this.tab()
    return { life, storage: await this.of(world.openStorage('d', {}, 60_000)) }
  }

  /** How a promise ends, once enough virtual time has passed. */
  async of<T>(promise: Promise<T>): Promise<T> {
    let isDone = false
    const end = () => {
      isDone = true
    }
    promise.then(end, end)
    await this.machine.time.run(() => isDone, 100_000)
    if (!isDone) throw new Error('It never ended.')
    return await promise
  }

  keys(): readonly Key[] {
    return this.machine.disk('d').records('entries').keys
  }
}
