import { NotFoundError } from '@voisin/spec'
import { isInCatalog } from '../database/catalog.ts'
import { type CollectionRecord, dimsOf } from '../database/collection-record.ts'
import { patiently, UNREADABLE } from '../database/patiently.ts'
import type { Storage, StoreName, Transaction } from '../database/storage.ts'
import type { Clock } from '../database/world.ts'
import type { Commitment } from './commit-safety.ts'
import { type LogEntry, sealEntry } from './entry-codec.ts'
import { isSame, type LogRecord, type Position, replay } from './replay.ts'

/**
 * What a transaction that appends may touch, and nothing besides: it waits for every other that does. Blocks, where it has to see
 * whether those of its entry are there, or to read those of others; the mark, where it leaves it, and where it is relaxed: what takes
 * the mark away must come before it or after it.
 */
export function appendStores(withBlocks: boolean, { strength, leavesMark }: Commitment): StoreName[] {
  const needsMark = leavesMark || strength === 'relaxed'
  return [
    'catalog',
    'entries',
    'manifests',
    ...(withBlocks ? (['blocks'] as const) : []),
    ...(needsMark ? (['meta'] as const) : []),
  ]
}

/** One collection's log: one write is one record. */
export class Log {
  readonly record: CollectionRecord
  readonly dims: ReadonlyMap<string, number>
  readonly #storage: Storage
  readonly #clock: Clock

  constructor(storage: Storage, clock: Clock, record: CollectionRecord) {
    this.#storage = storage
    this.#clock = clock
    this.record = record
    this.dims = dimsOf(record)
  }

  /**
   * What others have committed since `known`, in order; `moved` where that is not the log's past any more, or cannot be told without
   * looking closer: then all has to be loaded anew.
   *
   * @param foldedAt Where the newest manifest ends, undefined where none can be read; asked only where the log ends before `known`.
   */
  async past(
    transaction: Transaction,
    known: Position,
    foldedAt: () => Promise<Position | undefined>,
  ): Promise<readonly LogEntry[] | 'moved'> {
    const prefix = [this.record.number]
    const tail = lsnOf(await transaction.lastKey('entries', { prefix })) ?? 0
    if (tail === known.lsn && tail > 0) return []
    if (tail <= known.lsn) {
      // Nothing was written yet; a checkpoint has folded the log and trimmed it; or its end is gone.
      const folded = await foldedAt()
      return folded === undefined || (folded.lsn === known.lsn && isSame(folded.checksum, known.checksum)) ? [] : 'moved'
    }
    const records = await this.recordsIn(transaction, known.lsn + 1)
    const { entries, lost, followsBase } = replay(records, known, this.record.number, this.dims)
    return followsBase && lost.length === 0 ? entries : 'moved'
  }

  /** Adds an entry behind `previous`; nothing else may have been added since that was looked at. */
  async add(
    transaction: Transaction,
    previous: Position,
    lsn: number,
    body: Uint8Array,
    { isStrict, upsertCount }: { readonly isStrict: boolean; readonly upsertCount: number },
  ): Promise<Uint8Array> {
    const header = {
      collection: this.record.number,
      lsn,
      previous: previous.lsn,
      previousChecksum: previous.checksum,
      isStrict,
      firstOrdinal: previous.nextOrdinal,
      upsertCount,
    }
    const record = sealEntry(header, body)
    await transaction.add('entries', [this.record.number, lsn], record)
    return record
  }

  /** Every record from `from` on, inside a transaction. */
  async recordsIn(transaction: Transaction, from: number): Promise<LogRecord[]> {
    const range = { prefix: [this.record.number], from }
    const [keys, records] = await Promise.all([transaction.keys('entries', range), transaction.getAll('entries', range)])
    return keys.map((key, i) => ({ lsn: lsnOf(key)!, bytes: records[i] }))
  }

  /** Every record from `from` on, each read on its own and patiently: one that cannot be read does not hide the others. */
  async recordsApart(from: number): Promise<LogRecord[]> {
    const prefix = [this.record.number]
    const keys = await this.#storage.read(['entries'], (transaction) => transaction.keys('entries', { prefix, from }))
    const records: LogRecord[] = []
    for (const key of keys) {
      const read = () => this.#storage.read(['entries'], (transaction) => transaction.get('entries', key))
      const bytes = await patiently(this.#storage, this.#clock, read)
      records.push({ lsn: lsnOf(key)!, bytes, isUnreadable: bytes === UNREADABLE })
    }
    return records
  }

  async checkExists(transaction: Transaction): Promise<void> {
    if (await isInCatalog(transaction, this.record)) return
    throw new NotFoundError(`The collection "${this.record.name}" was deleted in another tab, or cleared by the browser.`, {
      dataState: 'lost',
      remedy: 'Open it again to start it anew.',
    })
  }
}

export function lsnOf(key: unknown): number | undefined {
  return key === undefined ? undefined : ((key as readonly number[])[1] as number)
}
