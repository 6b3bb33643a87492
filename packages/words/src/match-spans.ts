import type { Span } from '@voisin/spec'
import { editsBetween, editsIn, unitsOf } from './edits.ts'
import { findWords, type Word } from './find-words.ts'
import { formsOf } from './forms.ts'
import { contentWords } from './stop-words.ts'

/**
 * Where the words of a query stand in a text, in order; where one does not, words that it may be with typing errors. Stop words of the query are
 * passed over, unless it has no others.
 */
export function matchSpans(text: string, query: string): Span[] {
  const words = findWords(text)
  const asked = new Set(contentWords(query).map((word) => word.text))
  const found = new Set<Word>()
  for (const each of asked) {
    const wanted = new Set([each, ...formsOf(each)])
    const those = words.filter((word) => wanted.has(word.text) || formsOf(word.text).some((form) => wanted.has(form)))
    for (const word of those.length > 0 ? those : mistypedIn(words, each)) found.add(word)
  }
  return words.filter((word) => found.has(word)).map(({ start, end }) => ({ start, end }))
}

function mistypedIn(words: readonly Word[], asked: string): Word[] {
  const most = editsIn(asked)
  if (most === 0) return []
  const units = unitsOf(asked)
  return words.filter(({ text }) => editsIn(text) > 0 && editsBetween(units, unitsOf(text), most) <= most)
}
