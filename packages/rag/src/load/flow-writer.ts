import type { Place } from './extracted.ts'
import { isBlank, MARK, MarkdownWriter, oneLine } from './markdown-writer.ts'

/** A cell of a table, as it begins. */
export interface Cell {
  /** How many columns it takes. @default 1 */
  readonly columns?: number
  /** Whether it goes on with the one above. */
  readonly isContinued?: boolean
}

interface Table {
  readonly rows: string[][]
  /** Of the row above, by column. */
  above: string[]
  cell: string[]
  columns: number
  isContinued: boolean
}

/** A cell over several rows is repeated in each, so that a row can be read alone; a longer text is not. */
const LONGEST_REPEATED = 100
const MOST_COLUMNS = 200

/** Writes a word processor's document as it comes: paragraphs, items, tables and notes, one after the other. */
export class FlowWriter {
  readonly #writer = new MarkdownWriter()
  readonly #tables: Table[] = []
  /** Levels of the items that are open, outermost first. */
  readonly #items: number[] = []
  #notes: string[] = []

  mark(place: Omit<Place, 'start'>): string {
    return this.#writer.mark(place)
  }

  paragraph(text: string): void {
    if (this.#intoCell(text)) return
    this.#endItems(-1)
    this.#writer.paragraph(text)
    this.#writeNotes()
  }

  heading(level: number, text: string): void {
    if (this.#intoCell(text)) return
    this.#endItems(-1)
    this.#writer.heading(level, text)
    this.#writeNotes()
  }

  /** @param level From 0. @param label `-`, `3.`, or any other, which is then a part of the text. */
  item(level: number, label: string, text: string): void {
    const isBullet = /^(?:-|\d{1,9}[.)])$/.test(label)
    const labelled = isBullet ? text : `${label} ${text}`
    if (this.#intoCell(isBullet && label === '-' ? text : `${isBullet ? `${label} ` : ''}${labelled}`)) return
    this.#endItems(level - 1)
    this.#writer.beginItem(isBullet ? label : '-')
    this.#items.push(level)
    this.#writer.paragraph(labelled)
    this.#writeNotes()
  }

  /** A further paragraph of the item that was written last. */
  goOn(text: string): void {
    if (this.#intoCell(text)) return
    this.#writer.paragraph(text)
    this.#writeNotes()
  }

  /** What a note says, under the label that stands in the text. It follows what is written next. */
  note(label: string, text: string): void {
    if (!isBlank(text)) this.#notes.push(`[^${label}]: ${oneLine(text)}`)
  }

  beginTable(): void {
    this.#tables.push({ rows: [], above: [], cell: [], columns: 1, isContinued: false })
  }

  beginRow(): void {
    const table = this.#tables.at(-1)
    if (table === undefined) return
    table.above = table.rows.at(-1) ?? []
    table.rows.push([])
  }

  beginCell({ columns = 1, isContinued = false }: Cell = {}): void {
    const table = this.#tables.at(-1)
    if (table === undefined) return
    table.cell = []
    table.columns = columns
    table.isContinued = isContinued
  }

  endCell(): void {
    const table = this.#tables.at(-1)
    const row = table?.rows.at(-1)
    if (table === undefined || row === undefined) return
    const own = table.cell.join(' ')
    const above = (table.above[row.length] ?? '').replaceAll(MARK, '')
    const text = table.isContinued && isBlank(own) && above.length <= LONGEST_REPEATED ? above + own : own
    table.cell = []
    if (row.length >= MOST_COLUMNS) row[row.length - 1] += ` ${text}`
    else for (let i = 0; i < table.columns && row.length < MOST_COLUMNS; i++) row.push(i === 0 ? text : '')
  }

  endTable(): void {
    const table = this.#tables.pop()
    if (table === undefined) return
    const rows = table.rows.filter((row) => row.some((text) => text !== ''))
    const outer = this.#tables.at(-1)
    if (outer !== undefined) {
      for (const row of rows) outer.cell.push(row.filter((text) => text !== '').join(' '))
      return
    }
    this.#endItems(-1)
    // One column, or one row, only lays out what it holds.
    if (rows.length > 1 && rows.some((row) => row.length > 1)) this.#writer.table(rows)
    else for (const text of rows.flat()) this.#writer.paragraph(text)
    this.#writeNotes()
  }

  finish(): { text: string; places: Place[] } {
    while (this.#tables.length > 0) this.endTable()
    this.#endItems(-1)
    this.#writeNotes()
    return this.#writer.finish()
  }

  #intoCell(text: string): boolean {
    const table = this.#tables.at(-1)
    if (table === undefined) return false
    const line = oneLine(text)
    if (line !== '') table.cell.push(line)
    return true
  }

  /** Ends the items deeper than this. */
  #endItems(level: number): void {
    while (this.#items.length > 0 && this.#items.at(-1)! > level) {
      this.#items.pop()
      this.#writer.endItem()
    }
  }

  #writeNotes(): void {
    if (this.#tables.length > 0) return
    for (const note of this.#notes) this.#writer.paragraph(note)
    this.#notes = []
  }
}
