import type { Span } from '@voisin/spec'
import { cutText } from './cut.ts'
import { filledLines } from './lines.ts'
import { clip, leadBudget, leadWith, lengthOf, type Part, partsOf, type Unit } from './parts.ts'
import { findSentences, trimSpan } from './sentences.ts'
import { cellsOf, type Rows, rowsIn } from './separated.ts'

interface Belonging {
  readonly depth?: number
  /** What units that belong to it are read under. */
  readonly lead?: string
  /** What its own later parts are read under. */
  readonly ownLead?: string
}

/** Running text: cut between sentences, then as `cutText` does. */
export function textUnit(text: string, span: Span, belonging: Belonging = {}): Unit {
  return new DividedUnit(text, span, findSentences, belonging)
}

/** Text that is cut between its lines. */
export function linesUnit(text: string, span: Span, belonging: Belonging = {}): Unit {
  return new DividedUnit(text, span, filledLines, belonging)
}

/** A class, since a document may have millions of them. */
class DividedUnit implements Unit {
  readonly start: number
  readonly end: number
  readonly depth: number
  readonly lead: string
  readonly #ownLead: string
  readonly #text: string
  readonly #divide: (text: string, span: Span) => readonly Span[]

  constructor(
    text: string,
    { start, end }: Span,
    divide: (text: string, span: Span) => readonly Span[],
    { depth = 0, lead = '', ownLead = '' }: Belonging,
  ) {
    this.start = start
    this.end = end
    this.depth = depth
    this.lead = lead
    this.#ownLead = ownLead
    this.#text = text
    this.#divide = divide
  }

  cut(outer: readonly string[], most: number): readonly Part[] {
    const later = this.#ownLead === '' ? outer : leadWith(outer, this.#ownLead, most)
    // Room for the longer of both: which parts begin a chunk is not known yet.
    const room = most - Math.max(lengthOf(outer), lengthOf(later))
    return this.#divide(this.#text, this)
      .flatMap((piece) => (piece.end - piece.start <= room ? [piece] : cutText(this.#text, piece, room)))
      .map(({ start, end }, i) => ({ start, end, lead: i === 0 ? outer : later }))
  }
}

/** The rows of a table: never cut, unless one alone is too long, and then between its cells. */
export function rowUnit(text: string, row: Span, delimiter: string, depth: number): Unit {
  return {
    ...row,
    depth,
    lead: '',
    cut(outer, most) {
      const room = most - lengthOf(outer)
      return joinCells(text, row, delimiter, room).map((piece): Part => ({ ...piece, lead: outer }))
    },
  }
}

function joinCells(text: string, row: Span, delimiter: string, room: number): Span[] {
  const pieces: Span[] = []
  let open: Span | undefined
  for (const cell of cellsOf(text, row, delimiter)) {
    // With the delimiter after it.
    const whole = trimSpan(text, { start: cell.start, end: Math.min(cell.end + 1, row.end) })
    if (open && whole.end - open.start <= room) {
      open = { start: open.start, end: whole.end }
      continue
    }
    if (open) pieces.push(open)
    open = undefined
    if (whole.end - whole.start <= room) open = whole
    else pieces.push(...cutText(text, whole, room))
  }
  if (open) pieces.push(open)
  return pieces
}

/** Rows under their header. */
export function tableUnits(
  text: string,
  { rows, header, delimiter }: Rows,
  lead: (most: number) => string,
  most: number,
): Unit[] {
  if (header === undefined) return rows.map((row) => rowUnit(text, row, delimiter, 0))
  const head: Unit = { ...rowUnit(text, header, delimiter, 0), lead: lead(leadBudget(most)) }
  const below = rows.filter((row) => row.start >= header.end)
  const above = rows.filter((row) => row.end <= header.start)
  return [...above.map((row) => rowUnit(text, row, delimiter, 0)), head, ...below.map((row) => rowUnit(text, row, delimiter, 1))]
}

/** A table of Markdown: cut between rows, each part from the second on under the header. */
export function markdownTableUnit(text: string, span: Span, opening: Span | undefined, depth: number): Unit {
  return {
    ...span,
    depth,
    lead: '',
    cut(outer, most) {
      const rows = filledLines(text, { start: opening?.end ?? span.start, end: span.end })
      const header = opening && trimSpan(text, opening)
      const units = tableUnits(text, { rows, header, delimiter: '|' }, (budget) => headerOf(text, header!, budget), most)
      return partsOf(units, most, { outer })
    },
  }
}

/** Lines that are entries: those of a table of values under the names of its columns. */
export function entriesUnit(text: string, span: Span, depth: number): Unit {
  return {
    ...span,
    depth,
    lead: '',
    cut(outer, most) {
      const table = rowsIn(text, span)
      if (table === undefined) return linesUnit(text, span).cut(outer, most)
      const { header, delimiter } = table
      return partsOf(
        tableUnits(text, table, (budget) => columnNames(text, header!, delimiter, budget), most),
        most,
        { outer },
      )
    },
  }
}

/** A header of as many columns as there is room for, with the line below it that makes it one. */
function headerOf(text: string, header: Span, budget: number): string {
  const titles = filledLines(text, header).find((line) => /[^\s|+:=-]/.test(text.slice(line.start, line.end)))
  if (titles === undefined) return ''
  // Not the sign of a quote.
  const from = titles.start + /^[>\s]*/.exec(text.slice(titles.start, titles.end))![0].length
  const cells = cellsOf(text, { start: from, end: titles.end }, '|').map((cell) => text.slice(cell.start, cell.end).trim())
  if (cells[0] === '') cells.shift()
  if (cells.at(-1) === '') cells.pop()
  return [...rowsOf(cells, budget)].at(-1) ?? clip(text.slice(titles.start, titles.end), budget)
}

function* rowsOf(cells: readonly string[], budget: number): Generator<string> {
  let titles = '|'
  let delimiters = '|'
  for (const cell of cells) {
    titles += ` ${cell} |`
    delimiters += '---|'
    if (titles.length + delimiters.length + 2 > budget) return
    yield `${titles}\n${delimiters}`
  }
}

/** A row of names of columns, as many as there is room for. */
export function columnNames(text: string, header: Span, delimiter: string, budget: number): string {
  let end = header.start
  for (const cell of cellsOf(text, header, delimiter)) {
    if (cell.end - header.start >= budget - 1) break
    end = cell.end
  }
  return end > header.start ? text.slice(header.start, end) : clip(text.slice(header.start, header.end), budget)
}
