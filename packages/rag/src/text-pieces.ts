/** A payload ends at 16 MiB; a UTF-16 code unit takes at most three bytes. */
const PIECE_UNITS = 2 ** 20

/** A text in pieces that each fit into one point; at least one. */
export function piecesOf(text: string): string[] {
  const pieces: string[] = []
  let start = 0
  do {
    let end = Math.min(start + PIECE_UNITS, text.length)
    // Between characters: half of one cannot be stored.
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end--
    pieces.push(text.slice(start, end))
    start = end
  } while (start < text.length)
  return pieces
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00
}
