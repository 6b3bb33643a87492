import { CorruptDataError, isVoisinError, LimitError, NotFoundError, StorageError } from '@voisin/spec'
import { type CollectionRecord, stillExists } from './collection-records.ts'
import { type Changes, decodeEntry, encodeChanges, type LogEntry, sealEntry } from './entry-codec.ts'
import type { CommitStrength, Storage, Transaction } from './storage.ts'

// Chromium's newer backend refuses records above 127 MiB.
const LARGEST_ENTRY_BYTES = 64 * 2 ** 20

/**
 * From this size on Chromium keeps a value in a file of its own, which a relaxed commit does not sync: after a power cut the record
 * is there and cannot be read, and no later strict commit mends that.
 */
const UNSYNCED_BYTES = 60 * 1024

/** A record of the log as it lies there; `bytes` is undefined where it cannot be read at all. */
export interface LogRecord {
  readonly lsn: number
  readonly bytes: unknown
}

/** What follows from a row of records. */
export interface Replay {
  /** In order; each follows the one before, the first follows `after`. */
  readonly entries: readonly LogEntry[]
  /** Records that are damaged, or follow one that is. None of them may be applied. */
  readonly unreachable: readonly number[]
  /** Some record names an earlier past than `after`: another tab went on without what this one has. */
  readonly isForked: boolean
}

/**
 * Follows the chain of entries from `after`. Each entry names the one before it, so a hole or a damaged record ends the chain, and
 * whatever was written on top of it does not count: until an entry names the last good one and goes on from there.
 */
export function replay(records: readonly LogRecord[], after: number, dim: number): Replay {
  const entries: LogEntry[] = []
  const unreachable: number[] = []
  let last = after
  let isForked = false
  for (const { lsn, bytes } of records) {
    const entry = readEntry(bytes, lsn, dim)
    if (entry?.previous === last) {
      entries.push(entry)
      last = lsn
    } else {
      unreachable.push(lsn)
      if (entry !== undefined && entry.previous < after) isForked = true
    }
  }
  return { entries, unreachable, isForked }
}

function readEntry(bytes: unknown, lsn: number, dim: number): LogEntry | undefined {
  try {
    const entry = decodeEntry(bytes, dim)
    if (entry.lsn !== lsn) throw new CorruptDataError('A log entry lies in another one’s place.')
    return entry
  } catch (error) {
    if (isVoisinError(error) && error.code === 'corrupt-data') return undefined
    throw error
  }
}

export interface AppendResult {
  /** Entries that others committed since `after`, in order. */
  readonly missed: readonly LogEntry[]
  /** Place of the new entry, and the entry it follows. */
  readonly lsn: number
  readonly previous: number
}

/** One collection's log: one write is one record, committed by one short transaction. */
export class Log {
  readonly #storage: Storage
  readonly #record: CollectionRecord
  readonly #strength: CommitStrength
  /** Records up to here that are not reachable have been given up; see `replay`. */
  #givenUpThrough = 0

  constructor(storage: Storage, record: CollectionRecord, strength: CommitStrength) {
    this.#storage = storage
    this.#record = record
    this.#strength = strength
  }

  /** Goes on without the records up to `lsn` that cannot be reached. */
  giveUp(lsn: number): void {
    this.#givenUpThrough = Math.max(this.#givenUpThrough, lsn)
  }

