import { expect, test } from 'vitest'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'

test.each(['', 'a', 'Grüße', '\ufeff', '\ufeffx', 'x\ufeff', '\ufeff\ufeffx', '\0', '\u2028', '日本語', '🗝'])(
  'the string %j is read as it was written',
  (text) => {
    const writer = new ByteWriter()
    writer.string(text)
    const reader = new ByteReader(writer.finish())
    expect(reader.string()).toBe(text)
    reader.end()
  },
)

test('what is not UTF-8 is corrupt data', () => {
  const writer = new ByteWriter()
  writer.u32(2)
  writer.bytes(Uint8Array.of(0xc3, 0x28))
  expect(() => new ByteReader(writer.finish()).string()).toThrow(expect.objectContaining({ code: 'corrupt-data' }))
})

test.each([0, 1, 0x7f, 0x80, 300, 2 ** 21, 2 ** 28 - 1, 2 ** 31 - 1])('the varint %i is read as it was written', (value) => {
  const writer = new ByteWriter()
  writer.varint(value)
  const reader = new ByteReader(writer.finish())
  expect(reader.varint()).toBe(value)
  reader.end()
})

test.each([[[0xff, 0xff, 0xff, 0xff, 0x08]], [[0xfb, 0xff, 0xff, 0xff, 0x0f]], [[0xff, 0xff, 0xff, 0xff, 0xff, 0x01]], [[0x80]]])(
  'what is no varint of 31 bits is corrupt data: %j',
  (bytes) => {
    expect(() => new ByteReader(Uint8Array.from(bytes)).varint()).toThrow(expect.objectContaining({ code: 'corrupt-data' }))
  },
)
