import { type AskedText, hasPhrase, termsOf, wordsOf } from '@voisin/lexical'
import { type Bitmap, clearBit, emptyBitmap, hasBit, setBit } from '../points/bitmap.ts'
import type { CollectionState } from '../state/collection-state.ts'

/** Of the points that may be listed, those that have the phrases, and nothing that is to be left out. @param allow Changed, where given. */
export function allowedBy(
  state: CollectionState,
  { phrases, excluded }: AskedText,
  allow: Bitmap | undefined,
): Bitmap | undefined {
  let bits = allow
  for (const phrase of phrases) {
    const those = emptyBitmap(state.ids.nextOffset)
    for (const offset of pointsWith(state, phrase, true)) if (bits === undefined || hasBit(bits, offset)) setBit(those, offset)
    bits = those
  }
  for (const words of excluded) {
    bits ??= allOf(state)
    for (const offset of pointsWith(state, words, wordsOf(words).length > 1)) clearBit(bits, offset)
  }
  return bits
}

/** Points that have all of some words. @param isPhrase Whether these have to follow one another as they are. */
function pointsWith(state: CollectionState, text: string, isPhrase: boolean): number[] {
  const words = state.words!
  const having = words.having(termsOf(text))
  return isPhrase ? having.filter((offset) => words.textsOf(offset).some((each) => hasPhrase(each, text))) : having
}

function allOf(state: CollectionState): Bitmap {
  const bits = emptyBitmap(state.ids.nextOffset)
  for (const offset of state.ids.liveOffsets()) setBit(bits, offset)
  return bits
}
