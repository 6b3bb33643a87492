import type { Span } from '@voisin/spec'
import { scan } from './scan.ts'
import { segmentsOf } from './segments-of.ts'
import { formOf } from './stems.ts'

/** A word of a text: `[start, end)` in UTF-16 code units of it. */
export interface Word extends Span {
  /** Folded: lower case, no accents. */
  readonly text: string
  /** What it is found under; see {@link stemsOf}. */
  readonly stems: readonly string[]
}

let segmenter: Intl.Segmenter | undefined

/**
 * Finds the words of a text as a reader sees them, in order. A word is a run of letters and digits, with apostrophes inside it; a French
 * elision (l’, d’, qu’) is a word of its own. Runs of scripts without spaces are cut by the browser's dictionary (Intl.Segmenter), which
 * is another in each browser: what is stored is found by {@link findTerms}.
 *
 * Linear in the length of the text.
 */
export function findWords(text: string): Word[] {
  const words: Word[] = []
  const push = (start: number, end: number) => {
    const form = formOf(text.slice(start, end))
    if (form.text !== '') words.push({ text: form.text, start, end, stems: form.stems })
  }
  scan(text, {
    letters: push,
    unspaced: (start, end) => {
      if (end - start === (text.codePointAt(start)! > 0xffff ? 2 : 1)) {
        push(start, end)
        return
      }
      segmenter ??= new Intl.Segmenter(undefined, { granularity: 'word' })
      for (const segment of segmentsOf(text.slice(start, end), segmenter)) push(start + segment.start, start + segment.end)
    },
  })
  return words
}
