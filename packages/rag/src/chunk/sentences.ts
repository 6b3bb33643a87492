import type { Span } from '@voisin/spec'
import { sentenceEnds } from './sentence-ends.ts'

/** The span without white space at its ends. */
export function trimSpan(text: string, { start, end }: Span): Span {
  while (start < end && isBlank(text, start)) start++
  while (end > start && isBlank(text, end - 1)) end--
  return { start, end }
}

function isBlank(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  return unit < 0x80 ? unit === 0x20 || (unit >= 9 && unit <= 13) : /\s/.test(text[at]!)
}

/**
 * Finds the sentences of a running text, in order, without the white space around them. A line break within the text does not end a
 * sentence, a blank line does; an abbreviation, an initial or an ordinal number does not, in any of some thirty languages.
 */
export function findSentences(text: string, range: Span = { start: 0, end: text.length }): Span[] {
  const sentences: Span[] = []
  const add = (start: number, end: number) => {
    const span = trimSpan(text, { start, end })
    if (span.start < span.end) sentences.push(span)
  }
  let start = range.start
  for (const end of sentenceEnds(text.slice(range.start, range.end))) {
    add(start, range.start + end)
    start = range.start + end
  }
  add(start, range.end)
  return sentences
}
