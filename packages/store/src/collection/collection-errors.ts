import { StorageError } from '@voisin/spec'

export function othersTidyUp(): StorageError {
  return new StorageError('Other tabs tidy this collection up at the same time.', {
    retryable: true,
    dataState: 'intact',
    remedy: 'Try again.',
  })
}

export function logChanges(): StorageError {
  return new StorageError('The log of this collection changes under every write.', {
    retryable: true,
    dataState: 'intact',
    remedy: 'Reload the page and other tabs of this site, and try again.',
  })
}

/** Half applied, memory is no state of the log. The log is whole: opening again reads it. */
export function notApplied(cause: unknown): StorageError {
  return new StorageError('A committed write could not be taken into memory.', {
    remedy: 'Close the collection and open it again; nothing stored is lost.',
    dataState: 'intact',
    cause,
  })
}
