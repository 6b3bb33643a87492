import { expect, test } from 'vitest'
import { checksum } from './checksum.ts'

const of = (text: string) => checksum(new TextEncoder().encode(text)).toString(16).padStart(8, '0')

test('the checksum is xxHash32 as others compute it', () => {
  expect(of('')).toBe('02cc5d05')
  expect(of('a')).toBe('550d7456')
  expect(of('abc')).toBe('32d153ff')
  expect(of('Nobody inspects the spammish repetition')).toBe('e2293b2f')
})

test('the checksum is of the bytes alone, wherever they lie', () => {
  const bytes = Uint8Array.from({ length: 77 }, (_, i) => i * 7)
  const shifted = new Uint8Array(99).subarray(5, 82)
  shifted.set(bytes)
  expect(checksum(shifted)).toBe(checksum(bytes))
})
