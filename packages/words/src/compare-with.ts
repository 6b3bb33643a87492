import type { Match } from '@voisin/spec'
import { editsIn, typingErrors, unitsOf } from './edits.ts'
import { formsOf, isBeginning, lookupsOf } from './forms.ts'

/** By what a word is found; by typing errors only where nothing closer is there. */
export type Found = Match['by'] | 'errors'

const COMMON_END = 2
const NOTHING: ReadonlyMap<number, Found> = new Map()

/**
 * Compares words with those of a query: by place among these, what each is found by. A word that was compared is remembered.
 *
 * @param asked Folded, as `findTerms` has them; so are the words that are compared.
 * @param begun Those of them that may go on.
 */
export function compareWith(asked: readonly string[], begun: ReadonlySet<string>): (word: string) => ReadonlyMap<number, Found> {
  const places = new Map<string, number[]>()
  for (const [place, word] of asked.entries()) {
    for (const form of new Set(lookupsOf(word))) {
      const those = places.get(form)
      if (those) those.push(place)
      else places.set(form, [place])
    }
  }
  const edits = asked.map(editsIn)
  const units = asked.map(unitsOf)

  const compare = (word: string): ReadonlyMap<number, Found> => {
    const found = new Map<number, Found>()
    const shared = new Set<number>()
    const closely = new Set<number>()
    for (const form of new Set([word, ...formsOf(word)])) {
      for (const place of places.get(form) ?? []) {
        shared.add(place)
        if (!isBeginning(form)) closely.add(place)
      }
    }
    // Most words are too long or too short for most others.
    let letters: ArrayLike<number> | undefined
    const isMistyped = (place: number): boolean => {
      if (edits[place] === 0 || Math.abs(word.length - asked[place]!.length) > edits[place]!) return false
      letters ??= editsIn(word) === 0 ? [] : unitsOf(word)
      return typingErrors(units[place]!, letters, edits[place]!) > 0
    }
    for (const [place, text] of asked.entries()) {
      if (text === word) found.set(place, 'exact')
      else if (shared.has(place)) {
        const isOther = isMistyped(place) && (!closely.has(place) || isChangedInside(word, text))
        found.set(place, isOther ? 'spelling' : 'stem')
      } else if (begun.has(text) && word.startsWith(text)) found.set(place, 'stem')
      else if (isMistyped(place)) found.set(place, 'errors')
    }
    return found.size === 0 ? NOTHING : found
  }

  const seen = new Map<string, ReadonlyMap<number, Found>>()
  return (word) => {
    const before = seen.get(word)
    if (before !== undefined) return before
    const found = compare(word)
    seen.set(word, found)
    return found
  }
}

/** Whether two words end alike behind what is different, as no endings of one stem do. */
function isChangedInside(one: string, other: string): boolean {
  return one.slice(-COMMON_END) === other.slice(-COMMON_END) && one[0] === other[0]
}
