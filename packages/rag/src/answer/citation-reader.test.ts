import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCitationReader, type WrittenPart } from './citation-reader.ts'

function readAll(pieces: readonly string[], passageCount = 9): string {
  const reader = createCitationReader(passageCount)
  const parts: WrittenPart[] = [...pieces.flatMap((piece) => reader.read(piece)), ...reader.end()]
  return parts.map((part) => ('text' in part ? part.text : `<${part.passage}>`)).join('')
}

test('citations are told from text', () => {
  expect(readAll(['Paris [1] and Rome [ 2 ].'])).toBe('Paris <1> and Rome <2>.')
  expect(readAll(['Both [1, 3; 2].'])).toBe('Both <1><3><2>.')
  expect(readAll(['a[0] = [x], [1.5], [] and ['])).toBe('a = [x], [1.5], [] and [')
})

test('a citation of a passage that is not there is left out', () => {
  expect(readAll(['Here [1] and there [2, 7].'], 2)).toBe('Here <1> and there <2>.')
})

test('how a text is cut into pieces makes no difference', () => {
  const text = fc.array(fc.constantFrom('[', ']', '1', '23', ',', ' ', 'a', '[2]', '[1, 3]', '\n'), { maxLength: 30 })
  fc.assert(
    fc.property(text, fc.array(fc.nat({ max: 60 })), (tokens, cuts) => {
      const whole = tokens.join('')
      const places = [0, ...cuts.filter((cut) => cut <= whole.length).sort((a, b) => a - b), whole.length]
      const pieces = places.slice(1).map((place, index) => whole.slice(places[index], place))
      expect(readAll(pieces)).toBe(readAll([whole]))
    }),
  )
})

test('text is given on as soon as it can be no citation', () => {
  const reader = createCitationReader(3)
  expect(reader.read('Paris [')).toEqual([{ text: 'Paris ' }])
  expect(reader.read('1')).toEqual([])
  expect(reader.read('a')).toEqual([{ text: '[' }, { text: '1a' }])
  expect(reader.end()).toEqual([])
})
