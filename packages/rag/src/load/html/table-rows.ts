import { MARK, oneLine } from '../markdown-writer.ts'
import type { HtmlElement } from './html-tree.ts'

/** A cell over several rows is repeated in each, so that a row can be read alone; a longer text is not. */
const LONGEST_REPEATED = 100
const MOST_COLUMNS = 200
const MOST_ROWS_SPANNED = 1_000

/**
 * The cells of a table of data as text, row by row; undefined where the table only lays out a page: it has one column or one row, or its
 * cells hold tables, headings or programs.
 */
export function tableRows(
  table: HtmlElement,
  textOfCell: (cell: HtmlElement) => string,
  isLeft: (element: HtmlElement) => boolean,
): string[][] | undefined {
  const cells = rowsOf(table, isLeft)
  if (cells.length < 2 || cells.every((row) => row.length < 2)) return undefined
  if (table.attributes.get('role') === 'presentation' || cells.some((row) => row.some(isLayout))) return undefined
  const rows: string[][] = []
  /** By column: what a cell above says, and how many more rows it spans. */
  const spanning = new Map<number, { text: string; rows: number }>()
  for (const row of cells) {
    const texts: string[] = []
    const fill = () => {
      for (let span = spanning.get(texts.length); span !== undefined; span = spanning.get(texts.length)) {
        if (--span.rows === 0) spanning.delete(texts.length)
        texts.push(span.text)
      }
    }
    for (const cell of row) {
      fill()
      if (texts.length >= MOST_COLUMNS) {
        // Not lost, but not a column of its own any more.
        texts[texts.length - 1] += ` ${oneLine(textOfCell(cell))}`
        continue
      }
      const text = oneLine(textOfCell(cell))
      const below = spanOf(cell, 'rowspan', MOST_ROWS_SPANNED)
      const repeated = text.length > LONGEST_REPEATED ? '' : text.replaceAll(MARK, '')
      const columns = Math.min(spanOf(cell, 'colspan', MOST_COLUMNS), MOST_COLUMNS - texts.length)
      for (let i = 0; i < columns; i++) {
        if (below > 1) spanning.set(texts.length, { text: i === 0 ? repeated : '', rows: below - 1 })
        texts.push(i === 0 ? text : '')
      }
    }
    fill()
    if (texts.some((text) => text !== '')) rows.push(texts)
  }
  return rows.length < 2 ? undefined : rows
}

function rowsOf(table: HtmlElement, isLeft: (element: HtmlElement) => boolean): HtmlElement[][] {
  const rows: HtmlElement[][] = []
  const visit = (parent: HtmlElement) => {
    for (const child of parent.children) {
      if (typeof child === 'string' || isLeft(child)) continue
      if (child.tag === 'tr') {
        const cells = child.children.filter(
          (cell): cell is HtmlElement => typeof cell !== 'string' && (cell.tag === 'td' || cell.tag === 'th'),
        )
        rows.push(cells.filter((cell) => !isLeft(cell)))
      } else if (child.tag === 'tbody' || child.tag === 'thead' || child.tag === 'tfoot' || child.tag === 'form') visit(child)
    }
  }
  visit(table)
  return rows
}

const LAYOUT = new Set('table h1 h2 h3 h4 h5 h6 pre article section'.split(' '))

function isLayout(element: HtmlElement): boolean {
  return element.children.some((child) => typeof child !== 'string' && (LAYOUT.has(child.tag) || isLayout(child)))
}

function spanOf({ attributes }: HtmlElement, name: string, most: number): number {
  const span = Number.parseInt(attributes.get(name) ?? '1', 10)
  return span >= 1 ? Math.min(span, most) : 1
}
