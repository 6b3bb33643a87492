import { isVoisinError, StorageFullError } from '@voisin/spec'
import type { Storage } from './storage.ts'

const KEY = ['ballast'] as const
/** What a database keeps in reserve, in bytes. */
export const BALLAST_BYTES: number = 8 * 2 ** 20

/**
 * Space that is given up first when the disk is full, so that deleting and compacting have room to work in. Until it is back, nothing
 * else is written.
 */
export class Ballast {
  readonly #storage: Storage
  readonly #bytes: number
  #isGone = false
  #isEnsured = false

  /** @param bytes 0 for none. */
  constructor(storage: Storage, bytes: number) {
    this.#storage = storage
    this.#bytes = bytes
  }

  /** Whether the disk is full: only what frees space is taken. */
  get isScarce(): boolean {
    return this.#isGone
  }

  /** Looks whether it is there, once, and puts it there if it can. */
  async ensure(): Promise<void> {
    if (this.#isEnsured) return
    this.#isEnsured = true
    const found = await this.#storage.read(['meta'], (transaction) => transaction.lastKey('meta', { prefix: KEY }))
    if (found === undefined) await this.restore()
  }

  /** Gives the space up. */
  async giveUp(): Promise<void> {
    this.#isGone = this.#bytes > 0
    await this.#storage.write(['meta'], 'relaxed', (transaction) => transaction.delete('meta', KEY))
  }

  /** Takes the space again; false where there is no room for it. */
  async restore(): Promise<boolean> {
    if (this.#bytes === 0) return true
    try {
      await this.#storage.write(['meta'], 'strict', (transaction) => transaction.put('meta', KEY, new Uint8Array(this.#bytes)))
    } catch (error) {
      if (!isVoisinError(error) || error.code !== 'storage-full') throw error
      this.#isGone = true
      return false
    }
    this.#isGone = false
    return true
  }

  /** @throws {StorageFullError} The disk is full. */
  checkRoom(): void {
    if (!this.#isGone) return
    throw new StorageFullError('The disk is full: only deletions are taken until there is room again.', {
      dataState: 'intact',
      remedy: 'Free space on the disk, or delete points or collections, and try again.',
    })
  }
}
