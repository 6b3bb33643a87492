import type { Citation, Passage, Span } from '@voisin/spec'
import { contentWords, findWords } from '@voisin/words'
import { findStatements } from '../chunk/statements.ts'
import { placesOf } from '../places.ts'

/** The citation of a span of a passage's chunk. */
export function cite(number: number, { chunk, places = [] }: Passage, span: Span): Citation {
  const [start, end] = [chunk.start + span.start, chunk.start + span.end]
  const [first] = placesOf({ start, end }, places)
  const { start: _, ...place } = first ?? { start }
  return {
    number,
    documentId: chunk.documentId,
    start,
    end,
    quote: chunk.text.slice(span.start, span.end),
    ...(first && { place }),
  }
}

/** A statement that shares less than this of a sentence's words is not taken for its source. */
const LEAST_SHARED = 0.3

/** Where a passage says what a sentence says: the statement that shares most of its words, or the whole chunk. */
export function findSource(sentence: string, { chunk }: Passage): Span {
  let best: Span = { start: 0, end: chunk.text.length }
  let most = LEAST_SHARED
  for (const span of findStatements(chunk)) {
    const shared = sharedWords(sentence, chunk.text.slice(span.start, span.end))
    if (shared > most) {
      most = shared
      best = span
    }
  }
  return best
}

/** Share of the content words of `asked` that `text` has, 0 … 1. */
function sharedWords(asked: string, text: string): number {
  const words = contentWords(asked)
  const stems = new Set(findWords(text).flatMap((word) => word.stems))
  return words.filter((word) => word.stems.some((stem) => stems.has(stem))).length / Math.max(1, words.length)
}
