import { CorruptDataError, StorageError } from '@voisin/spec'
import type { Storage } from '../database/storage.ts'
import type { Clock } from '../database/world.ts'
import type { BlockReference } from './block-reference.ts'
import { readBlocks } from './block-store.ts'

/** Reads back what was stored, while more is being stored. */
export class BlockProof {
  readonly #storage: Storage
  readonly #clock: Clock
  readonly #collection: number
  #proving: Promise<void> = Promise.resolve()

  constructor(storage: Storage, clock: Clock, collection: number) {
    this.#storage = storage
    this.#clock = clock
    this.#collection = collection
  }

  /** Takes in blocks that were committed. */
  begin(references: readonly BlockReference[]): void {
    const before = this.#proving
    const proof = this.#prove(references)
    this.#proving = Promise.all([before, proof]).then(() => {})
    // It is heard when it is asked for.
    this.#proving.catch(() => {})
  }

  /** Resolves when all that was taken in has been read. @throws {StorageError} Some of it is not there as it was written. */
  async end(): Promise<void> {
    await this.#proving
  }

  async #prove(references: readonly BlockReference[]): Promise<void> {
    for await (const { rows } of readBlocks(this.#storage, this.#clock, this.#collection, references)) {
      if (rows !== undefined) continue
      throw new StorageError('A block was written and cannot be read back.', {
        remedy: 'The disk may be failing. What was stored before is intact.',
        dataState: 'intact',
        cause: new CorruptDataError('The block read back is not the one written.'),
      })
    }
  }
}
