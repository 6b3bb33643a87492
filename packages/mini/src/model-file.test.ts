import { isVoisinError, ModelLoadError } from '@voisin/spec'
import { expect, test } from 'vitest'
import { crc32 } from './crc32.ts'
import { StaticModel } from './static.ts'
import { SMALL } from './testing/small-models.ts'
import { frontCoded, seal, writeModel } from './testing/write-model.ts'

function refusalOf(bytes: Uint8Array): ModelLoadError {
  try {
    StaticModel.from(bytes)
  } catch (error) {
    expect(isVoisinError(error)).toBe(true)
    expect(error).toBeInstanceOf(ModelLoadError)
    const { expected, received, remedy } = error as ModelLoadError
    for (const part of [expected, received, remedy]) expect(part).toMatch(/./)
    return error as ModelLoadError
  }
  throw new Error('The bytes were taken.')
}

/** The small model with some header fields changed, and then sealed. */
function altered(change: (header: DataView, bytes: Uint8Array) => void): Uint8Array {
  const bytes = SMALL.slice()
  change(new DataView(bytes.buffer), bytes)
  return seal(bytes)
}

/** A file whose lists are these bytes. */
function withLists(words: number, wordBytes: Uint8Array, pieces = 0, pieceBytes = new Uint8Array(0)): Uint8Array {
  const rows = words + pieces
  const bytes = new Uint8Array(64 + wordBytes.length + pieceBytes.length + 12 * 256 + rows * 3)
  bytes.set(SMALL.subarray(0, 64))
  bytes.set(wordBytes, 64)
  bytes.set(pieceBytes, 64 + wordBytes.length)
  const header = new DataView(bytes.buffer)
  header.setUint32(16, words, true)
  header.setUint32(20, pieces, true)
  header.setUint32(24, rows, true)
  header.setUint32(48, wordBytes.length, true)
  header.setUint32(52, pieceBytes.length, true)
  return seal(bytes)
}

test('the checksum is that of zlib', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926)
  expect(crc32(new Uint8Array(0))).toBe(0)
  expect([1, 2, 3, 5].map((length) => crc32(new TextEncoder().encode('a'.repeat(length))))).toEqual([
    0xe8b7be43, 0x078a19d7, 0xf007732d, 0xeeac93b9,
  ])
  for (let cut = 0; cut <= 20; cut++)
    expect(crc32(SMALL.subarray(cut), crc32(SMALL.subarray(0, cut))), `cut at ${cut}`).toBe(crc32(SMALL))
})

test('every altered byte is found', () => {
  for (let i = 0; i < SMALL.length; i += i < 200 ? 1 : 37) {
    const bytes = SMALL.slice()
    bytes[i]! ^= 1 << (i % 8)
    expect(() => StaticModel.from(bytes), `byte ${i}`).toThrow(ModelLoadError)
  }
})

test('bytes that are cut off or too many are refused', () => {
  for (const length of [0, 1, 63, 64, 100, SMALL.length - 1])
    expect(refusalOf(SMALL.slice(0, length)).received).toBe(String(length))
  expect(refusalOf(new Uint8Array([...SMALL, 0])).received).toBe(String(SMALL.length + 1))
})

test('another file and another version are told apart', () => {
  expect(refusalOf(new TextEncoder().encode('<!doctype html>'.repeat(9))).expected).toMatch(/magic/)
  expect(refusalOf(altered((header) => header.setUint16(4, 2, true)))).toMatchObject({
    expected: 'version 1',
    received: 'version 2',
  })
})

