import { LETTER_WIDTH, type PdfPage, type PdfText } from './write-pdf.ts'

/** What is to be set: a heading, or a paragraph. */
export interface Piece {
  /** 0 for a paragraph, else the level of a heading. */
  readonly level: number
  readonly text: string
  /** No word of it is broken. */
  readonly isWhole?: boolean
}

export interface Setting {
  readonly columns: number
  readonly size: number
  /** Paragraphs begin further in, instead of after a gap. */
  readonly isIndented: boolean
  /** Printed above each page, with its number below. */
  readonly head?: string
  /** Breaks long words at the ends of lines. */
  readonly isHyphenated: boolean
}

const WIDTH = 595
const HEIGHT = 842
const MARGIN = 60
const GUTTER = 22

/** Sets pieces in columns, line after line and page after page, as a typesetter would. */
export function typeset(pieces: readonly Piece[], setting: Setting): PdfPage[] {
  const { columns, size, isIndented, head, isHyphenated } = setting
  const columnWidth = (WIDTH - 2 * MARGIN - (columns - 1) * GUTTER) / columns
  const pages: PdfText[][] = []
  let column = columns
  let y = HEIGHT
  const place = (text: string, textSize: number, indent: number, gap: number, font: 'plain' | 'bold') => {
    y += gap + 1.25 * textSize
    if (y > HEIGHT - MARGIN - 20) {
      column++
      if (column >= columns) {
        column = 0
        const number = pages.length + 1
        pages.push(
          head === undefined
            ? []
            : [
                { x: MARGIN, y: 36, size: 9, text: head },
                { x: WIDTH / 2, y: HEIGHT - 30, size: 9, text: String(number) },
              ],
        )
      }
      y = MARGIN + 20 + textSize
    }
    pages.at(-1)!.push({ x: MARGIN + column * (columnWidth + GUTTER) + indent, y, size: textSize, text, font })
  }
  for (const { level, text, isWhole = false } of pieces) {
    const textSize = level === 0 ? size : size * (1.8 - 0.25 * level)
    const indent = level === 0 && isIndented ? 1.5 * size : 0
    let gap = level > 0 ? 1.4 * size : isIndented ? 0 : 0.8 * size
    let line = ''
    const end = () => {
      place(line, textSize, gap === Number.NEGATIVE_INFINITY ? 0 : indent, Math.max(0, gap), level > 0 ? 'bold' : 'plain')
      gap = Number.NEGATIVE_INFINITY
      line = ''
    }
    for (const word of text.split(' ')) {
      const room = () => Math.floor((columnWidth - (gap === Number.NEGATIVE_INFINITY ? 0 : indent)) / (LETTER_WIDTH * textSize))
      const rest = room() - line.length - (line === '' ? 0 : 1)
      if (word.length <= rest) {
        line += line === '' ? word : ` ${word}`
        continue
      }
      const isBroken = isHyphenated && !isWhole && level === 0 && rest >= 4 && word.length >= 7 && /^\p{Ll}+$/u.test(word)
      if (isBroken) line += `${line === '' ? '' : ' '}${word.slice(0, 3)}-`
      end()
      line = isBroken ? word.slice(3) : word
    }
    end()
  }
  return pages.map((texts) => ({ width: WIDTH, height: HEIGHT, texts }))
}
