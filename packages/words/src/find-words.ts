import type { Span } from '@voisin/spec'
import { APOSTROPHE, EXTENDER, kindOf, LETTER, UNSPACED } from './character-kinds.ts'
import { fold } from './fold.ts'
import { segmentsOf } from './segments-of.ts'
import { formOf } from './stems.ts'

/** A word of a text: `[start, end)` in UTF-16 code units of it. */
export interface Word extends Span {
  /** Folded: lower case, no accents. */
  readonly text: string
  /** What it is found under; see {@link stemsOf}. */
  readonly stems: readonly string[]
}

// French articles, pronouns and conjunctions that lose their vowel before another. ('aujourd’hui', 'presqu’île' are one word.)
const ELIDED = new Set('c d j l m n qu s t jusqu lorsqu puisqu quoiqu'.split(' '))

let segmenter: Intl.Segmenter | undefined

/**
 * Finds the words of a text, in order. A word is a run of letters and digits, with apostrophes inside it; a French elision
 * (l’, d’, qu’) is a word of its own. Runs of scripts without spaces are cut by the browser's dictionary (Intl.Segmenter).
 *
 * Linear in the length of the text.
 */
export function findWords(text: string): Word[] {
  const words: Word[] = []
  let at = 0
  while (at < text.length) {
    const codePoint = text.codePointAt(at)!
    const kind = kindOf(codePoint)
    if (kind === LETTER) at = pushRun(words, text, at)
    else if (kind === UNSPACED) at = pushSegments(words, text, at)
    else at += widthOf(codePoint)
  }
  return words
}

/** Pushes the words of the run of letters that begins at `start`. Returns where the run ends. */
function pushRun(words: Word[], text: string, start: number): number {
  let end = start
  let wordStart = start
  while (end < text.length) {
    const codePoint = text.codePointAt(end)!
    const kind = kindOf(codePoint)
    if (kind === LETTER || kind === EXTENDER) {
      end += widthOf(codePoint)
    } else if (kind === APOSTROPHE && end + 1 < text.length && kindOf(text.codePointAt(end + 1)!) === LETTER) {
      if (isElided(text, wordStart, end)) {
        pushWord(words, text, wordStart, end)
        wordStart = end + 1
      }
      end++
    } else break
  }
  pushWord(words, text, wordStart, end)
  return end
}

function isElided(text: string, start: number, apostrophe: number): boolean {
  if (apostrophe - start > 6 || !ELIDED.has(fold(text.slice(start, apostrophe)))) return false
  // The English genitive of a letter: "the C's".
  const next = apostrophe + 1
  const isGenitive = text[next] === 's' && (next + 1 === text.length || kindOf(text.codePointAt(next + 1)!) !== LETTER)
  return !isGenitive
}

/** Pushes the words of the run without spaces that begins at `start`. Returns where the run ends. */
function pushSegments(words: Word[], text: string, start: number): number {
  let end = start
  while (end < text.length) {
    const codePoint = text.codePointAt(end)!
    const kind = kindOf(codePoint)
    if (kind !== UNSPACED && kind !== EXTENDER) break
    end += widthOf(codePoint)
  }
  if (end - start === widthOf(text.codePointAt(start)!)) {
    pushWord(words, text, start, end)
    return end
  }
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'word' })
  for (const segment of segmentsOf(text.slice(start, end), segmenter))
    pushWord(words, text, start + segment.start, start + segment.end)
  return end
}

function pushWord(words: Word[], text: string, start: number, end: number): void {
  const form = formOf(text.slice(start, end))
  if (form.text !== '') words.push({ text: form.text, start, end, stems: form.stems })
}

function widthOf(codePoint: number): number {
  return codePoint > 0xffff ? 2 : 1
}
