import type { CollectionStatus, Durability, LongCallOptions, Notice, VoisinError } from '@voisin/spec'
import type { CheckpointEnd, CheckpointOptions, Present } from '../checkpoint/checkpointer.ts'
import type { EntryBody } from '../log/entry-codec.ts'
import type { Position } from '../log/replay.ts'
import type { PointColumns } from '../points/point-columns.ts'
import type { CollectionState, ReadyEntry } from '../state/collection-state.ts'

/** A collection's whole state, as it came from its journal. */
export interface OpenedState {
  readonly state: CollectionState
  readonly position: Position
  readonly dataState: CollectionStatus['dataState']
  /** What the caller should be told about how it was read. */
  readonly notices: readonly Notice[]
}

/** A write that is to get its place. */
export interface AppendRequest {
  readonly upserts: PointColumns
  /** Where memory is. */
  readonly known: () => Position
  /** Takes in what others have committed. Called before `resolve`, where there is something. */
  readonly takeIn: (entries: readonly ReadyEntry[]) => void
  /** What else the write does, once memory is at the log's end; may refuse, and then nothing is written. */
  readonly resolve: () => Pick<EntryBody, 'updates' | 'deletes'>
  /** Whether `resolve` gives something else where the end is another. */
  readonly dependsOnEnd: boolean
}

/** An entry of this tab's own that is committed; or `moved`: memory is not the log's past any more, and has to be loaded again. */
export type Appended = ReadyEntry | 'moved'

/**
 * Where a collection's writes become durable and get their place: IndexedDB, or nowhere. The collection calls one method at a time,
 * except for upkeep, which runs beside.
 */
export interface Journal {
  readonly durability: Durability
  /** The last entry that is folded into blocks; 0 where none is. */
  readonly checkpointLsn: number
  /** Why nothing is written, where nothing is. */
  readonly whyReadOnly: VoisinError | undefined
  /** Nothing is folded, for something cannot be read at this time. */
  readonly keepsLog: boolean
  load(options: LongCallOptions): Promise<OpenedState>
  append(request: AppendRequest, options: LongCallOptions): Promise<Appended>
  /** The entries after `known`. */
  since(known: Position): Promise<readonly ReadyEntry[] | 'moved'>
  /** Hears of every entry that was applied, with the next offset after it. */
  applied(entry: ReadyEntry, nextOffset: number): void
  checkpoint(now: () => Present, options: CheckpointOptions): Promise<CheckpointEnd>
  /** Takes over what another tab has folded. `moved`: it may hold what memory lacks, and all is to be loaded anew. */
  adopt(now: () => Present): Promise<CheckpointEnd>
  /** Gives up what only older states need; resolves to whether none of it is left. @param dropsAside What was set aside, too. */
  purge(dropsAside: boolean): Promise<boolean>
  /** Makes all that was read and written here safe against a power cut. */
  flush(): Promise<void>
  /** What is stored may be gone: the next flush looks. */
  doubt(): void
  close(): Promise<void>
}

/** Where an entry ends. */
export function endOf({ entry }: ReadyEntry, state: CollectionState): Position {
  return { lsn: entry.lsn, checksum: entry.checksum, nextOrdinal: state.nextOrdinal }
}

/** As it is told where a collection was there before, and nothing of it is left. */
export function lost(opened: OpenedState): OpenedState {
  const message = 'This collection was stored in this browser before, and nothing of it is left.'
  return { ...opened, dataState: 'lost', notices: [...opened.notices, { kind: 'data-loss', message }] }
}
