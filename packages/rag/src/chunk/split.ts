import type { Span } from '@voisin/spec'
import { segmentsOf } from '@voisin/words'
import type { Block } from './blocks.ts'
import { findSentences, trimSpan } from './sentences.ts'

const WORDS: Intl.Segmenter = new Intl.Segmenter('en', { granularity: 'word' })
const GRAPHEMES: Intl.Segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })

/**
 * Cuts a block into spans of at most `maxCharacters`, where it hurts least: between the lines of code and tables, between sentences
 * elsewhere; a sentence that is too long between words, a word between graphemes, a grapheme between code points.
 */
export function splitBlock(text: string, block: Block, maxCharacters: number): Span[] {
  const whole = trimSpan(text, block)
  if (whole.end - whole.start <= maxCharacters) return [whole]
  const units = block.kind === 'code' || block.kind === 'table' ? linesOf(text, whole) : findSentences(text, whole)
  return units.flatMap((unit) => splitUnit(text, unit, maxCharacters))
}

function linesOf(text: string, { start, end }: Span): Span[] {
  return Array.from(text.slice(start, end).matchAll(/[^\r\n]+/g), (line) =>
    trimSpan(text, { start: start + line.index, end: start + line.index + line[0].length }),
  ).filter((line) => line.start < line.end)
}

function splitUnit(text: string, unit: Span, maxCharacters: number): Span[] {
  if (unit.end - unit.start <= maxCharacters) return [unit]
  return fill(text, unit, maxCharacters, WORDS).flatMap((part) =>
    part.end - part.start <= maxCharacters
      ? [part]
      : fill(text, part, maxCharacters, GRAPHEMES).flatMap((grapheme) => splitCodePoints(text, grapheme, maxCharacters)),
  )
}

/** As many segments in each span as fit; a single segment that does not fit is a span of its own. */
function fill(text: string, { start, end }: Span, maxCharacters: number, segmenter: Intl.Segmenter): Span[] {
  const spans: Span[] = []
  let first = start
  let last = start
  for (const segment of segmentsOf(text.slice(start, end), segmenter)) {
    const next = start + segment.end
    if (next - first > maxCharacters && last > first) {
      add(first, last)
      first = last
    }
    last = next
  }
  add(first, last)
  return spans

  function add(from: number, to: number): void {
    const span = trimSpan(text, { start: from, end: to })
    if (span.start < span.end) spans.push(span)
  }
}

function splitCodePoints(text: string, { start, end }: Span, maxCharacters: number): Span[] {
  const spans: Span[] = []
  while (end - start > maxCharacters) {
    let cut = start + maxCharacters
    const before = text.charCodeAt(cut - 1)
    const after = text.charCodeAt(cut)
    if (before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff) cut--
    spans.push({ start, end: cut })
    start = cut
  }
  if (start < end) spans.push({ start, end })
  return spans
}
