import type { Line } from './lines.ts'
import { cellsOf, type Row, textOf } from './rows.ts'

export interface TableRow {
  readonly cells: readonly string[]
  readonly page: number
}

interface Open {
  readonly line: Line
  readonly cells: Row[]
}

/**
 * A table that begins at a line: rows one below the other, each in several parts, that fall into the same columns. A line that stands in a
 * column alone goes on with the row above it.
 *
 * @param isItem Whether a text begins as an item of a list does.
 * @returns Its rows, none where there is no table, and the line after what was looked at.
 */
export function findTable(
  lines: readonly Line[],
  from: number,
  gap: number,
  isItem: (text: string) => boolean,
): { readonly rows: readonly TableRow[]; readonly end: number } {
  const rows: Open[] = []
  const first = lines[from]!
  let end = from
  for (; end < lines.length; end++) {
    const line = lines[end]!
    if (line.region !== first.region || line.isMono || line.tag || line.text.includes(' … ')) break
    const cells = cellsOf(line.row, gap)
    const before = rows.at(-1)
    const isNear = !before || line.row.y - lines[end - 1]!.row.y < 3.2 * line.row.size
    if (!isNear) break
    if (cells.length === 1) {
      if (!before || !isBelowCell(before.cells, cells[0]!)) break
    } else if (rows.length === 0 && isItem(textOf(cells[0]!)) && cells.length === 2) break
    rows.push({ line, cells })
  }
  const columns = columnsOf(rows)
  const full = rows.filter(({ cells }) => cells.length > 1).length
  if (columns.length < 2 || full < (columns.length > 2 ? 2 : 3)) return { rows: [], end: Math.max(end, from + 1) }
  const isOneEach = rows.every(({ cells }) => new Set(cells.map((cell) => columnOf(columns, cell))).size === cells.length)
  if (!isOneEach) return { rows: [], end: Math.max(end, from + 1) }
  return { rows: written(rows, columns), end }
}

const isBelowCell = (above: readonly Row[], cell: Row): boolean =>
  above.slice(1).some(({ x0 }) => Math.abs(x0 - cell.x0) < 0.5 * cell.size)

/** Where the columns begin: parts that lie one over the other are of one column. */
function columnsOf(rows: readonly Open[]): number[] {
  const cells = rows.flatMap((row) => row.cells).sort((a, b) => a.x0 - b.x0)
  const starts: number[] = []
  let end = Number.NEGATIVE_INFINITY
  for (const { x0, x1 } of cells) {
    if (x0 > end) starts.push(x0)
    end = Math.max(end, x1)
  }
  return starts
}

/** The last column that begins before a part does. */
function columnOf(columns: readonly number[], { x0 }: Row): number {
  let [low, high] = [0, columns.length]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (columns[middle]! <= x0) low = middle
    else high = middle
  }
  return low
}

function written(rows: readonly Open[], columns: readonly number[]): TableRow[] {
  const table: { cells: string[]; page: number }[] = []
  for (const { line, cells } of rows) {
    const isContinued = cells.length === 1 && table.length > 0
    if (!isContinued) table.push({ cells: columns.map(() => ''), page: line.page })
    const texts = table.at(-1)!.cells
    for (const cell of cells) {
      const at = columnOf(columns, cell)
      texts[at] = texts[at] === '' ? textOf(cell) : `${texts[at]} ${textOf(cell)}`
    }
  }
  return table
}
