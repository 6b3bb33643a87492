import { LexicalIndex, NOWHERE } from '@voisin/lexical'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
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
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('store' as const), blocks: fc.integer({ min: 1, max: 3 }), gone: fc.nat(MOST - 1) }),
  },
)

const QUERIES = ['cat', 'cats of the city', 'dog tax tax', 'nothing']

function empty(textsOf: (offset: number) => readonly string[] = () => []): WordsPart {
  return new WordsPart(['text'], textsOf)
}

/** A part that was given these texts and nothing else. */
function fresh(model: ReadonlyMap<number, readonly string[]>): WordsPart {
  const part = empty()
  for (const [offset, texts] of [...model].sort(([a], [b]) => a - b)) part.set(offset, texts, 1)
  return part
}

/** Stores all words in so many blocks; `between` is done after each slice. */
function stored(part: WordsPart, blocks: number, between: () => void = () => {}) {
  const live = Array.from({ length: MOST }, (_, offset) => offset).filter((offset) => part.has(offset))
  const lsns = new Map(live.map((offset) => [offset, part.lsn(offset)]))
  const pieces = Array.from({ length: blocks }, (_, i) => new Map([...lsns].filter(([offset]) => offset % blocks === i)))
  const steps = part.packSteps(pieces)
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value.map(({ offsets, pack }) => ({ offsets, pack, lsns: offsets.map((offset) => lsns.get(offset)!) }))
    between()
  }
}

/** A part that was read from blocks, but for one offset. */
function restored(blocks: ReturnType<typeof stored>, gone?: number): WordsPart {
  const part = empty()
  for (const { offsets, pack, lsns } of blocks) {
    const places = Uint32Array.from(offsets, (offset) => (offset === gone ? NOWHERE : offset))
    part.restore(1, pack, places, lsns)
  }
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
      let part = empty()
      let lsn = 0
      let model = new Map<number, readonly string[]>()
      for (const command of commands) {
        if (command.kind === 'set') {
          part.set(command.at, command.texts, ++lsn)
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
        if (command.kind === 'store') {
          const before = part
          part = restored(stored(before, command.blocks), command.gone)
          for (const offset of model.keys())
            if (offset !== command.gone && before.has(offset)) expect(part.lsn(offset)).toBe(before.lsn(offset))
          expect(part.has(command.gone)).toBe(false)
          model.delete(command.gone)
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
  const part = empty()
  const model = new Map<number, readonly string[]>()
  for (let round = 0; round < 60; round++) {
    for (let offset = 0; offset < 100; offset++) {
      const texts = [`note ${offset} in round ${round % 7}`]
      part.set(offset, texts, round)
      model.set(offset, texts)
    }
    expect(part.deadCount).toBeLessThanOrEqual(1024 + 1)
  }
  expect(part.search('note 7 round', 100)).toEqual(fresh(model).search('note 7 round', 100))
})

test('what changes while words are still being read for it is not packed', () => {
  const texts = new Map(Array.from({ length: MOST }, (_, offset) => [offset, [`cat ${offset} of the city`]]))
  const part = restored(stored(fresh(texts), 3))
  const blocks = stored(part, 2, () => {
    if (!part.has(5)) return
    part.set(3, ['dog tax'], 2)
    part.delete(5)
    part.compact(0)
  })
  expect(blocks.flatMap(({ offsets }) => offsets).sort((a, b) => a - b)).toEqual([0, 1, 2, 4, 6, 7, 8, 9, 10, 11])
  texts.delete(3)
  texts.delete(5)
  expect(answers(restored(blocks))).toEqual(answers(fresh(texts)))
})

test('words that were given up for want of memory are not packed', () => {
  const part = restored(stored(fresh(new Map([[1, ['cat']]])), 1))
  const reading = vi.spyOn(LexicalIndex.prototype, 'readSteps').mockImplementationOnce(() => {
    throw new RangeError('Array buffer allocation failed')
  })
  expect(stored(part, 1)).toEqual([])
  reading.mockRestore()
  expect(() => part.search('cat', 1)).toThrow(expect.objectContaining({ code: 'limit-exceeded' }))
  part.restore(2, Uint8Array.of(), Uint32Array.of(0), [1])
  expect(part.has(0)).toBe(false)
})

test.each([
  ['cut off', (pack: Uint8Array) => pack.subarray(0, pack.length - 3)],
  ['longer', (pack: Uint8Array) => Uint8Array.from([...pack, 0])],
  ['altered', (pack: Uint8Array) => pack.map((byte, i) => (i > pack.length - 8 ? 0xff : byte))],
  ['of other rows', (pack: Uint8Array) => pack.map((byte, i) => (i === 0 ? byte + 1 : byte))],
])('of a pack that is %s nothing is taken: words are found again in the texts', (_, damage) => {
  const texts = new Map(Array.from({ length: 6 }, (_, offset) => [offset, [`cat ${offset} in the city`]]))
  const part = fresh(texts)
  const [block] = stored(part, 1)
  const other = empty((offset) => texts.get(offset)!)
  other.set(9, ['dog'], 1)
  texts.set(9, ['dog'])
  other.restore(7, damage(block!.pack), Uint32Array.from(block!.offsets), block!.lsns)
  other.delete(2)
  texts.delete(2)
  expect(answers(other)).toEqual(answers(fresh(texts)))
  expect([...other.damaged]).toEqual([7])
  expect(other.has(0)).toBe(true)
})

test('words that were restored are read when they are first needed, or before that in slices', () => {
  const texts = new Map(Array.from({ length: MOST }, (_, offset) => [offset, [`cat ${offset} of the city`]]))
  const blocks = stored(fresh(texts), 3)
  const later = restored(blocks)
  expect(later.isLinkingDue).toBe(true)
  later.set(0, ['tax'], 2)
  later.delete(1)
  texts.set(0, ['tax'])
  texts.delete(1)
  expect(later.isLinkingDue).toBe(true)
  const steps = later.linkSteps()
  let slices = 0
  while (!steps.next().done) slices++
  expect(slices).toBe(3)
  expect(later.isLinkingDue).toBe(false)
  expect(answers(later)).toEqual(answers(fresh(texts)))
  // Packed in another order than that of offsets.
  expect(answers(restored(stored(later, 2)))).toEqual(answers(fresh(texts)))
  const now = restored(blocks)
  now.search('cat', 3)
  expect(now.isLinkingDue).toBe(false)
})
