import { expect, test } from 'vitest'
import { DimensionMismatchError, ERROR_CLASSES, isVoisinError, StorageFullError, VoisinError } from './errors.ts'

test('a message says what was expected, what came and what to do', () => {
  const error = new DimensionMismatchError('The vector does not fit.', {
    expected: 'a vector of 384 numbers',
    received: '768',
    remedy: 'Embed with the model of the collection.',
  })
  expect(error.message).toBe(
    'The vector does not fit. Expected a vector of 384 numbers, received 768. Embed with the model of the collection.',
  )
  expect(error.name).toBe('DimensionMismatchError')
  expect(error.dataState).toBe('intact')
})

test('a class fixes what its failure always means, and a detail may still say otherwise', () => {
  expect(new StorageFullError('Full.').retryable).toBe(true)
  expect(new StorageFullError('Full.', { retryable: false }).retryable).toBe(false)
})

test('every code has a class that carries it', () => {
  for (const [code, ErrorClass] of Object.entries(ERROR_CLASSES)) {
    const error = new ErrorClass('Something happened.')
    expect(error.code).toBe(code)
    expect(error.name).toBe(ErrorClass.name)
    expect(error).toBeInstanceOf(VoisinError)
    expect(isVoisinError(error)).toBe(true)
  }
})

test('an error of another copy of the package is recognised, an ordinary one is not', async () => {
  // A query makes the module loader load the file once more: two classes of the same name, as two copies in one page are.
  const other: typeof import('./errors.ts') = await import(
    /* @vite-ignore */ `${new URL('./errors.ts', import.meta.url).href}?copy`
  )
  const error = new other.VoisinError('closed', 'Closed.')
  expect(error).not.toBeInstanceOf(VoisinError)
  expect(isVoisinError(error)).toBe(true)
  expect(isVoisinError(new Error('closed'))).toBe(false)
  expect(isVoisinError(null)).toBe(false)
})

test('a cause is kept', () => {
  const cause = new TypeError('of something')
  expect(new VoisinError('foreign', 'Failed.', { cause }).cause).toBe(cause)
})
