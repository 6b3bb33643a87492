import type { Span } from '@voisin/spec'
import { segmentsOf } from '@voisin/words'
import { findBlocks } from './blocks.ts'

// One locale for all, so that the same text is cut alike on every machine; the rules for ends of sentences hardly differ.
const SENTENCES: Intl.Segmenter = new Intl.Segmenter('en', { granularity: 'sentence' })

/** A full stop after one of these, or after a single capital letter, ends an abbreviation and not a sentence. */
const ABBREVIATION =
  /(?:^|[\s(«“"'’.-])(?:\p{Lu}|Dr|Mr|Mrs|Ms|St|Ste|Mme|Mlle|MM|Pr|cf|e\.g|i\.e|p|pp|art|al|vs|[Ff]ig|[Nn]o|env|approx|[Cc]h|[Vv]ol|éd|ed|av|apr|tél|tel|max|min)\.$/u

const BLANK = /\s/

/** The span without white space at its ends. */
export function trimSpan(text: string, { start, end }: Span): Span {
  while (start < end && BLANK.test(text[start]!)) start++
  while (end > start && BLANK.test(text[end - 1]!)) end--
  return { start, end }
}

/**
 * Finds the sentences of a running text, in order, without the white space around them. A line break within the text does not end a
 * sentence, an abbreviation neither.
 */
export function findSentences(text: string, range: Span = { start: 0, end: text.length }): Span[] {
  // A line break would end a sentence for the segmenter; of the same length, a space keeps every offset.
  const flat = text.slice(range.start, range.end).replace(/[\r\n\u2028\u2029]/g, ' ')
  const sentences: Span[] = []
  let open: number | undefined
  for (const { start, end } of segmentsOf(flat, SENTENCES)) {
    open ??= start
    if (ABBREVIATION.test(flat.slice(start, end).trimEnd())) continue
    add(open, end)
    open = undefined
  }
  if (open !== undefined) add(open, flat.length)
  return sentences

  function add(start: number, end: number): void {
    const span = trimSpan(text, { start: range.start + start, end: range.start + end })
    if (span.start < span.end) sentences.push(span)
  }
}

const MARKER = /^\s*(?:>\s*)*(?:(?:[-+*•‣–]|\d{1,9}[.)])[ \t]+)?(?:\[[ xX]\][ \t]+)?/

/**
 * Finds what can be quoted on its own in a Markdown text: the sentences of paragraphs and list items (without the item's marker), and
 * the rows of tables and lines of code.
 */
export function findStatements(text: string): Span[] {
  const statements: Span[] = []
  for (const { kind, start, end } of findBlocks(text)) {
    if (kind === 'code' || kind === 'table') {
      for (const line of text.slice(start, end).matchAll(/[^\r\n]+/g)) {
        const span = trimSpan(text, { start: start + line.index, end: start + line.index + line[0].length })
        if (/[\p{L}\p{N}]/u.test(text.slice(span.start, span.end))) statements.push(span)
      }
    } else {
      const marker = MARKER.exec(text.slice(start, end))![0].length
      for (const sentence of findSentences(text, { start: start + marker, end })) statements.push(sentence)
    }
  }
  return statements
}
