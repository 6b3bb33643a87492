import { decodeIfWhole, type LogEntry } from './entry-codec.ts'

/** A record of the log as it lies there; `bytes` is undefined where it cannot be read at all. */
export interface LogRecord {
  readonly lsn: number
  readonly bytes: unknown
  /** Its read failed, three times: nobody knows yet whether it is damaged. */
  readonly isUnreadable?: boolean
}

/** Where a state of the log ends: what the next entry follows. */
export interface Position {
  /** 0 before the first entry. */
  readonly lsn: number
  readonly checksum: number
  /** Of the next upserted point. */
  readonly nextOrdinal: number
}

/** Stands for that of an entry that could not be read when it was followed. */
export const UNKNOWN_CHECKSUM = 0

export const BEGINNING: Position = { lsn: 0, checksum: 0, nextOrdinal: 0 }

/** What follows from a row of records. */
export interface Replay {
  /** To be applied, in order. */
  readonly entries: readonly LogEntry[]
  /** Lsns of entries that count and are damaged or gone. */
  readonly lost: readonly number[]
  /** Lsns of entries that may count and could not be read. */
  readonly unreadable: readonly number[]
  /** Whether the chain goes on from `base`. Where not, another manifest may be its past. */
  readonly followsBase: boolean
  /** Where the next entry goes: behind everything, lost entries included. */
  readonly end: Position
}

/**
 * Which entries after `base` count. Read backwards: each whole entry names the one before it by lsn and checksum, so what lies between
 * the two was given up by whoever wrote the later one. A damaged or missing one costs itself alone.
 *
 * @param records In order of lsn; those up to `base` are passed over.
 */
export function replay(
  records: readonly LogRecord[],
  base: Position,
  collection: number,
  dims: ReadonlyMap<string, number>,
): Replay {
  const entries: LogEntry[] = []
  const lost: number[] = []
  const unreadable: number[] = []
  // What the entry looked at last says comes before it; undefined where nothing is known.
  let expected: { readonly lsn: number; readonly checksum: number } | undefined
  const later = records.filter(({ lsn }) => lsn > base.lsn)
  for (const { lsn, bytes, isUnreadable = false } of later.toReversed()) {
    if (expected !== undefined && lsn > expected.lsn) continue
    const entry = isUnreadable ? undefined : decodeIfWhole(bytes, collection, lsn, dims)
    const isMissing = expected !== undefined && lsn < expected.lsn
    if (isMissing) lost.push(expected!.lsn)
    const isAnother = !isMissing && expected !== undefined && entry !== undefined && !isSame(entry.checksum, expected.checksum)
    if (entry === undefined || isAnother) {
      if (isUnreadable) unreadable.push(lsn)
      else lost.push(lsn)
      expected = undefined
    } else {
      entries.push(entry)
      expected = { lsn: entry.previous, checksum: entry.previousChecksum }
    }
  }
  entries.reverse()
  if (expected !== undefined && expected.lsn > base.lsn) lost.push(expected.lsn)
  const followsBase =
    expected === undefined || expected.lsn > base.lsn || (expected.lsn === base.lsn && isSame(expected.checksum, base.checksum))
  const end = endOf(entries, base, later)
  return { entries, lost: lost.toSorted(ascending), unreadable: unreadable.toSorted(ascending), followsBase, end }
}

function endOf(entries: readonly LogEntry[], base: Position, later: readonly LogRecord[]): Position {
  const last = entries.at(-1)
  const known: Position =
    last === undefined ? base : { lsn: last.lsn, checksum: last.checksum, nextOrdinal: last.firstOrdinal + last.upsertCount }
  const tail = later.at(-1)?.lsn ?? base.lsn
  if (tail <= known.lsn) return known
  // The next entry follows what it cannot read.
  return { lsn: tail, checksum: UNKNOWN_CHECKSUM, nextOrdinal: known.nextOrdinal }
}

/** Whether two checksums may be the same entry's. */
export function isSame(a: number, b: number): boolean {
  return a === b || a === UNKNOWN_CHECKSUM || b === UNKNOWN_CHECKSUM
}

function ascending(a: number, b: number): number {
  return a - b
}
