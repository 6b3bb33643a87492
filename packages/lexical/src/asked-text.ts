import { findTerms, fold, type QueryText, readQuery } from '@voisin/words'
import type { Spelling } from './dictionary.ts'

/** A query's text, read. */
export interface AskedText extends Pick<QueryText, 'text' | 'phrases' | 'excluded'> {
  readonly spelling: Spelling
}

export interface AskingOptions {
  /** Words that are spelled as they are meant. @default nobody knows */
  readonly knownWords?: readonly string[] | undefined
  /** Whether the last word may go on. @default false */
  readonly asYouType?: boolean | undefined
}

/** Reads a query's text: its signs (see `readQuery`), and what of it may be spelled otherwise. */
export function readText(text: string, { knownWords, asYouType = false }: AskingOptions = {}): AskedText {
  const { begun, ...asked } = readQuery(text, { asYouType })
  const known = knownWords && new Set(knownWords.map(fold))
  return { ...asked, spelling: { ...(known && { known }), begun: new Set(begun) } }
}

/** A text's words, folded, in order. */
export function wordsOf(text: string): string[] {
  return findTerms(text).words.map((word) => word.text)
}

/** What a text that is left out, or has to be there, is looked for by: its name, where all of it is one with a sign at its end, as C++; else its words. */
export function termsOf(text: string): string[] {
  const { words, wholes } = findTerms(text)
  const name = wholes.find((whole) => /[+#]$/.test(whole.text) && whole.end - whole.start === text.trim().length)
  return name === undefined ? words.map((word) => word.text) : [name.text]
}
