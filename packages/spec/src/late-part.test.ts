import { expect, test } from 'vitest'
import { latePart } from './late-part.ts'

test('a part is loaded once', async () => {
  let loads = 0
  const part = latePart('The part', ['a/eager'], async () => ++loads)
  expect(loads).toBe(0)
  expect([await part.load(), await part.load()]).toEqual([1, 1])
})

test('a part that cannot be loaded is told with the way round, and tried again', async () => {
  const cause = new TypeError('import() is disallowed')
  let isThere = false
  const part = latePart('The part', ['a/eager', 'b/eager'], async () => {
    if (!isThere) throw cause
    return 'it'
  })
  await expect(part.load()).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining('The part could not be loaded here.'),
    remedy: expect.stringContaining("'a/eager' or 'b/eager'"),
    retryable: true,
    cause,
  })
  isThere = true
  expect(await part.load()).toBe('it')
})

test('a part that is given is not loaded', async () => {
  const part = latePart<string>('The part', ['a/eager'], () => Promise.reject(new Error('loaded')))
  part.give('given')
  expect(await part.load()).toBe('given')
})
