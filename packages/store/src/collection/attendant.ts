import type { ReadyEntry } from '../state/collection-state.ts'

/** Whoever looks after a collection, and what it is told. */
export interface Attendant {
  /** @throws {StorageFullError} Only what frees space is taken now. */
  checkRoom(): Promise<void>
  /** Entries were applied. */
  onApplied(entries: readonly ReadyEntry[], isOwn: boolean): void
  /** A write of this tab's own was acknowledged. */
  onWritten(lsn: number): void
  /**
   * A write failed for want of space; resolves to whether a deletion may be tried once more.
   * @param pauseMs How long to wait for space that comes back late.
   */
  onFull(pauseMs: number, signal: AbortSignal | undefined): Promise<boolean>
  /** Space was freed: what was given up on a full disk can be taken again. */
  onFreed(): Promise<void>
  /** Something has been linked, which others need not make again. */
  onLinked(): void
  onClose(): Promise<void>
}

/** Looks after nothing: for a collection in memory. */
export const NOBODY: Attendant = {
  checkRoom: async () => {},
  onApplied() {},
  onWritten() {},
  onFull: async () => false,
  onFreed: async () => {},
  onLinked() {},
  onClose: async () => {},
}
