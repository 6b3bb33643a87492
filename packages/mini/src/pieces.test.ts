import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CodePoints } from './code-points.ts'
import { readModelFile } from './model-file.ts'
import { Pieces } from './pieces.ts'
import { piecesOf, readReference } from './testing/reference.ts'
import { writeModel } from './testing/write-model.ts'
import { WordReader } from './words.ts'

/** The pieces that a word is cut into, where no word of the list shares a row. */
function cut(pieces: readonly (readonly [string, number])[], word: string): string[] {
  const bytes = writeModel({ words: ['w'], pieces })
  const cutter = new Pieces(readModelFile(bytes))
  const reader = new WordReader()
  reader.open(word)
  reader.next()
  const codePoints = new CodePoints()
  codePoints.read(reader.bytes, reader.byteCount)
  const count = cutter.cut(reader.bytes, codePoints)
  const { pieces: listed } = readReference(bytes)
  const names = new Map([...listed].map(([piece, { row }]) => [row, piece]))
  const rows = [...cutter.rows.subarray(0, count)]
  expect(rows).toEqual(piecesOf(readReference(bytes), word))
  return rows.map((row) => names.get(row)!)
}

test('the cheapest pieces are taken', () => {
  expect(
    cut(
      [
        ['a', 5],
        ['b', 5],
        ['ab', 11],
      ],
      'ab',
    ),
  ).toEqual(['a', 'b'])
  expect(
    cut(
      [
        ['a', 5],
        ['b', 5],
        ['ab', 9],
      ],
      'ab',
    ),
  ).toEqual(['ab'])
})

test('among equals the longer piece at an end is taken', () => {
  expect(
    cut(
      [
        ['a', 5],
        ['b', 5],
        ['ab', 10],
      ],
      'ab',
    ),
  ).toEqual(['ab'])
  expect(
    cut(
      [
        ['a', 5],
        ['bc', 5],
        ['ab', 5],
        ['c', 5],
      ],
      'abc',
    ),
  ).toEqual(['a', 'bc'])
  expect(
    cut(
      [
        ['a', 1],
        ['ab', 2],
        ['b', 1],
        ['ba', 2],
      ],
      'abab',
    ),
  ).toEqual(['ab', 'ab'])
})

test('a code point that no piece covers has no row and costs as much as two pieces', () => {
  expect(cut([['a', 5]], 'xaxyaz')).toEqual(['a', 'a'])
  expect(
    cut(
      [
        ['a', 255],
        ['xa', 255],
      ],
      'xa',
    ),
  ).toEqual(['xa'])
  expect(cut([['日', 9]], 'é')).toEqual([])
})

test('among equals a code point is left uncovered rather than covered', () => {
  // To the end of 'abc': 'a', b uncovered, then 'cd' for 5 + 510 + 5; or 'abc', then d uncovered for 10 + 510.
  expect(
    cut(
      [
        ['a', 5],
        ['abc', 10],
        ['cd', 5],
      ],
      'abcd',
    ),
  ).toEqual(['abc'])
})

test('a long piece that is also a word has the row of the word, a short one its own', () => {
  const file = readModelFile(
    writeModel({
      words: ['hello', 'tree'],
      pieces: [
        ['hello', 1],
        ['helloes', 1],
        ['tree', 1],
      ],
    }),
  )
  expect([...file.pieceRows]).toEqual([0, 2, 3])
})

test('random words are cut as the reference cuts them', () => {
  const letters = fc.constantFrom('a', 'b', 'c', 'é', '日', '😀')
  const some = (maxLength: number) => fc.array(letters, { minLength: 1, maxLength }).map((parts) => parts.join(''))
  // Few different costs make ties; low ones leave nothing uncovered for its cost alone.
  const pieces = fc.array(fc.tuple(some(6), fc.constantFrom(1, 2, 3, 254, 255)), { maxLength: 12 })
  fc.assert(fc.property(pieces, some(64), (pieces, word) => void cut(pieces, word.replace(/[日😀é]/gu, 'd'))))
})
