import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { editsBetween, editsIn, unitsOf } from './edits.ts'

/** The definition, with the whole table. */
function editsOf(a: string, b: string): number {
  const table = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_, j) => i + j))
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const replaced = table[i - 1]![j - 1]! + Number(a[i - 1] !== b[j - 1])
      const ways = [replaced, table[i - 1]![j]! + 1, table[i]![j - 1]! + 1]
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) ways.push(table[i - 2]![j - 2]! + 1)
      table[i]![j] = Math.min(...ways)
    }
  }
  return table[a.length]![b.length]!
}

const word = fc.string({ unit: fc.constantFrom(...'abcde'), maxLength: 12 })

describe('edits between words', () => {
  test('are what the definition says, as far as they are counted', () => {
    fc.assert(
      fc.property(word, word, fc.integer({ min: 0, max: 3 }), (a, b, most) => {
        expect(editsBetween(unitsOf(a), unitsOf(b), most)).toBe(Math.min(editsOf(a, b), most + 1))
      }),
      { numRuns: 3_000 },
    )
  })

  test('of a word and itself with so many errors are no more than these', () => {
    const edit = fc.record({
      kind: fc.constantFrom('out', 'in', 'other', 'exchange'),
      at: fc.nat(20),
      letter: fc.constantFrom(...'abcde'),
    })
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'abcde'), minLength: 4, maxLength: 12 }),
        edit,
        (text, { kind, at, letter }) => {
          const letters = [...text]
          const place = at % (letters.length - 1)
          if (kind === 'out') letters.splice(place, 1)
          else if (kind === 'in') letters.splice(place, 0, letter)
          else if (kind === 'other') letters[place] = letter
          else letters.splice(place, 2, letters[place + 1]!, letters[place]!)
          expect(editsBetween(unitsOf(text), unitsOf(letters.join('')), 1)).toBeLessThanOrEqual(1)
        },
      ),
    )
  })
})

test.each([
  ['cat', 0],
  ['cats', 1],
  ['1984', 0],
  ['utf8', 0],
  ['printer', 1],
  ['printers', 2],
  ['принтеры', 2],
] as const)('%s may have %i errors', (text, edits) => {
  expect(editsIn(text)).toBe(edits)
})
