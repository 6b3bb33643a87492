import { expect, test } from 'vitest'
import { StaticModel } from './static.ts'
import { embed, readReference } from './testing/reference.ts'
import { SMALL, WIDE } from './testing/small-models.ts'
import { writeModel } from './testing/write-model.ts'

const model = StaticModel.from(SMALL)
const vectorOf = (text: string, maxWords = 512, of = model) => {
  const target = new Float32Array(of.dim)
  return { result: of.embedInto(text, maxWords, target, 0), vector: [...target] }
}

test.each(['', ' \n\t', '\u200b\u00ad', '\ud800', '\u00a0\u200d'])('%j has none', (text) => {
  expect(vectorOf(text)).toEqual({ result: 'empty', vector: new Array(12).fill(0) })
})

test('a text is cut after so many words, and says so', () => {
  expect(vectorOf('hello world', 2).result).toBe('whole')
  expect(vectorOf('hello world !', 2).result).toBe('whole')
  expect(vectorOf('hello world a', 2)).toEqual({ result: 'cut', vector: vectorOf('hello world').vector })
  expect(vectorOf('☃☃!', 2)).toEqual({ result: 'cut', vector: vectorOf('☃☃').vector })
  expect(vectorOf('´¨´', 2)).toEqual({ result: 'cut', vector: vectorOf('´¨').vector })
  expect(vectorOf('hello', 0).result).toBe('empty')
})

test('a text is known where all its words are in the list', () => {
  for (const text of ['hello', 'HELLO', 'hello world', 'héllo!']) expect(model.knows(text)).toBe(true)
  for (const text of ['', ' ', 'helloworld', 'hello thexyz', 'thexyz hello', '!']) expect(model.knows(text)).toBe(false)
})

test('accents, case and ligatures change nothing', () => {
  expect(vectorOf('CŒUR Été').vector).toEqual(vectorOf('coeur e\u0301te').vector)
})

test('texts of more vectors than are summed at once are as the reference says', () => {
  for (const bytes of [SMALL, WIDE]) {
    const of = StaticModel.from(bytes)
    const text = 'hello thexyz ßomething WORLD naïvety 語 '.repeat(2000)
    const expected = embed(readReference(bytes), text)!
    const { result, vector } = vectorOf(text, Infinity, of)
    expect(result).toBe('whole')
    expect(Math.max(...vector.map((element, i) => Math.abs(element - expected[i]!)))).toBeLessThanOrEqual(1e-6)
    const { memoryBytes } = of
    vectorOf('hello', 512, of)
    expect(of.memoryBytes).toBeLessThan(memoryBytes)
  }
})

// Of the bytes drawn for 2 words, dim 2: centroids 0 and 1 are (3, 4) and (−3, −4), the others 0.
const opposite = (codes: readonly number[]) =>
  StaticModel.from(
    writeModel({
      words: ['a', 'b'],
      pieces: [],
      dim: 2,
      parts: 1,
      spelling: 0,
      byteAt: (i) => [3, 4, -3, -4][i] ?? (i >= 514 ? codes[i - 514]! : 0),
    }),
  )

test('where the vectors cancel out, the first is taken', () => {
  const of = opposite([0, 1])
  expect(vectorOf('a b', 9, of)).toEqual({ result: 'whole', vector: [0.6, 0.8].map(Math.fround) })
  expect(vectorOf('b a', 9, of)).toEqual({ result: 'whole', vector: [-0.6, -0.8].map(Math.fround) })
})

test('zeros are left out, and nothing else is no vector', () => {
  const of = opposite([2, 0])
  expect(vectorOf('a b', 9, of)).toEqual({ result: 'whole', vector: [0.6, 0.8].map(Math.fround) })
  expect(vectorOf('a a', 9, of).result).toBe('empty')
  expect(vectorOf('a zzz', 1, of).result).toBe('empty')
})

test('a model may lie anywhere in memory, and may have no words', () => {
  const bytes = new Uint8Array(WIDE.length + 3)
  bytes.set(WIDE, 3)
  expect(vectorOf('hello wörld', 9, StaticModel.from(bytes.subarray(3)))).toEqual(
    vectorOf('hello wörld', 9, StaticModel.from(WIDE)),
  )
  const empty = StaticModel.from(writeModel({ words: [], pieces: [] }))
  expect(vectorOf('hello', 9, empty).result).toBe('whole')
  expect(empty.words('hello')).toMatchObject([{ id: 0 }])
})
