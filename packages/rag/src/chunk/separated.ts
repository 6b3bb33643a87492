import type { Span } from '@voisin/spec'
import { trimSpan } from './sentences.ts'

/** A table of values: one record a row. */
export interface Rows {
  readonly delimiter: string
  readonly rows: readonly Span[]
  /** Names of the columns, where the first row has such. */
  readonly header: Span | undefined
}

const DELIMITERS = ['\t', ';', ',', '|']
/** So many lines show what separates. */
const SAMPLE = 20
/** A cell that is no name of a column, as a year is. */
const VALUE = /^(?!(?:19|20)\d\d$)["']?(?:[-+(]?[\d.,:/ -]*\d[\d.,:/%) -]*|\S+@\S+\.\S+|https?:\/\/\S+|true|false)["']?$/i
const LONGEST_NAME = 80
const LONGEST_CELL = 20_000

/** Reads comma-separated values, or such with another delimiter. A quoted cell may hold line breaks; a quote that nothing closes is text. */
export function readRows(text: string): Rows {
  const delimiter = delimiterOf(text)
  const rows: Span[] = []
  const closing = closingQuotes(text, delimiter)
  let start = 0
  let cell = 0
  const add = (end: number) => {
    const row = trimSpan(text, { start, end })
    if (row.start < row.end) rows.push(row)
  }
  const marks = new RegExp(`[\\r\\n${delimiter === '\t' ? '\\t' : `\\${delimiter}`}"]`, 'g')
  if (text.startsWith('\ufeff')) start = cell = 1
  for (let found = marks.exec(text); found !== null; found = marks.exec(text)) {
    const { 0: mark, index } = found
    if (mark === '"') {
      // A quote within a cell is text.
      if (text.slice(cell, index).trim() === '' && index - cell < 8) marks.lastIndex = closing(index) ?? index + 1
    } else if (mark === delimiter) cell = index + 1
    else {
      add(index)
      start = cell = index + 1
    }
  }
  add(text.length)
  const first = rows[0]
  const isDirective = first !== undefined && /^sep=.$/i.test(text.slice(first.start, Math.min(first.end, first.start + 8)))
  const header = rows[isDirective ? 1 : 0]
  return { delimiter, rows, header: header && rows.length > 1 && isHeader(text, header, delimiter) ? header : undefined }
}

/** The rows of a block of lines that all have the same number of cells, at least three, below names of columns. */
export function rowsIn(text: string, { start, end }: Span): Rows | undefined {
  const block = text.slice(start, end)
  const { rows, header, delimiter } = readRows(block)
  if (header === undefined || rows.length < 3) return undefined
  const count = cellsOf(block, header, delimiter).length
  if (count < 3 || (delimiter === ',' && isSpaced(block)) || rows.some((row) => cellsOf(block, row, delimiter).length !== count))
    return undefined
  const placed = rows.map((row) => ({ start: start + row.start, end: start + row.end }))
  return { delimiter, rows: placed, header: placed[rows.indexOf(header)] }
}

/** Whether commas have a blank after them, as in running text. */
function isSpaced(text: string): boolean {
  const commas = text.match(/,.?/g) ?? []
  return commas.filter((comma) => comma === ', ').length > commas.length / 2
}

/** Where the quote that opens at an index is closed; asked for in rising order. */
function closingQuotes(text: string, delimiter: string): (open: number) => number | undefined {
  const close = new RegExp(`"(?=\\s*(?:[\\r\\n]|$|${delimiter === '\t' ? '\\t' : `\\${delimiter}`}))`, 'g')
  let known = -1
  return (open) => {
    if (known <= open && known !== Number.POSITIVE_INFINITY) {
      for (let from = open + 1; ; ) {
        close.lastIndex = from
        const found = close.exec(text)
        if (found === null) known = Number.POSITIVE_INFINITY
        else if (text[found.index - 1] === '"' && isDoubled(text, open, found.index)) {
          from = found.index + 1
          continue
        } else known = found.index
        break
      }
    }
    return known - open > LONGEST_CELL ? undefined : known + 1
  }
}

/** Whether a quote is the second one of two that stand for one: an odd number of them before it, the opening one left out. */
function isDoubled(text: string, open: number, at: number): boolean {
  let count = 0
  for (let i = at - 1; i > open && text[i] === '"'; i--) count++
  return count % 2 === 1
}

/** What most lines have the same number of, at least one. */
function delimiterOf(text: string): string {
  const lines = text
    .slice(0, 20_000)
    .split(/\r\n|\n|\r/)
    .filter((line) => line.trim() !== '')
    .slice(0, SAMPLE)
  let best = ','
  let most = 0
  for (const delimiter of DELIMITERS) {
    const counts = lines.map((line) => line.replace(/"[^"]*"/g, '').split(delimiter).length - 1)
    const common = counts.filter((count) => count > 0 && count === counts[0]).length
    if (common > most) [best, most] = [delimiter, common]
  }
  return best
}

/** The cells of a row, without the delimiters between them. */
export function cellsOf(text: string, row: Span, delimiter: string): Span[] {
  const cells: Span[] = []
  let isQuoted = false
  let start = row.start
  for (let at = row.start; at < row.end; at++) {
    const character = text[at]!
    if (character === '"' && delimiter !== '|') isQuoted = !isQuoted
    else if (character === '\\' && delimiter === '|') at++
    else if (character === delimiter && !isQuoted) {
      cells.push({ start, end: at })
      start = at + 1
    }
  }
  cells.push({ start, end: row.end })
  return cells
}

function isHeader(text: string, row: Span, delimiter: string): boolean {
  if (row.end - row.start > 4_000) return false
  const names = cellsOf(text, row, delimiter).map((cell) => text.slice(cell.start, cell.end).trim())
  return names.every((name) => name.length <= LONGEST_NAME && !VALUE.test(name)) && names.some((name) => name !== '')
}
