/** What a generator has written, taken apart. */
export type WrittenPart = { readonly text: string } | { readonly passage: number }

const CITATION = /^\[\s*(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\s*\]/
/** What may still become a citation when more is written. */
const BEGINNING = /^\[[\d\s,;]{0,40}$/

/**
 * Takes text in pieces, cut anywhere, and gives it back as text and citations `[n]` of the passages 1 … `passageCount`. A citation of
 * a passage that is not there is left out; `[1, 2]` is two citations.
 */
export function createCitationReader(passageCount: number): { read(piece: string): WrittenPart[]; end(): WrittenPart[] } {
  let rest = ''

  const take = (isEnd: boolean): WrittenPart[] => {
    const parts: WrittenPart[] = []
    for (;;) {
      const open = rest.indexOf('[')
      const plain = open < 0 ? rest : rest.slice(0, open)
      if (plain !== '') parts.push({ text: plain })
      rest = rest.slice(plain.length)
      if (rest === '') return parts
      const citation = CITATION.exec(rest)
      if (citation) {
        for (const number of citation[1]!.split(/[,;]/).map(Number)) {
          if (number >= 1 && number <= passageCount) parts.push({ passage: number })
        }
        rest = rest.slice(citation[0].length)
      } else if (!isEnd && BEGINNING.test(rest)) {
        return parts
      } else {
        parts.push({ text: '[' })
        rest = rest.slice(1)
      }
    }
  }

  return {
    read(piece) {
      rest += piece
      return take(false)
    },
    end: () => take(true),
  }
}
