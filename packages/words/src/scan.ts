import { APOSTROPHE, EXTENDER, kindOf, LETTER, SYMBOL, UNSPACED } from './character-kinds.ts'
import { fold } from './fold.ts'

/** Takes the runs of a text, `[start, end)`, in order. */
export interface Runs {
  /** Letters and digits of scripts with spaces, apostrophes inside; a French elision is a run of its own. */
  letters(start: number, end: number): void
  /** Letters of scripts without spaces. */
  unspaced(start: number, end: number): void
  /** One sign that says something by itself. */
  symbol?(start: number, end: number): void
}

// French articles, pronouns and conjunctions that lose their vowel before another. ('aujourd’hui', 'presqu’île' are one word.)
const ELIDED = new Set('c d j l m n qu s t jusqu lorsqu puisqu quoiqu'.split(' '))

/** Cuts a text into runs. Linear in the length of the text. */
export function scan(text: string, runs: Runs): void {
  let at = 0
  while (at < text.length) {
    const codePoint = text.codePointAt(at)!
    const kind = kindOf(codePoint)
    if (kind === LETTER) at = scanLetters(text, at, runs)
    else if (kind === UNSPACED) at = scanUnspaced(text, at, runs)
    else {
      const end = at + widthOf(codePoint)
      if (kind === SYMBOL) runs.symbol?.(at, end)
      at = end
    }
  }
}

/** Takes the run of letters that begins at `start`. Returns where it ends. */
function scanLetters(text: string, start: number, runs: Runs): number {
  let end = start
  let from = start
  while (end < text.length) {
    const codePoint = text.codePointAt(end)!
    const kind = kindOf(codePoint)
    if (kind === LETTER || kind === EXTENDER) {
      end += widthOf(codePoint)
    } else if (kind === APOSTROPHE && end + 1 < text.length && kindOf(text.codePointAt(end + 1)!) === LETTER) {
      if (isElided(text, from, end)) {
        runs.letters(from, end)
        from = end + 1
      }
      end++
    } else break
  }
  runs.letters(from, end)
  return end
}

function isElided(text: string, start: number, apostrophe: number): boolean {
  if (apostrophe - start > 6 || !ELIDED.has(fold(text.slice(start, apostrophe)))) return false
  // The English genitive of a letter: "the C's".
  const next = apostrophe + 1
  const isGenitive = text[next] === 's' && (next + 1 === text.length || kindOf(text.codePointAt(next + 1)!) !== LETTER)
  return !isGenitive
}

/** Takes the run without spaces that begins at `start`. Returns where it ends. */
function scanUnspaced(text: string, start: number, runs: Runs): number {
  let end = start
  while (end < text.length) {
    const codePoint = text.codePointAt(end)!
    const kind = kindOf(codePoint)
    if (kind !== UNSPACED && kind !== EXTENDER) break
    end += widthOf(codePoint)
  }
  runs.unspaced(start, end)
  return end
}

function widthOf(codePoint: number): number {
  return codePoint > 0xffff ? 2 : 1
}
