import { describe, expect, test } from 'vitest'
import { tokenSpans } from './token-spans.ts'

const bert = (text: string) =>
  text
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
const written = (text: string, surfaces: (string | undefined)[], normalize = bert) =>
  tokenSpans(text, normalize, surfaces).map(({ start, end }) => text.slice(start, end))

describe('tokenSpans', () => {
  test('finds pieces of words, under accents and capitals', () => {
    expect(written('Un Éléphant!', ['un', 'ele', 'phant', '!'])).toEqual(['Un', 'Élé', 'phant', '!'])
  })

  test('counts UTF-16 code units, also of accents that stand alone', () => {
    const text = 'e\u0301te\u0301 a'
    expect(tokenSpans(text, bert, ['ete', 'a'])).toEqual([
      { start: 0, end: 5 },
      { start: 6, end: 7 },
    ])
  })

  test('gives an unknown token the word it stands for', () => {
    expect(written('go 😀😀 on', ['go', undefined, 'on'])).toEqual(['go', '😀😀', 'on'])
    expect(written('😀!', [undefined, '!'])).toEqual(['😀', '!'])
    expect(written('x 😀', ['x', undefined])).toEqual(['x', '😀'])
  })

  test('falls back to whole words where a letter depends on its word', () => {
    const greek = (text: string) => text.toLowerCase()
    expect(greek('ΟΔΟΣ')).toBe('οδος')
    expect(written('ΟΔΟΣ ΜΕΓΑΣ', ['οδ', 'ος', 'μεγας'], greek)).toEqual(['ΟΔΟΣ ', 'ΟΔΟΣ ', 'ΜΕΓΑΣ'])
  })

  test('gives the whole text where the normaliser cannot be followed', () => {
    const strange = (text: string) => `>${text}`
    expect(written('a b', ['>a', 'b'], strange)).toEqual(['a b', 'a b'])
  })

  test('has no spans for no tokens', () => {
    expect(tokenSpans('', bert, [])).toEqual([])
  })
})
