import type { Clock, WitnessStore } from './world.ts'

/** How far it may be behind, in milliseconds. */
const LAG_MS = 1_000

/** What is remembered of a collection outside its database. */
export interface Testimony {
  readonly number: number
  readonly lsn: number
}

/** Remembers, at most a second behind, which collection there is under a name and how far its log goes. */
export class Witness {
  readonly #store: WitnessStore
  readonly #clock: Clock
  readonly #key: string
  readonly #number: number
  readonly #isThere: () => Promise<boolean>
  #lsn = 0
  #cancel: (() => void) | undefined
  #isForgotten = false

  /** @param isThere Whether the collection still exists: of one that was deleted nothing is remembered. */
  constructor(store: WitnessStore, clock: Clock, key: string, number: number, isThere: () => Promise<boolean>) {
    this.#store = store
    this.#clock = clock
    this.#key = key
    this.#number = number
    this.#isThere = isThere
  }

  /** Hears of the last write. */
  heard(lsn: number): void {
    this.#lsn = Math.max(this.#lsn, lsn)
    if (!this.#isForgotten) this.#cancel ??= this.#clock.after(LAG_MS, () => void this.#write())
  }

  /** The collection was deleted: nothing more is remembered of it. */
  forget(): void {
    this.#isForgotten = true
    this.#cancel?.()
    this.#cancel = undefined
  }

  async close(): Promise<void> {
    if (this.#cancel === undefined) return
    this.#cancel()
    await this.#write()
  }

  async #write(): Promise<void> {
    this.#cancel = undefined
    if (!(await this.#isThere().catch(() => false))) return
    // Another tab may have seen more.
    const before = await readTestimony(this.#store, this.#key)
    if (before?.number === this.#number && before.lsn >= this.#lsn) return
    await this.#store.write(this.#key, JSON.stringify({ number: this.#number, lsn: this.#lsn } satisfies Testimony))
    // Deleted meanwhile: whoever did that has looked too early to take this away.
    if (await this.#isThere().catch(() => true)) return
    const now = await readTestimony(this.#store, this.#key)
    if (now?.number === this.#number) await this.#store.remove(this.#key)
  }
}

export function witnessKey(database: string, collection: string): string {
  // Names may hold any character: put together without a quote, two pairs could be one.
  return JSON.stringify([database, collection])
}

/** What is remembered, or undefined where nothing is. */
export async function readTestimony(store: WitnessStore, key: string): Promise<Testimony | undefined> {
  const json = await store.read(key)
  if (json === undefined) return undefined
  try {
    const { number, lsn } = JSON.parse(json) as Partial<Testimony>
    return typeof number === 'number' && typeof lsn === 'number' ? { number, lsn } : undefined
  } catch {
    return undefined
  }
}
