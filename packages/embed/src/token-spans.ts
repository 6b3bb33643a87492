import type { Span } from '@voisin/spec'

const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/**
 * Finds where tokens stand in a text. Tokenizers of transformers.js do not say: they see the normalised text alone.
 *
 * @param normalize What the tokenizer does to a text first (lower case, no accents, …).
 * @param surfaces Each token's own characters in the normalised text, or undefined for one that stands for something unknown.
 * @returns One span of `text` for each token, in order.
 */
export function tokenSpans(text: string, normalize: (text: string) => string, surfaces: readonly (string | undefined)[]): Span[] {
  const normal = normalize(text)
  const origins = originsOf(text, normal, normalize)
  const inNormal = locate(normal, surfaces)
  return inNormal.map(({ start, end }) => {
    if (end <= start) return { start: origins[start]?.start ?? text.length, end: origins[start]?.start ?? text.length }
    return { start: origins[start]!.start, end: origins[end - 1]!.end }
  })
}

/** For each code unit of the normalised text, the piece of the text it comes from. */
function originsOf(text: string, normal: string, normalize: (text: string) => string): Span[] {
  // The finest cut whose pieces, normalised one by one, give what the whole gives. A final sigma, for one, needs its word.
  const cuts = [() => graphemes(text), () => text.split(/(?<=\s)(?=\S)/), () => [text]]
  for (const cut of cuts) {
    const pieces = cut()
    const normalized = pieces.map(normalize)
    if (normalized.join('') !== normal) continue
    const origins: Span[] = []
    let start = 0
    pieces.forEach((piece, index) => {
      const end = start + piece.length
      for (let unit = 0; unit < normalized[index]!.length; unit++) origins.push({ start, end })
      start = end
    })
    return origins
  }
  return Array.from({ length: normal.length }, () => ({ start: 0, end: text.length }))
}

function graphemes(text: string): string[] {
  return Array.from(GRAPHEMES.segment(text), ({ segment }) => segment)
}

/** Places the surfaces one after the other; an unknown token takes the word between its neighbours. */
function locate(normal: string, surfaces: readonly (string | undefined)[]): Span[] {
  const spans: Span[] = []
  let cursor = 0
  surfaces.forEach((surface, index) => {
    cursor = skipSpace(normal, cursor)
    if (surface && normal.startsWith(surface, cursor)) {
      spans.push({ start: cursor, end: cursor + surface.length })
      cursor += surface.length
      return
    }
    const next = surfaces.slice(index + 1).find((later) => later !== undefined)
    const stop = endOfUnknown(normal, cursor, next)
    spans.push({ start: cursor, end: stop })
    cursor = stop
  })
  return spans
}

/** An unknown word ends at the next space, or where the next known token begins, whichever is first. */
function endOfUnknown(normal: string, start: number, next: string | undefined): number {
  const space = normal.slice(start).search(/\s/)
  const wordEnd = space < 0 ? normal.length : start + space
  const nextStart = next ? normal.indexOf(next, start + 1) : -1
  return nextStart >= 0 && nextStart < wordEnd ? nextStart : wordEnd
}

function skipSpace(normal: string, from: number): number {
  let at = from
  while (at < normal.length && /\s/.test(normal[at]!)) at++
  return at
}
