import { isVoisinError, NotFoundError, StorageError, StorageFullError, UnsupportedError, type VoisinError } from '@voisin/spec'

/** Where a database call failed. `commit`: after every request of the transaction had succeeded. */
export type FailureStage = 'open' | 'request' | 'commit'

/**
 * Makes one of our errors of what a browser threw. Judged by name and stage, not by message: the same full disk is a
 * QuotaExceededError in one engine, a DataError at commit in another, and an abort without any error in a third.
 */
export function storageError(cause: unknown, stage: FailureStage): VoisinError {
  if (isVoisinError(cause)) return cause
  const name = cause instanceof Error || cause instanceof DOMException ? cause.name : undefined
  const isFull = name === 'QuotaExceededError' || (stage === 'commit' && (cause == null || name === 'DataError'))
  if (isFull) {
    return new StorageFullError('There is no room left to store this. Nothing of this write was kept.', {
      remedy: 'Free space on the disk, or delete documents or collections, and try again.',
      dataState: 'intact',
      cause,
    })
  }
  if (name === 'VersionError') {
    return new StorageError('The database was written by a newer version of voisin.', {
      remedy: 'Reload the page to get the newer version.',
      dataState: 'intact',
      cause,
    })
  }
  if (stage === 'open' && (name === 'SecurityError' || name === 'ReferenceError')) return storageDenied(cause)
  return new StorageError(`IndexedDB failed${stage === 'open' ? ' to open' : ''}: ${messageOf(cause)}`, {
    remedy: 'Try again; if it stays, reload the page.',
    retryable: true,
    // A transaction that fails leaves nothing behind; only what was already stored may be unreadable.
    dataState: stage === 'open' ? 'unknown' : 'intact',
    cause,
  })
}

/** There is no IndexedDB for this page. */
export function storageDenied(cause?: unknown): UnsupportedError {
  return new UnsupportedError('This page may store nothing.', {
    expected: 'IndexedDB',
    received: cause === undefined ? 'a realm without it' : messageOf(cause),
    remedy:
      "In a sandboxed frame add allow-same-origin; elsewhere let the browser store this site's data, or open with durability: 'memory'.",
    ...(cause !== undefined && { cause }),
  })
}

/** The whole database was deleted while it was open. */
export function databaseDeleted(name: string): NotFoundError {
  return new NotFoundError(`The database "${name}" was deleted in another tab.`, {
    dataState: 'lost',
    remedy: 'Open the collection again to start it anew.',
  })
}

function messageOf(cause: unknown): string {
  if (cause instanceof Error || cause instanceof DOMException) return `${cause.name}${cause.message && `: ${cause.message}`}`
  return cause == null ? 'the transaction was aborted without a reason' : String(cause)
}
