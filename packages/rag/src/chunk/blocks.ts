import type { Span } from '@voisin/spec'
import { findFrontMatter } from './front-matter.ts'
import { indentOf, type Line, lineAt } from './lines.ts'
import { isQuestion } from './question-lines.ts'
import { RawHtml } from './raw-html.ts'
import { areRecords } from './record-lines.ts'
import { rowsIn } from './separated.ts'
import { headingOf, plainTitle } from './title.ts'

/**
 * - `lines`: a paragraph whose lines are entries of their own.
 * - `definitions`: where links lead to, which a reader does not see.
 * - `front matter`: what a document says of itself, before its body.
 * - `unseen`: comments, scripts and styles, which a browser does not show.
 */
export type BlockKind =
  | 'heading'
  | 'paragraph'
  | 'item'
  | 'code'
  | 'table'
  | 'lines'
  | 'rule'
  | 'definitions'
  | 'front matter'
  | 'unseen'

/** A run of lines that belong together. */
export interface Block extends Span {
  readonly kind: BlockKind
  /** Of a heading, 1 … 6. */
  readonly level: number
  /** Of a heading, without its markup. */
  readonly title: string
  /** Columns before it. Of what stands in a list at least as many as before the text of its item. */
  readonly indent: number
  /** Of a table its rows up to the delimiter, of fenced code its first line: what every part of it is read under. */
  readonly opening?: Span
}

