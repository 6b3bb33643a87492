import { ERROR_CLASSES, ForeignError, isVoisinError, type VoisinErrorCode } from '@voisin/spec'
import { describe, expect, test } from 'vitest'
import { decodeError, decodeReason, encodeError } from './error-codec.ts'

const across = (thrown: unknown) => decodeError(structuredClone(encodeError(thrown)))

describe('the error codec', () => {
  test.for(Object.keys(ERROR_CLASSES) as VoisinErrorCode[])('keeps class and details of %s', (code) => {
    const details = { expected: 'a', received: 'b', remedy: 'Do c.', retryable: true, dataState: 'lost' as const }
    const sent = new ERROR_CLASSES[code]('It failed.', details)
    const received = across(sent) as typeof sent
    expect(received).toBeInstanceOf(ERROR_CLASSES[code])
    expect(isVoisinError(received)).toBe(true)
    expect(received).toMatchObject({ ...details, code, name: sent.name, message: sent.message, stack: sent.stack })
  })

  test('keeps a chain of causes', () => {
    const innermost = new RangeError('innermost')
    const inner = new ERROR_CLASSES['storage-failed']('Inner.', { cause: innermost })
    const received = across(new ERROR_CLASSES['corrupt-data']('Outer.', { cause: inner })) as Error
    const cause = received.cause as Error
    expect(cause).toBeInstanceOf(ERROR_CLASSES['storage-failed'])
    expect(cause.cause).toBeInstanceOf(RangeError)
    expect((cause.cause as Error).message).toBe('innermost')
    expect((cause.cause as Error).stack).toBe(innermost.stack)
  })

  test('cuts a circle of causes', () => {
    const circle = new Error('round')
    circle.cause = circle
    expect(across(circle)).toBeInstanceOf(ForeignError)
  })

  test('wraps what is not of voisin, and keeps name, message and stack', () => {
    class OwnError extends Error {
      override name = 'OwnError'
    }
    const sent = new OwnError('mine')
    const received = across(sent) as ForeignError
    expect(received).toBeInstanceOf(ForeignError)
    expect(received.message).toBe('OwnError: mine')
    expect(received.cause).toMatchObject({ name: 'OwnError', message: 'mine', stack: sent.stack })
  })

  test('leaves an AbortError what it is', () => {
    const received = across(new DOMException('stopped', 'AbortError'))
    expect(received).toBeInstanceOf(DOMException)
    expect(received).toMatchObject({ name: 'AbortError', message: 'stopped' })
  })

  test('keeps another DOMException as the cause', () => {
    const received = across(new DOMException('full', 'QuotaExceededError')) as ForeignError
    expect(received).toBeInstanceOf(ForeignError)
    expect(received.cause).toBeInstanceOf(DOMException)
    expect(received.cause).toMatchObject({ name: 'QuotaExceededError' })
  })

  test('carries what is no error at all', () => {
    expect(across({ reason: 7 })).toMatchObject({ code: 'foreign', cause: { reason: 7 } })
    expect((across(() => 1) as ForeignError).cause).toBe('() => 1')
    expect(across(undefined)).toBeInstanceOf(ForeignError)
  })

  test('takes a code it does not know for a foreign error', () => {
    const encoded = { ...encodeError(new ERROR_CLASSES.closed('It is closed.')), code: 'constructor' } as never
    expect(decodeError(encoded)).toMatchObject({ code: 'foreign', message: 'It is closed.' })
  })

  test('carries the reason of an abort without wrapping it', () => {
    expect(decodeReason(structuredClone(encodeError('enough')))).toBe('enough')
    expect(decodeReason(structuredClone(encodeError(new TypeError('enough'))))).toBeInstanceOf(TypeError)
  })
})
