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
