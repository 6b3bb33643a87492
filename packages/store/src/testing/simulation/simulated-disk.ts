import { type CommitStrength, type Key, OLD_STORES, STORES, type StoreName } from '../../database/storage.ts'
import type { SeededRandom } from './seeded-random.ts'
import { SortedRecords, type StoredRecord } from './sorted-records.ts'

/** Chromium keeps values from this size on in files of their own. */
export const FILE_BYTES = 65_536
/** What a record takes beside its bytes. */
const RECORD_BYTES = 100

/** What a change replaced: enough to take it back. */
export interface Replaced {
  readonly store: StoreName
  readonly key: Key
  readonly before: StoredRecord | undefined
}

/** A transaction, as the disk sees it: it waits until those it overlaps with are over. */
export interface Queued {
  readonly stores: readonly StoreName[]
  readonly isWriter: boolean
  /** Its turn has come. */
  start(): void
}

/** One database, shared by all tabs: what is committed, and how much of it would survive a power cut. */
export class SimulatedDisk {
  readonly name: string
  /** Bytes that all records together may take. */
  quota: number = Number.POSITIVE_INFINITY
  usedBytes = 0
  readonly #stores = new Map<StoreName, SortedRecords>()
  /** Commits since the last strict one, the oldest first: a power cut takes the last of them, from some point on. */
  #unsynced: (readonly Replaced[])[] = []
  readonly #queue: { readonly queued: Queued; isStarted: boolean }[] = []

  constructor(name: string) {
    this.name = name
    for (const store of [...STORES, ...Object.values(OLD_STORES)]) this.#stores.set(store, new SortedRecords())
  }

  records(store: StoreName): SortedRecords {
    return this.#stores.get(store)!
  }

  /** Changes a record and says what stood there. Bytes are copied. */
  change(store: StoreName, key: Key, bytes: Uint8Array | undefined, strength: CommitStrength): Replaced {
    const isUnsafe = strength === 'relaxed' && (bytes?.length ?? 0) >= FILE_BYTES
    return this.#replace(store, key, bytes && { bytes: bytes.slice(), isReadable: true, isUnsafe })
  }

  /** Takes changes back, the last first. */
  undo(replaced: readonly Replaced[]): void {
    for (let i = replaced.length - 1; i >= 0; i--) {
      const { store, key, before } = replaced[i]!
      this.#replace(store, key, before)
    }
  }

  /** The changes stay. A strict commit pushes those before it to the platter too, but not the files they left behind. */
  commit(replaced: readonly Replaced[], strength: CommitStrength): void {
    if (strength === 'strict') this.#unsynced = []
    else this.#unsynced.push(replaced)
  }

  /** The power goes. No transaction may be open. Returns how many commits and records it took. */
  cutPower(random: SeededRandom): { readonly commits: number; readonly records: number } {
    const kept = random.chance(0.3) ? 0 : random.below(this.#unsynced.length + 1)
    const lost = this.#unsynced.splice(kept)
    for (const replaced of lost.reverse()) this.undo(replaced)
    this.#unsynced = []
    let records = 0
    for (const [name, store] of this.#stores) {
      for (const key of [...store.keys]) {
        const record = store.get(key)!
        if (!record.isUnsafe) continue
        const isReadable = record.isReadable && random.chance(0.3)
        if (!isReadable) records++
        this.#replace(name, key, { bytes: record.bytes, isReadable, isUnsafe: !isReadable })
      }
    }
    return { commits: lost.length, records }
  }

  /** Adds a transaction to the queue; it is told when its turn has come, at once where nothing is in its way. */
  enqueue(queued: Queued): void {
    this.#queue.push({ queued, isStarted: false })
    this.#startNext()
  }

  /** A transaction is over, or does not want its turn any more. */
  leave(queued: Queued): void {
    const place = this.#queue.findIndex((item) => item.queued === queued)
    if (place >= 0) this.#queue.splice(place, 1)
    this.#startNext()
  }

  /** Places a record beneath everything, as a broken disk or a foreign hand does. */
  tamper(store: StoreName, key: Key, bytes: Uint8Array | undefined): void {
    this.#replace(store, key, bytes && { bytes, isReadable: true, isUnsafe: false })
  }

  /** All records there are: where they are and what they hold. */
  dump(): { readonly store: StoreName; readonly key: Key; readonly record: StoredRecord }[] {
    return [...this.#stores].flatMap(([store, records]) => records.keys.map((key) => ({ store, key, record: records.get(key)! })))
  }

  #replace(store: StoreName, key: Key, record: StoredRecord | undefined): Replaced {
    const before = this.records(store).set(key, record)
    if (before !== undefined) this.usedBytes -= before.bytes.length + RECORD_BYTES
    if (record !== undefined) this.usedBytes += record.bytes.length + RECORD_BYTES
    return { store, key, before }
  }

  #startNext(): void {
    for (const [place, item] of [...this.#queue].entries()) {
      if (item.isStarted) continue
      const isBlocked = this.#queue.some(
        (earlier, at) =>
          at < place &&
          (earlier.queued.isWriter || item.queued.isWriter) &&
          earlier.queued.stores.some((store) => item.queued.stores.includes(store)),
      )
      if (isBlocked) continue
      item.isStarted = true
      item.queued.start()
    }
  }
}
