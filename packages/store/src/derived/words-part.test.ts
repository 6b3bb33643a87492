import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WordsPart } from './words-part.ts'

const word = fc.constantFrom('cat', 'cats', 'dog', 'tax', 'city', 'of')
const texts = fc.array(
  fc.array(word, { maxLength: 5 }).map((words) => words.join(' ')),
  { maxLength: 2 },
)
const MOST = 12
const command = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('set' as const), at: fc.nat(MOST - 1), texts }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete' as const), at: fc.nat(MOST - 1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('compact' as const, 'renumber' as const) }) },
)

const QUERIES = ['cat', 'cats of the city', 'dog tax tax', 'nothing']

/** A part that was given these texts and nothing else. */
function fresh(model: ReadonlyMap<number, readonly string[]>): WordsPart {
  const part = new WordsPart()
  for (const [offset, texts] of [...model].sort(([a], [b]) => a - b)) part.set(offset, texts)
  return part
}

const allow = Uint8Array.of(0b1011_0110, 0b0101)
const answers = (part: WordsPart) =>
  QUERIES.flatMap((query) => [
    part.search(query, MOST),
    part.search(query, 2),
    part.search(query, MOST, allow),
    part.scores(
      query,
      Uint32Array.from({ length: MOST + 2 }, (_, offset) => offset),
    ),
  ])

test('words answer to the bit as if what is there now had been there from the beginning', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
      const part = new WordsPart()
      let model = new Map<number, readonly string[]>()
      for (const command of commands) {
        if (command.kind === 'set') {
          part.set(command.at, command.texts)
          model.set(command.at, command.texts)
        }
        if (command.kind === 'delete') {
          part.delete(command.at)
          model.delete(command.at)
        }
        if (command.kind === 'compact') {
          part.compact(0)
          expect(part.deadCount).toBe(0)
        }
        if (command.kind === 'renumber') {
          const live = [...model.keys()].sort((a, b) => a - b)
          part.renumber((offset) => live.indexOf(offset))
          model = new Map(live.map((offset, i) => [i, model.get(offset)!]))
        }
        expect(answers(part)).toEqual(answers(fresh(model)))
      }
    }),
    { numRuns: 150 },
  )
})

test('a text that changes for ever takes no more memory for ever, and the index lets go by itself', () => {
  const part = new WordsPart()
  const model = new Map<number, readonly string[]>()
  for (let round = 0; round < 60; round++) {
    for (let offset = 0; offset < 100; offset++) {
      const texts = [`note ${offset} in round ${round % 7}`]
      part.set(offset, texts)
      model.set(offset, texts)
    }
    expect(part.deadCount).toBeLessThanOrEqual(1024 + 1)
  }
  expect(part.search('note 7 round', 100)).toEqual(fresh(model).search('note 7 round', 100))
})
