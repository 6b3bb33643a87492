import { EmptyTextError } from '@voisin/spec'
import type { Parse, Place } from '../extracted.ts'
import { oneLine } from '../markdown-writer.ts'
import { openPackage } from '../office-package.ts'
import { readSheet, type SheetRow } from './read-sheet.ts'
import { readWorkbook } from './workbook.ts'

/** A table has at most so many empty cells for each that is filled; else its rows are written as what is in them. */
const MOST_EMPTY = 12
const SMALL_CELLS = 20_000

/**
 * Reads XLSX: each sheet is a heading and a table whose first row names the columns, without empty rows and columns; dates are ISO 8601, numbers
 * have the form that the sheet shows. Each row is a place.
 *
 * @throws {UnsupportedError} It is encrypted, or of a version before 2007.
 * @throws {CorruptDataError | LimitError} It is damaged, or too large when it is unpacked.
 * @throws {EmptyTextError} No sheet has anything in it.
 */
export const parseXlsx: Parse = async (bytes, { name, signal }) => {
  const zip = openPackage(bytes, { name, signal }, 'XLSX')
  const workbook = await readWorkbook(zip, name)
  const writer = new SheetWriter()
  for (const sheet of workbook.sheets) {
    signal?.throwIfAborted()
    const rows = await readSheet(zip, sheet.path, workbook)
    if (rows.length > 0) writer.write(oneLine(sheet.name), rows)
  }
  const { text, places } = writer.finish()
  if (text === '') throw new EmptyTextError(`"${name}" is empty.`, { expected: 'a sheet with something in it' })
  return { text, places }
}

class SheetWriter {
  readonly #pieces: string[] = []
  readonly #places: Place[] = []
  #length = 0

  write(sheet: string, rows: readonly SheetRow[]): void {
    this.#push(this.#length === 0 ? '' : '\n\n')
    this.#places.push({ start: this.#length, ...(sheet !== '' && { sheet }) })
    this.#push(`# ${sheet === '' ? 'Sheet' : sheet}\n`)
    const first = rows.findIndex(({ cells }) => cells.length > 1)
    const table = first < 0 ? [] : rows.slice(first)
    // What stands above a table, alone in its row, is a title or a note.
    for (const row of first < 0 ? rows : rows.slice(0, first)) {
      this.#push('\n')
      this.#begin(sheet, row)
      this.#push(`${row.cells[0]!.text.replace(/^(?=#{1,6}\s|```|~~~)/, '\\')}\n`)
    }
    if (table.length > 0) this.#writeTable(sheet, table)
    // The line break after the last row is the gap's.
    this.#length -= 1
    this.#pieces[this.#pieces.length - 1] = this.#pieces.at(-1)!.slice(0, -1)
  }

  finish(): { readonly text: string; readonly places: readonly Place[] } {
    return { text: this.#pieces.join(''), places: this.#places }
  }

  #writeTable(sheet: string, rows: readonly SheetRow[]): void {
    const used = new Set<number>()
    let filled = 0
    for (const { cells } of rows) {
      filled += cells.length
      for (const { column } of cells) used.add(column)
    }
    const columns = [...used].sort((a, b) => a - b)
    const isSparse = columns.length * rows.length > Math.max(SMALL_CELLS, MOST_EMPTY * filled)
    this.#push('\n')
    for (const [index, row] of rows.entries()) {
      this.#begin(sheet, row)
      if (isSparse) {
        this.#push(`- ${row.cells.map(({ column, text }) => `${lettersOf(column)}${row.number}: ${text}`).join('; ')}\n`)
        continue
      }
      const texts = new Map(row.cells.map(({ column, text }) => [column, text.replaceAll('|', '\\|')]))
      this.#push(`| ${columns.map((column) => texts.get(column) ?? '').join(' | ')} |\n`)
      if (index === 0) this.#push(`|${' --- |'.repeat(columns.length)}\n`)
    }
  }

  #begin(sheet: string, { number }: SheetRow): void {
    this.#places.push({ start: this.#length, ...(sheet !== '' && { sheet }), row: number })
  }

  #push(piece: string): void {
    this.#pieces.push(piece)
    this.#length += piece.length
  }
}

function lettersOf(column: number): string {
  let letters = ''
  for (let rest = column; rest > 0; rest = Math.floor((rest - 1) / 26))
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters
  return letters
}
