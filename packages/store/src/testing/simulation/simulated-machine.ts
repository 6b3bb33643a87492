import { SeededRandom } from './seeded-random.ts'
import { SimulatedChannels } from './simulated-channel.ts'
import { SimulatedDisk } from './simulated-disk.ts'
import { type FaultRates, NO_FAULTS } from './simulated-faults.ts'
import { SimulatedLocks } from './simulated-locks.ts'
import type { SimulatedStorage } from './simulated-storage.ts'
import type { SimulatedTransaction } from './simulated-transaction.ts'
import { SimulatedWitnesses } from './simulated-witness.ts'
import { Life, VirtualTime } from './virtual-time.ts'

/** One computer with one browser: what all tabs share. */
export class SimulatedMachine {
  readonly time: VirtualTime
  readonly random: SeededRandom
  readonly locks: SimulatedLocks
  readonly channels: SimulatedChannels
  readonly witnesses: SimulatedWitnesses
  faults: FaultRates = NO_FAULTS
  /** What the code did that no browser forgives. */
  readonly violations: string[] = []
  /** Transactions that have begun and are not over. */
  readonly transactions: Set<SimulatedTransaction> = new Set()
  readonly storages: Set<SimulatedStorage> = new Set()
  readonly #disks = new Map<string, SimulatedDisk>()
  readonly #numbers: SeededRandom
  readonly #lives = new Set<Life>()
  readonly #given = new Set<number>()

  constructor(seed: number) {
    this.random = new SeededRandom(seed)
    this.#numbers = new SeededRandom(seed ^ 0x5bd1e995)
    this.time = new VirtualTime(new SeededRandom(seed ^ 0x27d4eb2f))
    this.locks = new SimulatedLocks(this)
    this.channels = new SimulatedChannels(this)
    this.witnesses = new SimulatedWitnesses(this)
    this.time.watch(() => {
      for (const transaction of this.transactions) transaction.checkNotIdle()
    })
  }

  disk(name: string): SimulatedDisk {
    let disk = this.#disks.get(name)
    if (disk === undefined) {
      disk = new SimulatedDisk(name)
      this.#disks.set(name, disk)
    }
    return disk
  }

  newLife(name: string): Life {
    const life = new Life(name)
    this.#lives.add(life)
    life.atEnd(() => this.#lives.delete(life))
    return life
  }

  randomNumber(): number {
    for (;;) {
      const number = this.#numbers.below(2 ** 24) * 2 ** 24 + this.#numbers.below(2 ** 24)
      if (this.#given.has(number)) continue
      this.#given.add(number)
      return number
    }
  }

  /** How long something takes: mostly nothing to speak of. */
  latency(): number {
    if (this.random.chance(this.faults.slow)) return this.random.between(5, 2_000)
    return this.random.chance(0.5) ? 0 : this.random.between(0, 2)
  }

  /** A tab goes, in the middle of whatever it did. */
  crash(life: Life): void {
    for (const storage of [...this.storages]) if (storage.life === life) storage.abandon()
    life.end(this.time.now)
  }

  /** The browser dies. What is committed stays. */
  kill(): void {
    for (const life of [...this.#lives]) this.crash(life)
    // A transaction whose tab is gone, or that was committing, has ended either way by now.
    for (const transaction of [...this.transactions]) transaction.abandon()
  }

  /** The power goes: the browser dies, and the disk forgets what was never pushed to it. */
  cutPower(): string {
    this.kill()
    this.witnesses.cutPower()
    const lost = [...this.#disks.values()].map((disk) => disk.cutPower(this.random))
    return lost.map(({ commits, records }) => `${commits} commits lost, ${records} records unreadable`).join('; ')
  }

  /** The user, or another tab's code, deletes the database. */
  deleteDatabase(name: string): void {
    for (const storage of [...this.storages]) if (storage.name === name) storage.replaced('deleted')
    this.#disks.delete(name)
  }
}