test.each<[string, RegExp, (header: DataView) => void]>([
  ['dim 0', /dim/, (header) => header.setUint16(6, 0, true)],
  ['a dim that parts do not divide', /dim/, (header) => header.setUint16(28, 5, true)],
  ['no parts', /dim/, (header) => header.setUint16(28, 0, true)],
  ['parts beyond the codes', /sections/, (header) => header.setUint16(28, 3, true)],
  ['a larger dim', /sections/, (header) => header.setUint16(6, 14, true)],
  ['too many words', /words|strings|rows|bytes/, (header) => header.setUint32(16, 1000, true)],
  ['billions of words', /strings/, (header) => header.setUint32(16, 2 ** 32 - 1, true)],
  ['too few words', /strings/, (header) => header.setUint32(16, 3, true)],
  ['billions of pieces', /pieces/, (header) => header.setUint32(20, 2 ** 32 - 1, true)],
  ['one piece more', /strings/, (header) => header.setUint32(20, header.getUint32(20, true) + 1, true)],
  ['one piece less', /strings/, (header) => header.setUint32(20, header.getUint32(20, true) - 1, true)],
  ['rows beyond the codes', /sections/, (header) => header.setUint32(24, header.getUint32(24, true) + 1, true)],
  ['billions of bytes', /sections/, (header) => header.setUint32(48, 2 ** 32 - 1, true)],
  ['a discount that is no number', /discount/, (header) => header.setFloat32(32, Number.NaN, true)],
  ['an endless discount', /discount/, (header) => header.setFloat32(32, Infinity, true)],
  ['a spelling of negative length', /spelling/, (header) => header.setFloat32(36, -1, true)],
  ['an endless spelling', /spelling/, (header) => header.setFloat32(36, Infinity, true)],
  ['a low that is no number', /low/, (header) => header.setFloat32(40, Number.NaN, true)],
  ['a step that is too large', /step/, (header) => header.setFloat32(44, 1, true)],
  ['grams of nothing', /gram/, (header) => header.setUint8(30, 0)],
  ['pieces beyond the longest', /pieces of at most 4/, (header) => header.setUint8(31, 4)],
  ['something behind the header', /zeros/, (header) => header.setUint8(63, 1)],
])('%s is refused', (_, expected, change) => {
  expect(refusalOf(altered(change)).expected).toMatch(expected)
})

test('grams of nothing are of no matter without spellings', () => {
  StaticModel.from(altered((header) => [header.setUint8(30, 0), header.setFloat32(36, 0, true)]))
})

test('rows must be as many as words and pieces need', () => {
  // A piece that is also a word needs no row; this file has one for it nevertheless.
  const word = frontCoded(['hello'])
  expect(refusalOf(withLists(1, word, 1, Uint8Array.of(...word, 7)))).toMatchObject({ expected: '1 rows', received: '2' })
})

test.each<[string, RegExp, number, number[]]>([
  ['twice the same', /ascending/, 2, [0, 1, 97, 0, 1, 97]],
  ['the same, all of it shared', /ascending/, 2, [0, 1, 97, 1, 0]],
  ['a descending word', /ascending/, 2, [0, 2, 97, 98, 0, 2, 97, 97]],
  ['the beginning of the word before', /ascending/, 2, [0, 2, 97, 98, 0, 1, 97]],
  ['an empty word', /ascending/, 1, [0, 0]],
  ['more shared than there is', /shared/, 2, [0, 1, 97, 2, 1, 98]],
  ['something shared by the first word', /shared/, 1, [1, 1, 97]],
  ['half a character', /UTF-8/, 1, [0, 1, 0xc3]],
  ['a byte that no character has', /UTF-8/, 2, [0, 1, 0x61, 0, 1, 0xff]],
  ['a character across two words', /UTF-8/, 2, [0, 2, 0x61, 0xc3, 0, 1, 0xa9]],
  ['an overlong character', /UTF-8/, 1, [0, 2, 0xc0, 0xaf]],
  ['a surrogate', /UTF-8/, 1, [0, 3, 0xed, 0xa0, 0x80]],
  ['bytes that are left over', /strings in/, 1, [0, 1, 97, 0]],
  ['a word that goes beyond the list', /strings in/, 1, [0, 9, 97]],
  ['a word of 65 letters', /code points/, 1, [0, 65, ...new Array(65).fill(97)]],
  ['a word of too many bytes', /bytes in string/, 2, [0, 255, ...new Array(255).fill(97), 255, 2, 97, 97]],
])('%s is refused', (_, expected, words, list) => {
  expect(refusalOf(withLists(words, Uint8Array.from(list))).expected).toMatch(expected)
})

test('a list that shares less than it could is read all the same', () => {
  const model = StaticModel.from(withLists(2, Uint8Array.of(0, 2, 97, 98, 0, 3, 97, 98, 99)))
  expect(model.words('ab abc abd').map(({ id }) => id)).toEqual([0, 1, 2])
})

test('words that share part of a character are read', () => {
  const words = ['é', 'è', 'ê'].map((letter) => letter.normalize('NFC'))
  expect(StaticModel.from(writeModel({ words, pieces: [] })).dim).toBe(12)
})

test('verified bytes are not summed again, and are checked for all else', () => {
  const bytes = SMALL.slice()
  bytes[12]! ^= 1
  expect(() => StaticModel.from(bytes)).toThrow(ModelLoadError)
  expect(StaticModel.from(bytes, { isVerified: true }).dim).toBe(StaticModel.from(SMALL).dim)
  expect(() => StaticModel.from(bytes.subarray(1), { isVerified: true })).toThrow(ModelLoadError)
})
