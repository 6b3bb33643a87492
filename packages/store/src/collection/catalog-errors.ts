import { CorruptDataError, StorageError, UnsupportedError } from '@voisin/spec'

export function tooNew(name: string): UnsupportedError {
  return new UnsupportedError(`A newer version of this app has stored the collection "${name}".`, {
    dataState: 'intact',
    remedy: 'Reload the page to get the newer version.',
  })
}

export function catalogUnreadable(name: string): StorageError {
  return new StorageError(`The record of the collection "${name}" cannot be read at this time.`, {
    retryable: true,
    dataState: 'intact',
    remedy: 'Open it again later. What is left of it can be read with salvageCollection.',
  })
}

export function nothingKnown(name: string): CorruptDataError {
  return new CorruptDataError(`Nothing says any more what the collection "${name}" is.`, {
    remedy: 'Read what is left with salvageCollection, then delete it with deleteCollection.',
  })
}
