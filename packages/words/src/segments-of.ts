import type { Span } from '@voisin/spec'

// In Node 20 a step costs a copy of the text that is stepped through; so much is copied in less time than the rest of a step takes.
const SHORTEST_PIECE = 2048
/** Of a piece; a dictionary, for a script without spaces, looks at a whole run, and is right about its beginning long before its end. */
const SURE_PART = 0.75

/**
 * The segments of a text, in order, as `segmenter.segment(text)` gives them, in time linear in the length of the text: the segmenter is handed
 * pieces. A piece begins where a segment does, since what stands before a boundary has no say in the next. A boundary
 * counts when another follows before the piece's end: what had to be looked at to find it stood in the piece. A piece with none is
 * handed over again, twice as long. Where letters of a script without spaces follow one another for longer than a piece and can be cut in more
 * than one way, a dictionary may cut them otherwise than in the whole.
 */
export function* segmentsOf(text: string, segmenter: Intl.Segmenter, shortestPiece: number = SHORTEST_PIECE): Generator<Span> {
  let start = 0
  let length = shortestPiece
  while (start < text.length) {
    const piece = text.slice(start, start + length)
    const isLast = start + length >= text.length
    let done = 0
    for (const { segment, index } of segmenter.segment(piece)) {
      const isSure = isLast || (index <= piece.length * SURE_PART && index + segment.length < piece.length)
      if (!isSure) break
      if (index > 0) yield { start: start + done, end: start + index }
      done = index
      // A long piece was needed for one boundary; many steps through it would cost its length each.
      if (done > 0 && piece.length > shortestPiece) break
    }
    if (isLast && (done === 0 || piece.length <= shortestPiece)) {
      yield { start: start + done, end: text.length }
      return
    }
    length = done > 0 ? shortestPiece : length * 2
    start += done
  }
}
