import type { Span } from '@voisin/spec'
import { fold } from './fold.ts'
import { toSimplified } from './simplified.ts'

/** A letter of a script without spaces, with what cannot stand without it. */
export interface Unit extends Span {
  /** Folded. */
  readonly text: string
}

// Where scripts are written in syllables that letters are not:
//   Thai, Lao       a vowel written before its consonant, the consonant, marks, vowels written behind
//   Khmer           a consonant, consonants below it (each after a coeng), marks
//   Burmese         a consonant, consonants below it (each after a virama), marks; then consonants that end the syllable (with an asat)
const SYLLABLE =
  /[\u0e40-\u0e44\u0ec0-\u0ec4]?[\p{L}\p{N}](?:[\u17d2\u1039]\p{L}|\p{M}|\p{Cf}|(?<=[\u0e00-\u0eff]\p{M}*)[\u0e30\u0e32\u0e33\u0e45\u0eb0\u0eb2\u0eb3]|[\u1000-\u1021](?:\u1037?\u103a))*|\P{L}/gu

const KATAKANA = /[\u30a1-\u30f6]/g
const TO_HIRAGANA = 0x60

/** Cuts a run of a script without spaces: one letter each in Chinese and Japanese, one syllable or less in the others. */
export function unitsOf(run: string): Unit[] {
  const units: Unit[] = []
  for (const { 0: written, index } of run.matchAll(SYLLABLE)) {
    const text = foldUnit(written)
    if (text !== '') units.push({ text, start: index, end: index + written.length })
  }
  return units
}

/** Simplified characters and hiragana: one word is written in both ways. */
function foldUnit(written: string): string {
  const folded = fold(written).replace(KATAKANA, (letter) => String.fromCharCode(letter.charCodeAt(0) - TO_HIRAGANA))
  return toSimplified(folded)
}