  /**
   * Commits changes as the entry after the log's last. In the same transaction it reads what others have written since `after`,
   * so the new entry always follows a past that this tab knows.
   *
   * @param isWhole Looks, in the same transaction, whether all that the entry names is there.
   * @returns `moved` where that past is not `after`'s future, `unnamed` where `isWhole` says no; nothing was written then.
   */
  async append(
    changes: Changes,
    after: number,
    isWhole: (transaction: Transaction) => Promise<boolean> = async () => true,
  ): Promise<AppendResult | 'moved' | 'unnamed'> {
    const { dim, number: collection } = this.#record
    const encoded = encodeChanges(changes, dim)
    if (encoded.length > LARGEST_ENTRY_BYTES) {
      throw new LimitError('The updates and deletions of one write are too many.', {
        expected: `at most ${LARGEST_ENTRY_BYTES / 2 ** 20} MiB of them, encoded`,
        received: `${Math.ceil(encoded.length / 2 ** 20)} MiB`,
        remedy: 'Split them into several writes.',
      })
    }
    return await this.#storage.write(['collections', 'log', 'blocks'], this.#strength, async (transaction) => {
      await this.#checkExists(transaction)
      if (!(await isWhole(transaction))) return 'unnamed'
      const tail = (await transaction.lastItem('log', { collection })) ?? 0
      const past = await this.#readPast(transaction, after, tail)
      if (past === 'moved') return 'moved'
      const previous = past.at(-1)?.lsn ?? after
      const lsn = Math.max(tail, previous, this.#givenUpThrough) + 1
      await transaction.add('log', [collection, lsn], sealEntry(lsn, previous, encoded))
      return { missed: past, lsn, previous }
    })
  }

  /** Entries committed since `after`. */
  async since(after: number): Promise<readonly LogEntry[] | 'moved'> {
    const { number: collection } = this.#record
    return await this.#storage.read(['collections', 'log'], async (transaction) => {
      await this.#checkExists(transaction)
      const tail = (await transaction.lastItem('log', { collection })) ?? 0
      return await this.#readPast(transaction, after, tail)
    })
  }

  /** Every record from `from` on, each read on its own; one that cannot be read has no bytes. */
  async recordsApart(from: number): Promise<LogRecord[]> {
    const { number: collection } = this.#record
    const lsns = await this.#storage.read(['log'], (transaction) => transaction.items('log', { collection, from }))
    const records: LogRecord[] = []
    for (const lsn of lsns) records.push({ lsn, bytes: await this.#readAlone(lsn) })
    return records
  }

  /** Every record from `from` on, inside a transaction. */
  async recordsIn(transaction: Transaction, from: number): Promise<LogRecord[]> {
    const range = { collection: this.#record.number, from }
    const [lsns, records] = await Promise.all([transaction.items('log', range), transaction.getAll('log', range)])
    return lsns.map((lsn, i) => ({ lsn, bytes: records[i] }))
  }

  /**
   * Makes the entries after `after` safe against a power cut, where they were committed relaxed: those that a strict commit would
   * not sync are put again, and one strict commit syncs the rest. Returns the lsn up to which that holds.
   */
  async harden(after: number): Promise<number> {
    const { number: collection } = this.#record
    return await this.#storage.write(['log'], 'strict', async (transaction) => {
      const records = await this.recordsIn(transaction, after + 1)
      const last = records.at(-1)
      for (const record of records) {
        const { lsn, bytes } = record
        if (bytes instanceof Uint8Array && (bytes.length >= UNSYNCED_BYTES || record === last)) {
          await transaction.put('log', [collection, lsn], bytes)
        }
      }
      return last?.lsn ?? after
    })
  }

  async #readAlone(lsn: number): Promise<unknown> {
    try {
      return await this.#storage.read(['log'], (transaction) => transaction.get('log', [this.#record.number, lsn]))
    } catch (error) {
      if (error instanceof StorageError) return undefined
      throw error
    }
  }

  async #readPast(transaction: Transaction, after: number, tail: number): Promise<readonly LogEntry[] | 'moved'> {
    // The last entry is never trimmed: a tail before what we have applied is not the log we applied.
    if (tail < after && tail !== 0) return 'moved'
    const from = Math.max(after, this.#givenUpThrough) + 1
    if (tail < from) return []
    const { entries, unreachable, isForked } = replay(await this.recordsIn(transaction, from), after, this.#record.dim)
    if (isForked) return 'moved'
    // What cannot be reached before something that can was given up by whoever wrote that; at the end it may have to be reloaded.
    const last = entries.at(-1)?.lsn ?? after
    return unreachable.some((lsn) => lsn > last) ? 'moved' : entries
  }

  async #checkExists(transaction: Transaction): Promise<void> {
    if (await stillExists(transaction, this.#record)) return
    throw new NotFoundError(`The collection "${this.#record.name}" was deleted in another tab, or cleared by the browser.`, {
      dataState: 'lost',
      remedy: 'Open it again to start it anew.',
    })
  }
}
