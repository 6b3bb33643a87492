import { expect, test } from 'vitest'
import { type FailureStage, storageError } from './storage-errors.ts'

test.each<[string, unknown, FailureStage, string, string]>([
  ['quota, Chromium and Firefox', new DOMException('', 'QuotaExceededError'), 'commit', 'storage-full', 'intact'],
  [
    'quota, as a class of its own',
    Object.assign(new Error('full'), { name: 'QuotaExceededError' }),
    'request',
    'storage-full',
    'intact',
  ],
  ['full disk, LevelDB', new DOMException('Failed to write blobs (IOError)', 'DataError'), 'commit', 'storage-full', 'intact'],
  ['full disk, WebKit: an abort without an error', null, 'commit', 'storage-full', 'intact'],
  [
    'a damaged value',
    new DOMException('Failed to read large IndexedDB value', 'UnknownError'),
    'request',
    'storage-failed',
    'intact',
  ],
  ['a wrong key', new DOMException('', 'DataError'), 'request', 'storage-failed', 'intact'],
  ['a database that does not open', new DOMException('Internal error', 'UnknownError'), 'open', 'storage-failed', 'unknown'],
])('a browser’s error is known by its name and stage: %s', (_, cause, stage, code, dataState) => {
  expect(storageError(cause, stage)).toMatchObject({ code, dataState, retryable: true })
})

test('a page that may store nothing hears what would help', () => {
  const error = storageError(new DOMException('denied', 'SecurityError'), 'open')
  expect(error).toMatchObject({ code: 'unsupported', retryable: false })
  expect(error.remedy).toContain('allow-same-origin')
})

test('an error of ours is passed on as it is', () => {
  const full = storageError(null, 'commit')
  expect(storageError(full, 'request')).toBe(full)
})
