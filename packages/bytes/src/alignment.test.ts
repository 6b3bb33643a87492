import { expect, test } from 'vitest'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'

const FLOATS = Float32Array.of(1, -2.5, 3e9)

test.each([0, 1, 2, 3, 4])(
  'floats behind %i other bytes are read as they were written; where they lie, if they are aligned',
  (before) => {
    for (const isAligned of [true, false]) {
      const writer = new ByteWriter(8)
      for (let i = 0; i < before; i++) writer.u8(255)
      if (isAligned) writer.align(4)
      writer.floats(FLOATS)
      const bytes = writer.finish()
      const reader = new ByteReader(bytes)
      for (let i = 0; i < before; i++) expect(reader.u8()).toBe(255)
      if (isAligned) reader.align(4)
      const floats = reader.floats(3)
      expect(floats).toEqual(FLOATS)
      expect(floats.buffer === bytes.buffer).toBe(isAligned || before % 4 === 0)
      reader.end()
    }
  },
)

test('what is aligned ends too early where its zeros do', () => {
  const reader = new ByteReader(new Uint8Array(6))
  reader.u8()
  reader.u32()
  expect(() => reader.align(8)).toThrow(expect.objectContaining({ code: 'corrupt-data' }))
})

test.each([0, 1, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 52 + 12_345, Number.MAX_SAFE_INTEGER])(
  'the integer %i is eight bytes',
  (value) => {
    const writer = new ByteWriter()
    writer.u64(value)
    const bytes = writer.finish()
    expect(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)).toBe(BigInt(value))
    expect(new ByteReader(bytes).u64()).toBe(value)
  },
)

test('an integer of eight bytes that is not safe is corrupt data', () => {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, 2n ** 53n, true)
  expect(() => new ByteReader(bytes).u64()).toThrow(expect.objectContaining({ code: 'corrupt-data' }))
})
