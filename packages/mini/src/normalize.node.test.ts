import { expect, test } from 'vitest'
import { isFinalSigma } from './final-sigma.ts'
import { normalize, wordsOf } from './testing/reference-words.ts'
import { WordReader } from './words.ts'

function read(text: string): string[] {
  const reader = new WordReader()
  const words: string[] = []
  reader.open(text)
  while (reader.next()) words.push(new TextDecoder().decode(reader.bytes.subarray(0, reader.byteCount)))
  return words
}

// Of those that mean nothing, one in 256.
const CODE_POINTS = Array.from({ length: 0x110000 }, (_, codePoint) => codePoint).filter(
  (codePoint) => codePoint % 256 === 0 || !/[\p{Cn}\p{Co}]/u.test(String.fromCodePoint(codePoint)),
)

test('every code point becomes what the whole text makes of it, alone and among letters', () => {
  const wrong: string[] = []
  for (const codePoint of CODE_POINTS) {
    const character = String.fromCodePoint(codePoint)
    for (const text of [character, `a${character}b`]) {
      if (read(text).join('|') !== wordsOf(text).join('|')) wrong.push(`${codePoint.toString(16)} in ${text}`)
    }
  }
  expect(wrong).toEqual([])
})

test('a final sigma is one after and before every code point where it is one for JavaScript', () => {
  const wrong: string[] = []
  for (const codePoint of CODE_POINTS) {
    const character = String.fromCodePoint(codePoint)
    for (const text of [`α${character}Σ`, `${character}Σ`, `αΣ${character}α`, `αΣ${character}`]) {
      const at = text.indexOf('Σ')
      if (character === 'Σ' || at < 0) continue
      const last = Array.from(normalize(text)).findLast((letter) => letter === 'σ' || letter === 'ς')
      // A character that itself brings a sigma is no test of this one.
      if (/[Σσς]/.test(character.normalize('NFKD'))) continue
      if (isFinalSigma(text, at, at + 1) !== (last === 'ς')) wrong.push(`${codePoint.toString(16)} in ${text}`)
    }
  }
  expect(wrong).toEqual([])
})
