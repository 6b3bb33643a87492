import { findTerms, fold, type QueryText, readQuery } from '@voisin/words'
import type { Spelling } from './dictionary.ts'

/** A query's text, read. */
export interface AskedText extends Pick<QueryText, 'text' | 'phrases' | 'excluded'> {
  readonly spelling: Spelling
}

export interface AskingOptions {
  /** Words that are spelled as they are meant. @default none */
  readonly knownWords?: readonly string[] | undefined
  /** Whether the last word may go on. @default false */
  readonly asYouType?: boolean | undefined
}

/** Reads a query's text: its signs (see `readQuery`), and what of it may be spelled otherwise. */
export function readText(text: string, { knownWords = [], asYouType = false }: AskingOptions = {}): AskedText {
  const { begun, ...asked } = readQuery(text)
  const last = asYouType && !/\s$/.test(text) ? wordsOf(asked.text).slice(-1) : []
  return { ...asked, spelling: { known: new Set(knownWords.map(fold)), begun: new Set([...begun, ...last]) } }
}

/** A text's words, folded, in order. */
export function wordsOf(text: string): string[] {
  return findTerms(text).words.map((word) => word.text)
}
