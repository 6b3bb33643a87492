import type { CollectionStatus, Durability, LongCallOptions, Notice } from '@voisin/spec'
import type { ReadyEntry } from './apply-entry.ts'
import type { CollectionState } from './collection-state.ts'
import type { Present } from './persistence/checkpoint.ts'
import type { Changes } from './persistence/entry-codec.ts'

/** A collection's whole state, read back. */
export interface Loaded {
  readonly state: CollectionState
  /** The last entry in it. */
  readonly lsn: number
  readonly dataState: CollectionStatus['dataState']
  /** What the caller should be told about how it was read. */
  readonly notices: readonly Notice[]
}

/** Entries in order; or `moved`: what is in memory is not the log's past any more, and has to be loaded again. */
export type Tail = readonly ReadyEntry[] | 'moved'

/**
 * Where a collection's entries become durable and get their place: IndexedDB, or nowhere. The collection calls one method at a
 * time, so an implementation needs no order of its own.
 */
export interface Backing {
  readonly durability: Durability
  /** The last entry that is folded into blocks; 0 where none is. */
  readonly checkpointLsn: number
  load(options: LongCallOptions): Promise<Loaded>
  /** Commits changes as one entry. Returns the entries after `after` that this collection has not seen, its own last. */
  append(changes: Changes, after: number, options: LongCallOptions): Promise<Tail>
  /** The entries after `after`. */
  since(after: number): Promise<Tail>
  /** Hears of every entry that was applied, with the first offset of each of its blocks and the next offset after it. */
  applied(entry: ReadyEntry, firstOffsets: readonly number[], nextOffset: number): void
  /** Tells other tabs of a write. */
  tell(lsn: number): void
  /** `listener` hears the lsn of each write in another tab. */
  onRemoteWrite(listener: (lsn: number) => void): void
  /** Starts upkeep in the background if it is due. */
  tend(now: () => Present): void
  /** Does what `tend` would do if it were due, and waits for it. */
  checkpoint(now: () => Present): Promise<void>
  flush(): Promise<void>
  /** Gives up what would keep other tabs waiting while this page is hidden or frozen. */
  pause(): void
  resume(): void
  close(): Promise<void>
}
