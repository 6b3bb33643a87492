import { CorruptDataError } from '@voisin/spec'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LexicalIndex } from './lexical-index.ts'
import { MAKER, NOWHERE } from './pack.ts'

const WORDS = 'the voisin neighbours nearest vector vectors index déclaration impôt Paris 日本 and'.split(' ')
const text = fc.array(fc.constantFrom(...WORDS), { maxLength: 12 }).map((words) => words.join(' '))

function packed(index: LexicalIndex, packs: readonly Uint32Array[], between: () => void = () => {}): Uint8Array[] {
  const steps = index.packSteps(packs)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    between()
  }
}

const indexOf = (texts: readonly string[]) => {
  const index = new LexicalIndex()
  texts.forEach((each, offset) => void index.add(offset, [each]))
  return index
}

test('packs say what their texts said, whatever is taken of them, and in whatever order', () => {
  const rows = fc.array(fc.record({ text, pack: fc.nat(2), isTaken: fc.boolean() }), { maxLength: 40 })
  fc.assert(
    fc.property(rows, text, fc.boolean(), (rows, query, isReversed) => {
      const index = indexOf(rows.map(({ text }) => text))
      const packs = [0, 1, 2].map((pack) => Uint32Array.from(rows.keys()).filter((offset) => rows[offset]!.pack === pack))
      const bytes = packed(index, packs)
      const read = new LexicalIndex()
      const wanted = new LexicalIndex()
      const order = isReversed ? [2, 1, 0] : [0, 1, 2]
      for (const pack of order) {
        read.addPack(
          bytes[pack]!,
          packs[pack]!.map((offset) => (rows[offset]!.isTaken ? offset : NOWHERE)),
        )
      }
      rows.forEach(({ text, isTaken }, offset) => {
        if (isTaken) wanted.add(offset, [text])
      })
      expect(read.search(query, 50)).toEqual(wanted.search(query, 50))
      const all = Uint32Array.from(rows.keys()).filter((offset) => rows[offset]!.isTaken)
      expect(packed(read, [all])[0]!.length).toBe(packed(wanted, [all])[0]!.length)
    }),
  )
})

test('a pack is what the documents were when it was begun', () => {
  const texts = Array.from({ length: 9_000 }, (_, i) => `the nearest ${i} vector of ${i % 50} and the index`)
  const index = indexOf(texts)
  const all = Uint32Array.from(texts.keys())
  let next = texts.length
  const [pack] = packed(index, [all], () => {
    for (let i = 0; i < 8_000; i++) index.delete(i)
    for (let i = 0; i < 100; i++) index.add(next++, ['nearest impôt'])
  })
  expect(next).toBeGreaterThan(texts.length)
  const read = new LexicalIndex()
  read.addPack(pack!, all)
  expect(read.search('nearest 7', 10)).toEqual(indexOf(texts).search('nearest 7', 10))
})

test('between the steps of reading packs, and of another reader, all is found, and what is deleted is not', () => {
  const texts = Array.from({ length: 9_000 }, (_, i) => `the nearest ${i} vector of ${i % 50} and the index`)
  const index = indexOf(texts)
  const packs = [0, 1].map((half) => Uint32Array.from({ length: 4_500 }, (_, i) => half * 4_500 + i))
  const bytes = packed(index, packs)
  const read = new LexicalIndex()
  packs.forEach((offsets, i) => void read.addPack(bytes[i]!, offsets))
  const [one, other] = [read.readSteps(), read.readSteps()]
  let steps = 0
  for (const reader of [one, other, one]) {
    if (!reader.next().done) steps++
    index.delete(steps)
    read.delete(steps)
  }
  expect([steps, read.isUnread]).toEqual([3, true])
  index.add(9_000, ['nearest impôt'])
  read.add(9_000, ['nearest impôt'])
  expect(read.search('nearest 7 impôt', 60)).toEqual(index.search('nearest 7 impôt', 60))
  expect([one.next().done, other.next().done, read.isUnread]).toEqual([true, true, false])
})

test('a pack that is altered is read or told to be damaged, and nothing else', () => {
  const texts = ['The nearest neighbours of a vector', 'Déclarer ses impôts à Paris', 'vectors of neighbours, vectors of words']
  const offsets = Uint32Array.from(texts.keys())
  const [whole] = packed(indexOf(texts), [offsets])
  const change = fc.record({
    at: fc.nat(whole!.length - 1),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 10 }),
    end: fc.nat(whole!.length),
  })
  fc.assert(
    fc.property(change, fc.boolean(), ({ at, bytes, end }, isCut) => {
      const altered = Uint8Array.from(whole!)
      altered.set(bytes.subarray(0, altered.length - at), at)
      try {
        const index = new LexicalIndex()
        index.addPack(isCut ? altered.subarray(0, end) : altered, offsets)
        index.search('vectors', 3)
      } catch (error) {
        expect(error).toBeInstanceOf(CorruptDataError)
      }
    }),
    { numRuns: 3_000 },
  )
})

describe('the maker of words', () => {
  // Whoever changes what words a text has, or how they are packed, gives them another maker, so that none is read that was packed before.
  test('is another one wherever packs are other ones', async () => {
    const texts = [
      'The nearest neighbours of a vector',
      'Déclarer ses impôts à Paris, l’État',
      'wi-fi C++ 3.14 日本語 Straße',
      'tax tax tax',
    ]
    const [pack] = packed(indexOf(texts), [Uint32Array.from(texts.keys())])
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(pack!)))
    expect([
      MAKER,
      Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join(''),
    ]).toMatchInlineSnapshot(`
      [
        "words-6",
        "aa44b7f7d7be5cc8",
      ]
    `)
  })
})
