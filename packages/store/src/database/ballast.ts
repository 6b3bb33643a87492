import { isVoisinError, StorageFullError } from '@voisin/spec'
import type { Storage } from './storage.ts'
import type { Clock } from './world.ts'

const KEY = ['ballast'] as const
/** What a database keeps in reserve, in bytes. */
export const BALLAST_BYTES: number = 8 * 2 ** 20
/** What the ballast repeats, in bytes: as far as a browser that compresses what it stores looks back for repetitions. */
const NOISE_BYTES = 65_536
/** Whether there is room for it is tried so often at most by writes; in milliseconds. */
const LOOK_EACH_MS = 5_000

/**
 * Space that is given up first when the disk is full, so that deleting and compacting have room to work in. Until it is back, nothing
 * else is written.
 */
export class Ballast {
  readonly #storage: Storage
  readonly #clock: Clock
  readonly #bytes: number
  #isGone = false
  #lookedAt = Number.NEGATIVE_INFINITY
  #isEnsured = false
  #restoring: Promise<boolean> | undefined

  /** @param bytes 0 for none. */
  constructor(storage: Storage, clock: Clock, bytes: number) {
    this.#storage = storage
    this.#clock = clock
    this.#bytes = bytes
  }

  /** Whether the disk is full: only what frees space is taken. */
  get isScarce(): boolean {
    return this.#isGone
  }

  /** Looks now and then whether it is there, until it is, and puts it there if it can. Having no room for it is no full disk yet. */
  async ensure(): Promise<void> {
    if (this.#isEnsured || this.#isGone || !this.#isTime) return
    this.#lookedAt = this.#clock.now()
    const found = await this.#storage.read(['meta'], (transaction) => transaction.lastKey('meta', { prefix: KEY }))
    this.#isEnsured = found !== undefined || (await this.restore())
  }

  /** Gives the space up. */
  async giveUp(): Promise<void> {
    this.#isGone = this.#bytes > 0
    this.#lookedAt = this.#clock.now()
    await this.#storage.write(['meta'], 'relaxed', (transaction) => transaction.delete('meta', KEY))
  }

  /** Takes the space again; false where there is no room for it. */
  async restore(): Promise<boolean> {
    if (this.#bytes === 0) return true
    this.#restoring ??= this.#restore().finally(() => {
      this.#restoring = undefined
    })
    return await this.#restoring
  }

  get #isTime(): boolean {
    return this.#clock.now() - this.#lookedAt >= LOOK_EACH_MS
  }

  async #restore(): Promise<boolean> {
    this.#lookedAt = this.#clock.now()
    try {
      await this.#storage.write(['meta'], 'strict', (transaction) => transaction.put('meta', KEY, noise(this.#bytes)))
    } catch (error) {
      if (!isVoisinError(error) || error.code !== 'storage-full') throw error
      return false
    }
    this.#isGone = false
    return true
  }

  /**
   * Room may have come back without our doing: it is looked for now and then.
   * @throws {StorageFullError} The disk is full.
   */
  async checkRoom(): Promise<void> {
    if (!this.#isGone) return
    // Whoever frees space may be taking it back at this moment.
    if (this.#restoring !== undefined && (await this.#restoring)) return
    if (this.#isTime && (await this.restore())) return
    throw new StorageFullError('The disk is full: only deletions are taken until there is room again.', {
      dataState: 'intact',
      remedy: 'Free space on the disk, or delete points or collections, and try again.',
    })
  }
}

/** Chromium and Firefox compress what they store: zeros would take no space, and give none back. */
function noise(length: number): Uint8Array {
  const noise = new Uint8Array(length)
  const part = crypto.getRandomValues(new Uint8Array(Math.min(length, NOISE_BYTES)))
  for (let at = 0; at < length; at += part.length) noise.set(part.subarray(0, length - at), at)
  return noise
}
