import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checksum } from './checksum.ts'

const ascii = (text: string) => new TextEncoder().encode(text)

test('is xxHash32: the values that other implementations give', () => {
  expect(checksum(ascii(''))).toBe(0x02cc5d05)
  expect(checksum(ascii('a'))).toBe(0x550d7456)
  expect(checksum(ascii('abc'))).toBe(0x32d153ff)
  expect(checksum(ascii('Nobody inspects the spammish repetition'))).toBe(0xe2293b2f)
})

test('changes with any changed byte, wherever the bytes lie in their buffer', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 300 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (bytes, at, change) => {
        const sum = checksum(bytes)
        const shifted = new Uint8Array(bytes.length + 3)
        shifted.set(bytes, 3)
        expect(checksum(shifted.subarray(3))).toBe(sum)
        bytes[at % bytes.length]! ^= change
        expect(checksum(bytes)).not.toBe(sum)
      },
    ),
    { numRuns: 500 },
  )
})
