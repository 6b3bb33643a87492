import type { LineJoiner } from './hyphens.ts'
import { distanceBefore, type Line } from './lines.ts'
import { cellsOf, textOf } from './rows.ts'
import { LONGEST_TITLE, type Style } from './style.ts'
import { findTable, type TableRow } from './tables.ts'

/** What of a block stands on a page. */
export interface Part {
  readonly page: number
  readonly text: string
}

export interface Block {
  readonly kind: 'heading' | 'paragraph' | 'item' | 'code' | 'table'
  /** Of a heading, from 1; of an item, how deep it is in others, from 0. */
  readonly level: number
  /** One after the other; a paragraph may begin on one page and end on the next. */
  readonly parts: readonly Part[]
}

const BULLET = /^(?:[•◦▪▫●○■□‣⁃∙·–—▶►➢➤✓✔\uf0b7\uf0a7\uf0d8\uf076\uf0fc*-])\s+(?=\S)/
const NUMBERED = /^(?:\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)]|\[\d{1,4}\])\s+(?=\S)/
const ENDED = /[.!?:;…。！？：；।۔؟]["'”’»)\]]*$/
const LEADS_ON = / … \S{1,8}$/
const HYPHENATED = /\p{L}[-\u2010\u00ad]$/u
/** A gap that is wider than between words, in letters' heights. */
const CELL_GAP = 1.2

/** Rows that the file itself calls a table. */
export interface Table {
  readonly rows: readonly TableRow[]
}

/** Puts lines together: paragraphs, also across columns and pages, headings, items, code and tables. */
export function blocksOf(parts: readonly (Line | Table)[], style: Style, joiner: LineJoiner): Block[] {
  const hasTaggedHeadings = parts.some((part) => 'tag' in part && part.tag?.kind === 'heading')
  const builder = new Builder(style, joiner, hasTaggedHeadings)
  let lines: Line[] = []
  for (const part of parts) {
    if ('row' in part) lines.push(part)
    else {
      addLines(lines, builder)
      lines = []
      builder.addTable(part.rows)
    }
  }
  addLines(lines, builder)
  return builder.finish()
}

function addLines(lines: readonly Line[], builder: Builder): void {
  let looked = 0
  for (let at = 0; at < lines.length; at++) {
    if (at >= looked) {
      const table = findTable(lines, at, CELL_GAP, isItem)
      looked = table.end
      if (table.rows.length > 0) {
        builder.addTable(table.rows)
        at = table.end - 1
        continue
      }
    }
    builder.add(lines[at]!, lines[at + 1])
  }
}

const isItem = (text: string): boolean => BULLET.test(text) || NUMBERED.test(text)

interface Open {
  readonly kind: Block['kind']
  readonly level: number
  readonly lines: Line[]
  readonly parts: { readonly page: number; readonly pieces: string[] }[]
  length: number
}

class Builder {
  readonly #style: Style
  readonly #joiner: LineJoiner
  readonly #hasTaggedHeadings: boolean
  readonly #blocks: Block[] = []
  #open: Open | undefined
  /** Where items begin, from the outermost. */
  #indents: number[] = []

  constructor(style: Style, joiner: LineJoiner, hasTaggedHeadings: boolean) {
    this.#style = style
    this.#joiner = joiner
    this.#hasTaggedHeadings = hasTaggedHeadings
  }

  add(line: Line, next: Line | undefined): void {
    const kind = this.#kindOf(line)
    const open = this.#open
    const goesOn = open && (line.tag ? this.#isOfOneElement(open, line) : kind !== 'item' && this.#goesOn(open, kind, line, next))
    if (goesOn) {
      this.#append(open, line)
      return
    }
    this.#close()
    const level = kind === 'heading' ? this.#levelOf(line) : kind === 'item' ? this.#depthOf(line) : 0
    const item = itemText(line)
    const text = kind === 'item' ? item : kind === 'code' ? indented(line) : line.text
    this.#open = { kind, level, lines: [line], parts: [{ page: line.page, pieces: [text] }], length: text.length }
  }

  addTable(rows: readonly TableRow[]): void {
    this.#close()
    this.#indents = []
    const written = rows.map(({ cells, page }) => ({ page, text: `| ${cells.map(inCell).join(' | ')} |` }))
    const [first, ...rest] = written
    const rule = `\n|${' --- |'.repeat(rows[0]!.cells.length)}`
    const parts = [
      { page: first!.page, text: first!.text + rule },
      ...rest.map(({ page, text }) => ({ page, text: `\n${text}` })),
    ]
    this.#blocks.push({ kind: 'table', level: 0, parts })
  }

  finish(): Block[] {
    this.#close()
    return this.#blocks
  }

  #kindOf(line: Line): Block['kind'] {
    // A tagged file whose writer knew no headings has them all the same.
    if (line.tag && (line.tag.kind !== 'paragraph' || this.#hasTaggedHeadings)) return line.tag.kind
    if (line.isMono && !this.#style.isBodyMono) return 'code'
    // What begins small goes on with a title, or is text that a scan made large.
    const isTitle = this.#style.levelOf(line) > 0 && (this.#open?.kind === 'heading' || !/^\p{Ll}/u.test(line.text))
    if (isTitle) return 'heading'
    return BULLET.test(line.text) || this.#isNumbered(line) ? 'item' : 'paragraph'
  }

  /** A number in the middle of a paragraph is no item. */
  #isNumbered(line: Line): boolean {
    if (!NUMBERED.test(line.text)) return false
    const open = this.#open
    if (!open || open.kind === 'heading' || open.kind === 'code' || open.kind === 'table') return true
    const before = open.lines.at(-1)!
    return (
      ENDED.test(before.text) || isShort(before, line) || open.kind === 'item' || distanceBefore(line) > 1.25 * this.#style.pitch
    )
  }

  #goesOn({ kind: openKind, lines, length, level }: Open, kind: Block['kind'], line: Line, next: Line | undefined): boolean {
    const before = lines.at(-1)!
    const isBelow = before.region === line.region && before.index + 1 === line.index
    const distance = isBelow ? distanceBefore(line) : 0
    if (openKind === 'heading') {
      if (kind !== 'heading' || !isBelow || distance >= 1.7 || this.#levelOf(line) !== level) return false
      // Two titles one below the other begin at one edge, and the first left room for more.
      const isOther = level > 1 && isShort(before, line) && Math.abs(before.row.x0 - line.row.x0) < 0.2 * line.row.size
      return !isOther && length + line.text.length <= LONGEST_TITLE
    }
    if (openKind === 'code') return kind === 'code' && (!isBelow || distance < 3 * this.#style.pitch)
    if (kind !== 'paragraph') return false
    if (HYPHENATED.test(before.text) && /^\p{Ll}/u.test(line.text)) return !isBelow || distance < 2 * this.#style.pitch
    if (!isBelow) return this.#goesOnElsewhere(before, line)
    const pitch = Math.max(this.#style.pitch, lines.length > 1 ? distanceBefore(before) : evenPitch(line.region))
    if (distance > 1.25 * pitch + 0.05 || Math.abs(before.row.size - line.row.size) > 0.12 * line.row.size) return false
    if (openKind === 'item') return line.row.x0 > lines[0]!.row.x0 + 0.3 * line.row.size || !ENDED.test(before.text)
    return !beginsParagraph(before, line, next)
  }

  /** In the element of a tagged file, or in one that another page cut in two. */
  #isOfOneElement({ kind, lines }: Open, line: Line): boolean {
    const before = lines.at(-1)!
    if (before.region === line.region) return true
    const isCut = before.page !== line.page && kind === 'paragraph' && before.tag && this.#kindOf(line) === 'paragraph'
    return isCut === true && !ENDED.test(before.text) && /^\p{Ll}/u.test(line.text)
  }

  /** In the next column, or on the next page. */
  #goesOnElsewhere(before: Line, line: Line): boolean {
    if (ENDED.test(before.text) || Math.abs(before.row.size - line.row.size) > 0.05 * line.row.size) return false
    if (/^\p{Ll}/u.test(line.text)) return true
    const isFull = before.row.x1 > before.region.x1 - 2 * before.row.size
    const isIndented = line.row.x0 > line.region.x0 + 0.8 * line.row.size
    return isFull && !isIndented && before.region.rows.length > 2 && line.region.rows.length > 2
  }

  #append(open: Open, line: Line): void {
    const { pieces } = open.parts.at(-1)!
    const before = open.lines.at(-1)!
    const last = pieces.at(-1)!
    if (open.kind === 'code') pieces.push('\n')
    else if (open.kind === 'paragraph' && before.region === line.region && endsLine(before, line)) pieces.push('\n')
    else {
      const { glue, isHyphenDropped } = this.#joiner.seam(last, line.text)
      if (isHyphenDropped) pieces[pieces.length - 1] = last.slice(0, -1)
      if (glue !== '') pieces.push(glue)
    }
    const text = open.kind === 'code' ? indented(line) : line.text
    if (before.page === line.page) pieces.push(text)
    else open.parts.push({ page: line.page, pieces: [text] })
    open.length += text.length + 1
    open.lines.push(line)
  }

  #levelOf(line: Line): number {
    return line.tag?.kind === 'heading' ? line.tag.level : this.#style.levelOf(line)
  }

  #depthOf(line: Line): number {
    if (line.tag) return Math.min(line.tag.level, 5)
    const { x0, size } = line.row
    if (this.#blocks.at(-1)?.kind !== 'item') this.#indents = []
    const own = x0 - line.region.x0
    while (this.#indents.length > 0 && this.#indents.at(-1)! > own + 0.5 * size) this.#indents.pop()
    if (this.#indents.length === 0 || own > this.#indents.at(-1)! + 0.5 * size) this.#indents.push(own)
    return Math.min(this.#indents.length - 1, 5)
  }

  #close(): void {
    if (!this.#open) return
    const { kind, level, parts } = this.#open
    this.#blocks.push({ kind, level, parts: parts.map(({ page, pieces }) => ({ page, text: pieces.join('') })) })
    this.#open = undefined
  }
}

/** From baseline to baseline, where a column of full lines has one distance for nearly all: it may be wider than elsewhere. */
function evenPitch({ rows, x0, x1 }: Line['region']): number {
  if (rows.length < 5) return 0
  const middle = (rows.length >> 1) - 1
  const distance = (rows[middle + 1]!.y - rows[middle]!.y) / rows[middle]!.size
  let same = 0
  const looked = rows.slice(0, 64)
  for (const [index, row] of looked.entries()) {
    if (index > 0 && Math.abs((row.y - rows[index - 1]!.y) / row.size - distance) < 0.1) same++
  }
  const full = looked.filter((row) => row.x1 > x1 - 0.2 * (x1 - x0)).length
  return distance < 3 && full > 0.5 * looked.length && same > 0.7 * (looked.length - 1) ? distance : 0
}

/** With its mark as Markdown's. */
function itemText({ text, tag }: Line): string {
  const marked = text.replace(BULLET, '- ').replace(/^\((\w+)\)/, '$1)')
  return tag && marked === text && !NUMBERED.test(text) ? `- ${text}` : marked
}

/** Whether there was room for the next line's first word. */
function isShort(before: Line, line: Line): boolean {
  const width = (before.row.x1 - before.row.x0) / Math.max(1, before.text.length)
  const word = /^\S+/.exec(line.text)?.[0].length ?? 1
  return before.region.x1 - before.row.x1 > (Math.min(word, 30) + 1) * width * 1.3
}

/** A line that ends long before others do stays a line, of an address, of a poem; so does one that leads to a page. */
function endsLine(before: Line, line: Line): boolean {
  if (LEADS_ON.test(before.text)) return true
  if (HYPHENATED.test(before.text)) return false
  const width = before.region.x1 - before.region.x0
  return before.region.x1 - before.row.x1 > 0.4 * width && isShort(before, line)
}

function beginsParagraph(before: Line, line: Line, next: Line | undefined): boolean {
  const { size, x0 } = line.row
  const isEnded = ENDED.test(before.text)
  const isIndented = x0 > before.row.x0 + 0.7 * size
  if (isIndented && (isEnded || isShort(before, line))) {
    const isBelow = next?.region === line.region
    if (!isBelow || next.row.x0 < x0 - 0.4 * size || x0 < line.region.x0 + 3 * size) return true
  }
  return isEnded && isShort(before, line) && !/^\p{Ll}/u.test(line.text)
}

/** A line of code with what it is moved in by. */
function indented({ row, region }: Line): string {
  const [first] = row.runs
  const letter = (first!.x1 - first!.x0) / Math.max(1, first!.text.length)
  let text = ''
  for (const cell of cellsOf(row, 0.9)) {
    const column = Math.round((cell.x0 - region.x0) / (letter || 1))
    text += ' '.repeat(Math.min(80, Math.max(text === '' ? 0 : 1, column - text.length))) + textOf(cell)
  }
  return text
}

const inCell = (text: string): string => text.replace(/\|/g, '\\|')
