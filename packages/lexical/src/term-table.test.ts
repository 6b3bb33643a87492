import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TermTable } from './term-table.ts'

const decoder = new TextDecoder()

test('terms get numbers as a Map would give them, whatever they are spelled with', () => {
  const term = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.integer({ max: 3_000 }).map(String))
  fc.assert(
    fc.property(fc.array(term, { maxLength: 900 }), (terms) => {
      const table = new TermTable()
      const model = new Map<string, number>()
      for (const each of terms) {
        expect(table.find(each)).toBe(model.get(each))
        if (!model.has(each)) model.set(each, model.size)
        expect(table.take(each)).toBe(model.get(each))
      }
      expect(table.size).toBe(model.size)
      for (const [each, number] of model) {
        expect(table.find(each)).toBe(number)
        expect(decoder.decode(table.bytesOf(number))).toBe(each)
        const bytes = Uint8Array.of(7, ...table.bytesOf(number), 7)
        expect(table.takeBytes(bytes, 1, bytes.length - 1)).toBe(number)
      }
    }),
    { numRuns: 60 },
  )
})
