import type { Table } from './blocks.ts'
import { type Line, linesOf, type Tag } from './lines.ts'
import type { Page } from './read-page.ts'
import { type Row, rowOf, textOf } from './rows.ts'
import type { Run } from './runs.ts'
import type { Element, Mark } from './structure.ts'
import type { TableRow } from './tables.ts'

const HEADING = /^H([1-6])$/
/** Roles that hold parts of their own; what else there is stands in a line of text. */
const GROUPS = new Set(
  'Document DocumentFragment Part Art Sect Div Aside NonStruct Index TOC L LI LBody Table THead TBody TFoot BlockQuote Figure'.split(
    ' ',
  ),
)
const PARAGRAPHS = new Set('P H Title TOCI Caption Note FENote Code Sub'.split(' '))

/**
 * What a tagged page says of itself, in its own order; undefined where it says it of less than nearly all of its text.
 * @param runs Of the page, without those that are left out.
 */
export function taggedParts({ number, structure }: Page, runs: readonly Run[]): readonly (Line | Table)[] | undefined {
  const byMark = new Map<string, Run[]>()
  for (const run of runs) {
    if (run.mark === undefined || run.isArtifact) continue
    const same = byMark.get(run.mark)
    if (same) same.push(run)
    else byMark.set(run.mark, [run])
  }
  const reader = new TagReader(byMark, number)
  for (const element of structure) reader.read(element)
  let [total, told] = [0, 0]
  for (const run of runs) {
    if (run.isArtifact) continue
    total += run.text.length
    if (run.mark !== undefined && !byMark.has(run.mark)) told += run.text.length
  }
  return total > 0 && told >= 0.97 * total ? reader.parts : undefined
}

class TagReader {
  readonly parts: (Line | Table)[] = []
  readonly #runs: Map<string, Run[]>
  readonly #page: number
  #depth = -1

  /** @param runs By mark; what is read is taken out. */
  constructor(runs: Map<string, Run[]>, page: number) {
    this.#runs = runs
    this.#page = page
  }

  read(element: Element): void {
    const { role, children } = element
    const heading = HEADING.exec(role)
    if (heading) this.#addLeaf(children, { kind: 'heading', level: Number(heading[1]) })
    else if (role === 'Title') this.#addLeaf(children, { kind: 'heading', level: 1 })
    else if (role === 'H') this.#addLeaf(children, { kind: 'heading', level: 2 })
    else if (role === 'Code') this.#addLeaf(children, { kind: 'code', level: 0 })
    else if (PARAGRAPHS.has(role)) this.#addLeaf(children, { kind: 'paragraph', level: 0 })
    else if (role === 'LI') this.#readItem(children)
    else if (role === 'Table') this.#addTable(element)
    else {
      if (role === 'L') this.#depth++
      this.#readGroup(children, { kind: 'paragraph', level: 0 })
      if (role === 'L') this.#depth--
    }
  }

  /** Text that stands between blocks, or in inline elements, is a block as it comes. */
  #readGroup(children: readonly (Element | Mark)[], tag: Tag): void {
    let open: (Element | Mark)[] = []
    const close = () => {
      this.#addLeaf(open, tag)
      open = []
    }
    for (const child of children) {
      if ('mark' in child || isInline(child)) open.push(child)
      else {
        close()
        this.read(child)
      }
    }
    close()
  }

  /** An item's own text first, then the lists and other blocks in it. */
  #readItem(children: readonly (Element | Mark)[]): void {
    const own: (Element | Mark)[] = []
    const inner: Element[] = []
    const sort = (parts: readonly (Element | Mark)[]) => {
      for (const part of parts) {
        if (!('mark' in part) && (part.role === 'LBody' || part.role === 'Div' || part.role === 'NonStruct')) sort(part.children)
        else if ('mark' in part || isInline(part) || (part.role === 'P' && inner.length === 0)) own.push(part)
        else inner.push(part)
      }
    }
    sort(children)
    this.#addLeaf(own, { kind: 'item', level: Math.max(0, this.#depth) })
    for (const element of inner) this.read(element)
  }

  #addLeaf(children: readonly (Element | Mark)[], tag: Tag): void {
    const rows = this.#rowsIn(children)
    if (rows.length === 0) return
    const x0 = Math.min(...rows.map((row) => row.x0))
    const x1 = Math.max(...rows.map((row) => row.x1))
    this.parts.push(...linesOf({ rows, x0, x1 }, this.#page, tag))
  }

  #addTable(table: Element): void {
    const rows: TableRow[] = []
    const visit = (element: Element) => {
      if (element.role === 'Caption') this.read(element)
      else if (element.role === 'TR') {
        const cells = element.children.map((cell) => this.#rowsIn([cell]).map(textOf).join(' '))
        if (cells.some((cell) => cell !== '')) rows.push({ cells, page: this.#page })
      } else for (const child of element.children) if ('role' in child) visit(child)
    }
    visit(table)
    const width = Math.max(0, ...rows.map(({ cells }) => cells.length))
    if (rows.length === 0) return
    this.parts.push({
      rows: rows.map(({ cells, page }) => ({ cells: [...cells, ...Array(width - cells.length).fill('')], page })),
    })
  }

  /** The text of elements in their own order: a paragraph may go on in the next column. */
  #rowsIn(children: readonly (Element | Mark)[]): Row[] {
    const rows: Row[] = []
    let open: Run[] = []
    for (const run of this.#runsIn(children)) {
      const last = open.at(-1)
      if (
        last &&
        (Math.abs(last.y - run.y) > 0.6 * Math.max(last.size, run.size) || Math.abs(run.x0 - last.x1) > 40 * run.size)
      ) {
        rows.push(rowOf(open))
        open = []
      }
      open.push(run)
    }
    if (open.length > 0) rows.push(rowOf(open))
    return rows
  }

  #runsIn(children: readonly (Element | Mark)[]): Run[] {
    return children.flatMap((child) => {
      if ('role' in child) return this.#runsIn(child.children)
      const runs = this.#runs.get(child.mark) ?? []
      this.#runs.delete(child.mark)
      return runs
    })
  }
}

const isInline = ({ role }: Element): boolean =>
  !GROUPS.has(role) && !PARAGRAPHS.has(role) && !HEADING.test(role) && role !== 'TR' && role !== 'TH' && role !== 'TD'
