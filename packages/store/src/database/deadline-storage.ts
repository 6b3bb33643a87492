import type { CommitStrength, Storage, StoreName, Transaction, TransactionOptions } from './storage.ts'
import type { Clock } from './world.ts'

/** How long a call may wait for its turn at the database, unless the caller says otherwise. */
export const DEADLINE_MS = 60_000

/** A storage whose every transaction ends within a time of its own, unless it is given another. */
export class DeadlineStorage implements Storage {
  readonly #storage: Storage
  readonly #clock: Clock
  readonly #deadlineMs: number

  constructor(storage: Storage, clock: Clock, deadlineMs: number) {
    this.#storage = storage
    this.#clock = clock
    this.#deadlineMs = deadlineMs
  }

  get name(): string {
    return this.#storage.name
  }

  get hasOldStores(): boolean {
    return this.#storage.hasOldStores
  }

  read<T>(
    stores: readonly StoreName[],
    work: (transaction: Transaction) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T> {
    return this.#storage.read(stores, work, this.#ending(options))
  }

  write<T>(
    stores: readonly StoreName[],
    strength: CommitStrength,
    work: (transaction: Transaction) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T> {
    return this.#storage.write(stores, strength, work, this.#ending(options))
  }

  async rest(): Promise<void> {
    await this.#storage.rest?.()
  }

  async stir(): Promise<void> {
    await this.#storage.stir?.(this.#ending())
  }

  reconnect(): void {
    this.#storage.reconnect()
  }

  close(): void {
    this.#storage.close()
  }

  #ending({ endBy = this.#clock.now() + this.#deadlineMs, ...options }: TransactionOptions = {}): TransactionOptions {
    return { ...options, endBy }
  }
}
