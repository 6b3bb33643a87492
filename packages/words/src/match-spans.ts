import type { Span } from '@voisin/spec'
import { findWords } from './find-words.ts'
import { formsOf } from './forms.ts'
import { contentWords } from './stop-words.ts'

/** Where the words of a query stand in a text, in order. Stop words of the query are passed over, unless it has no others. */
export function matchSpans(text: string, query: string): Span[] {
  const wanted = new Set(contentWords(query).flatMap((word) => [word.text, ...formsOf(word.text)]))
  return findWords(text)
    .filter((word) => wanted.has(word.text) || formsOf(word.text).some((form) => wanted.has(form)))
    .map(({ start, end }) => ({ start, end }))
}