/** Quotes and list markers before a fence. */
const FENCE = /^([\s>]*(?:(?:[-+*•]|\d{1,9}[.)])[ \t]+)*)(`{3,}|~{3,})([^\r\n]*)$/
const SETEXT_LINE = /^ {0,3}(=+|-+)[ \t]*$/
const RULE = /^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$/
const TABLE_DELIMITER = /^[ >]*(?:[|+]\s*)?:?-+:?\s*(?:[|+]\s*:?-+:?\s*)*(?:[|+]\s*)?$/
const TABLE_BORDER = /^\s*\+(?:[-=]+\+)+\s*$/
const TABLE_ROW = /^[ >]*\|.*\|\s*$/
const ITEM = /^([ \t]*)([-+*•‣–]|\d{1,9}[.)])([ \t]+|$)/
const DEFINITION = /^ {0,3}\[(?!\^)[^\]]{1,999}\]:[ \t]*\S+[ \t]*(?:"[^"]*"|'[^']*'|\([^)]*\))?[ \t]*$/
/** A word before a colon, as `Q:`, `Frage 2:` or `**A:**`. */
export const LABEL: RegExp = /^[ \t>]*[*_]{0,2}((?:\p{L}\p{M}*){1,12})[ \t]?\d{0,4}[*_]{0,2}[ \t]?[:：]/u
/** A paragraph longer than this is no title, whatever line stands under it. */
const LONGEST_TITLE = 200
/** Lines of indented text that show whether it is code. */
const LINES_OF_CODE = 40

/**
 * Finds the blocks of a Markdown text. Every character that is not white space is in exactly one block; a text without any Markdown is
 * paragraphs. The rules are CommonMark's where they decide what belongs together, and no more of it than that. A heading within a list or
 * a quote is text of these, no section of the document.
 */
export function findBlocks(text: string): Block[] {
  return new BlockFinder(text).find()
}

interface Open {
  readonly kind: 'paragraph' | 'item'
  readonly start: number
  end: number
  /** Where its last line begins. */
  last: number
  readonly indent: number
  readonly label: string | undefined
}

class BlockFinder {
  readonly #text: string
  readonly #html: RawHtml
  readonly #blocks: Block[] = []
  /** The paragraph or item that the next line may go on. */
  #open: Open | undefined
  /** Columns before the text of the last item, while the list lasts; −1 outside. */
  #listIndent = -1
  #at = 0

  constructor(text: string) {
    this.#text = text
    this.#html = new RawHtml(text)
  }

  find(): Block[] {
    if (this.#text.startsWith('\ufeff')) this.#at = 1
    const front = findFrontMatter(this.#text)
    if (front !== undefined) {
      this.#push('front matter', front)
      this.#at = front.end
    }
    while (this.#at < this.#text.length) this.#readLine()
    this.#close()
    return this.#blocks
  }

  #readLine(): void {
    const whole = lineAt(this.#text, this.#at)
    // What follows a comment on its last line, or stands before one on its first, is text.
    const isMidLine = this.#at > 0 && !'\r\n\ufeff'.includes(this.#text[this.#at - 1]!)
    const before = this.#text.slice(whole.start, whole.end)
    const fence = isMidLine ? null : FENCE.exec(before)
    if (fence && !(fence[2]!.startsWith('`') && fence[3]!.includes('`'))) {
      this.#readFence(whole, before, fence)
      return
    }
    const line = this.#withoutComments(whole)
    if (line === undefined) return
    this.#at = line.next
    const content = this.#text.slice(line.start, line.end)
    if (content.trim() === '') {
      if (!isMidLine) this.#close()
      return
    }
    const { columns } = indentOf(content)
    const isInList = this.#listIndent >= 0 && columns >= Math.min(this.#listIndent, 2)
    if (isMidLine || !this.#readStructure(line, content, columns, isInList)) this.#readText(line, content, columns, isMidLine)
  }

  /** The line up to a comment that goes on below; undefined where it has nothing but comments. */
  #withoutComments(line: Line): Line | undefined {
    let seen = line.start
    for (const comment of this.#html.commentsIn(line)) {
      const isAlone = this.#text.slice(seen, comment.start).trim() === ''
      const isLong = comment.end > line.end
      if (isAlone && seen === line.start && (isLong || this.#text.slice(comment.end, line.end).trim() === '')) {
        this.#close()
        this.#push('unseen', comment)
        this.#at = comment.end
        return undefined
      }
      if (isLong) return { start: line.start, end: comment.start, next: comment.start }
      seen = comment.end
    }
    return line
  }

  /** Whether the line begins or is something other than text. */
  #readStructure(line: Line, content: string, columns: number, isInList: boolean): boolean {
    const element = this.#open === undefined || content.trimStart().startsWith('<') ? this.#html.elementAt(line) : undefined
    if (element) {
      this.#close()
      const last = lineAt(this.#text, element.end)
      const isAlone = this.#text.slice(element.end, last.end).trim() === ''
      this.#push(element.isShown ? 'code' : 'unseen', { start: element.start, end: element.end }, columns)
      this.#at = isAlone ? last.next : element.end
      return true
    }
    const heading = isInList ? undefined : headingOf(content)
    if (heading) {
      this.#close()
      this.#listIndent = -1
      this.#push('heading', line, 0, heading)
      return true
    }
    return (
      (!isInList && this.#readUnderline(line, content)) ||
      this.#readTable(line, content, columns) ||
      this.#readRule(line, content) ||
      this.#readItem(line, content, columns) ||
      (this.#open === undefined && (this.#readDefinition(line, content) || this.#readIndented(line, columns)))
    )
  }

  #readUnderline(line: Line, content: string): boolean {
    const setext = SETEXT_LINE.exec(content)
    const open = this.#open
    if (!setext || open?.kind !== 'paragraph' || open.end - open.start > LONGEST_TITLE) return false
    const title = plainTitle(this.#text.slice(open.start, open.end))
    if (title === '') return false
    this.#open = undefined
    this.#listIndent = -1
    this.#push('heading', { start: open.start, end: line.end }, 0, { level: setext[1]!.startsWith('=') ? 1 : 2, title })
    return true
  }

  #readTable(line: Line, content: string, columns: number): boolean {
    const open = this.#open
    const isDelimiter = /[|+]/.test(content) && TABLE_DELIMITER.test(content)
    if (open && isDelimiter && this.#text.slice(open.last, open.end).includes('|')) {
      // The line before is its header, and no text.
      this.#open = open.last > open.start ? { ...open, end: open.last } : undefined
      this.#close()
      this.#pushTable(open.last, line, { start: open.last, end: line.end }, open.indent)
      return true
    }
    if (TABLE_BORDER.test(content)) {
      this.#close()
      const header = lineAt(this.#text, line.next)
      const border = lineAt(this.#text, header.next)
      const isFramed = TABLE_BORDER.test(this.#text.slice(border.start, border.end))
      this.#pushTable(line.start, line, isFramed ? { start: line.start, end: border.end } : undefined, columns)
      return true
    }
    if (open || !TABLE_ROW.test(content)) return false
    const next = lineAt(this.#text, line.next)
    const below = this.#text.slice(next.start, next.end)
    if (TABLE_DELIMITER.test(below)) this.#pushTable(line.start, next, { start: line.start, end: next.end }, columns)
    else if (TABLE_ROW.test(below)) this.#pushTable(line.start, line, undefined, columns)
    else return false
    return true
  }

  #pushTable(start: number, first: Line, opening: Span | undefined, indent: number): void {
    let last = first
    for (;;) {
      const next = lineAt(this.#text, last.next)
      const row = this.#text.slice(next.start, next.end)
      if (next.end === next.start || !(row.includes('|') || TABLE_BORDER.test(row))) break
      last = next
    }
    this.#push('table', { start, end: last.end }, indent, undefined, opening)
    this.#at = last.next
  }

  #readRule(line: Line, content: string): boolean {
    if (!RULE.test(content)) return false
    this.#close()
    this.#listIndent = -1
    this.#push('rule', line)
    return true
  }

  #readItem(line: Line, content: string, columns: number): boolean {
    const item = ITEM.exec(content)
    if (!item) return false
    const [whole, , marker, gap] = item
    // As in CommonMark: a number at the start of a line of text is one, unless it is 1.
    if (this.#open?.kind === 'paragraph' && (gap === '' || (/^\d/.test(marker!) && !/^1[.)]/.test(marker!)))) return false
    if (this.#open === undefined && columns >= Math.max(this.#listIndent, 0) + 4) return false
    this.#close()
    this.#listIndent = columns + marker!.length + (gap!.length > 4 || gap === '' ? 1 : gap!.length)
    const label = LABEL.exec(content.slice(whole.length))?.[1]
    this.#open = { kind: 'item', start: line.start, end: line.end, last: line.start, indent: columns, label }
    return true
  }

  #readDefinition(line: Line, content: string): boolean {
    if (!DEFINITION.test(content)) return false
    const last = this.#blocks.at(-1)
    if (last?.kind === 'definitions' && this.#text.slice(last.end, line.start).trim() === '')
      this.#blocks[this.#blocks.length - 1] = { ...last, end: line.end }
    else this.#push('definitions', line)
    return true
  }

  /** Indented code: lines of four columns more than where they stand, unless they read like text. */
  #readIndented(line: Line, columns: number): boolean {
    const least = Math.max(this.#listIndent, 0) + 4
    if (columns < least) return false
    let last = line
    // Its first run of lines shows what it is.
    const contents: string[] = []
    let isJudged = false
    for (let next = line; ; next = lineAt(this.#text, next.next)) {
      const content = this.#text.slice(next.start, next.end)
      if (content.trim() !== '') {
        if (indentOf(content).columns < least) break
        last = next
        if (!isJudged && contents.length < LINES_OF_CODE) contents.push(content.slice(0, 200))
      } else if (!isJudged) {
        if (isProse(contents)) return false
        isJudged = true
      }
      if (next.next >= this.#text.length) break
    }
    if (!isJudged && isProse(contents)) return false
    this.#push('code', { start: line.start, end: last.end }, columns)
    this.#at = last.next
    return true
  }

  #readText(line: Line, content: string, columns: number, isMidLine: boolean): void {
    const label = LABEL.exec(content)?.[1]
    const open = this.#open
    // A line that begins with the same label as the paragraph begins another of its kind, the next entry; so does a question of its own line.
    const isNext = label !== undefined && label === open?.label
    if (open && (isMidLine || !(isNext || this.#isNextQuestion(open, content)))) {
      open.end = line.end
      open.last = line.start
      return
    }
    this.#close()
    if (columns < this.#listIndent) this.#listIndent = -1
    this.#open = { kind: 'paragraph', start: line.start, end: line.end, last: line.start, indent: columns, label }
  }

  /** Whether a line is a question below the end of a sentence. */
  #isNextQuestion({ kind, last, end }: Open, content: string): boolean {
    if (kind !== 'paragraph' || content.length > LONGEST_TITLE || !isQuestion(content)) return false
    return /[.!?…。！？।؟۔։][\s*_"'”’»)\]]*$/.test(this.#text.slice(Math.max(last, end - 20), end))
  }

  #readFence(line: Line, content: string, [, before, marks]: RegExpExecArray): void {
    this.#close()
    const isQuoted = before!.includes('>')
    const { columns } = indentOf(content)
    const isItem = ITEM.test(content)
    const least = isItem ? columns + 2 : this.#listIndent > 0 && columns >= this.#listIndent ? this.#listIndent : 0
    if (isItem) this.#listIndent = least
    let last = line
    for (let at = line.next; at < this.#text.length; ) {
      const next = lineAt(this.#text, at)
      const inside = this.#text.slice(next.start, next.end)
      const bare = inside.replace(/^[\s>]+/, '').trimEnd()
      const isOutside = (isQuoted && !/^\s*>/.test(inside)) || (bare !== '' && indentOf(inside).columns < least)
      if (isOutside) break
      last = next
      at = next.next
      if (bare.length >= marks!.length && bare === marks![0]!.repeat(bare.length)) break
    }
    this.#push('code', { start: line.start, end: last.end }, columns, undefined, line)
    this.#at = last.next
  }

  #close(): void {
    const open = this.#open
    this.#open = undefined
    if (!open) return
    const { kind, start, end, indent } = open
    const isLines = kind === 'paragraph' && areEntries(this.#text, { start, end })
    this.#blocks.push({ kind: isLines ? 'lines' : kind, start, end, level: 0, title: '', indent })
  }

  #push(
    kind: BlockKind,
    { start, end }: Span,
    indent = 0,
    heading: { readonly level: number; readonly title: string } = { level: 0, title: '' },
    opening?: Span,
  ): void {
    const { level, title } = heading
    const shown = opening && { opening: { start: opening.start, end: opening.end } }
    this.#blocks.push({ kind, start, end, level, title, indent, ...shown })
  }
}

function areEntries(text: string, span: Span): boolean {
  return areRecords(text, span) || rowsIn(text, span) !== undefined
}

/** Whether indented lines are running text: words and their marks, few signs. */
function isProse(lines: readonly string[]): boolean {
  const text = lines.join('\n')
  const signs = text.match(/[^\p{L}\p{M}\p{N}\s.,:'’"“”()!?-]/gu)?.length ?? 0
  const words = text.match(/\p{L}{2,}/gu)?.length ?? 0
  return words >= 4 * lines.length && signs < 0.02 * text.length
}

/** The paragraphs of a text in which no sign is Markdown's: what blank lines divide. */
export function findParagraphs(text: string): Block[] {
  const blocks: Block[] = []
  let open: { start: number; end: number } | undefined
  const close = () => {
    if (open) blocks.push({ kind: areEntries(text, open) ? 'lines' : 'paragraph', ...open, level: 0, title: '', indent: 0 })
    open = undefined
  }
  for (let at = 0; at < text.length; ) {
    const line = lineAt(text, at)
    at = line.next
    if (text.slice(line.start, line.end).trim() === '') close()
    else if (open) open.end = line.end
    else open = { start: line.start, end: line.end }
  }
  close()
  return blocks
}
