import { ClosedError, StorageError, type VoisinError } from '@voisin/spec'
import type { CommitStrength, Key, Storage, StoreName, Transaction, TransactionOptions } from '../../database/storage.ts'
import { databaseDeleted } from '../../database/storage-errors.ts'
import type { StorageEvents } from '../../database/world.ts'
import type { SimulatedDisk } from './simulated-disk.ts'
import type { SimulatedMachine } from './simulated-machine.ts'
import { type Connection, SimulatedTransaction } from './simulated-transaction.ts'
import type { Life } from './virtual-time.ts'

/** How a record that cannot be read just now becomes readable again. */
type Tear = { left: number } | 'until-reconnected'

/** A tab's connection to the disk. */
export class SimulatedStorage implements Storage, Connection {
  readonly name: string
  readonly hasOldStores = false
  readonly machine: SimulatedMachine
  readonly life: Life
  readonly disk: SimulatedDisk
  readonly #events: StorageEvents
  readonly #tears = new Map<string, Tear>()
  readonly #open = new Set<SimulatedTransaction>()
  /** What every call after the end is answered with. */
  #ended: VoisinError | undefined

  constructor(machine: SimulatedMachine, life: Life, disk: SimulatedDisk, events: StorageEvents) {
    this.name = disk.name
    this.machine = machine
    this.life = life
    this.disk = disk
    this.#events = events
    machine.storages.add(this)
  }

  read<T>(
    stores: readonly StoreName[],
    work: (transaction: Transaction) => Promise<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    return this.#run(stores, undefined, work, options)
  }

  write<T>(
    stores: readonly StoreName[],
    strength: CommitStrength,
    work: (transaction: Transaction) => Promise<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    return this.#run(stores, strength, work, options)
  }

  reconnect(): void {
    this.#tears.clear()
  }

  close(): void {
    this.#end(new ClosedError(`The database "${this.name}" was closed.`))
  }

  #end(error: VoisinError): void {
    this.#ended ??= error
    if (this.#open.size === 0) this.machine.storages.delete(this)
  }

  isTorn(store: StoreName, key: Key): boolean {
    const { random, faults } = this.machine
    if (faults.tornRead === 0) return false
    const place = `${store} ${JSON.stringify(key)}`
    const tear = this.#tears.get(place)
    if (tear === 'until-reconnected') return true
    if (tear !== undefined && tear.left > 0) {
      tear.left--
      return true
    }
    // What was torn once stays whole for this connection.
    if (tear !== undefined || !random.chance(faults.tornRead)) return false
    this.#tears.set(place, random.chance(0.3) ? 'until-reconnected' : { left: random.below(2) })
    return true
  }

  /** The tab is gone, and its transactions end either way. */
  abandon(): void {
    this.machine.storages.delete(this)
    for (const transaction of [...this.#open]) transaction.abandon()
  }

  /** The browser closes the connection; the next call opens another. */
  terminate(): void {
    if (this.#ended !== undefined) return
    this.reconnect()
    for (const transaction of [...this.#open]) transaction.terminate(connectionLost())
    this.machine.time.after(0, 'terminated', this.life, () => this.#events.onTerminated?.())
  }

  /** The database is not what it was: this connection is of no use any more. */
  replaced(how: 'deleted' | 'newer-version'): void {
    if (this.#ended !== undefined) return
    for (const transaction of [...this.#open]) transaction.terminate(connectionLost())
    this.#end(how === 'deleted' ? databaseDeleted(this.name) : new ClosedError('Another tab opened a newer version.'))
    this.machine.storages.delete(this)
    this.machine.time.after(0, how, this.life, () => this.#events.onReplaced?.(how))
  }

  async #run<T>(
    stores: readonly StoreName[],
    strength: CommitStrength | undefined,
    work: (transaction: Transaction) => Promise<T>,
    options: TransactionOptions,
  ): Promise<T> {
    if (this.#ended !== undefined) throw this.#ended
    const transaction = new SimulatedTransaction<T>(this, stores, strength, work, options)
    const open = transaction as SimulatedTransaction
    this.#open.add(open)
    try {
      return await transaction.done
    } catch (cause) {
      const ended = this.#ended as VoisinError | undefined
      if (ended?.code === 'not-found') throw ended
      throw cause
    } finally {
      this.#open.delete(open)
      if (this.#ended !== undefined && this.#open.size === 0) this.machine.storages.delete(this)
    }
  }
}

function connectionLost(): StorageError {
  return new StorageError('IndexedDB failed: the connection was lost.', { dataState: 'intact', retryable: true })
}
