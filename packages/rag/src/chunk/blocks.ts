import type { Span } from '@voisin/spec'
import { headingOf, plainTitle } from './title.ts'

/** A run of lines that belong together. */
export interface Block extends Span {
  readonly kind: 'heading' | 'code' | 'table' | 'item' | 'paragraph'
  /** Of a heading, 1 … 6. */
  readonly level: number
  /** Of a heading, without its markup. */
  readonly title: string
}

interface Line extends Span {
  readonly text: string
}

const FENCE = /^\s*(`{3,}|~{3,})([^\r\n]*)$/
const SETEXT_LINE = /^ {0,3}(=+|-+)[ \t]*$/
const RULE = /^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$/
const TABLE_DELIMITER = /^ {0,3}(?:\|\s*)?:?-+:?\s*(?:\|\s*:?-+:?\s*)*(?:\|\s*)?$/
const ITEM = /^\s*(?:[-+*•‣–]|\d{1,9}[.)])(?:[ \t]|$)/
/** A paragraph longer than this is no title, whatever line stands under it. */
const LONGEST_TITLE = 200
/** Where the lines of a front matter must have ended. */
const LONGEST_FRONT_MATTER_LINES = 100

function* linesOf(text: string): Generator<Line> {
  const ends = /\r\n|\n|\r/g
  let start = 0
  for (let found = ends.exec(text); found !== null; found = ends.exec(text)) {
    yield { start, end: found.index, text: text.slice(start, found.index) }
    start = found.index + found[0].length
  }
  if (start < text.length) yield { start, end: text.length, text: text.slice(start) }
}

/** The index of the line that ends a front matter, or −1 where there is none. */
function frontMatterEnd(lines: readonly Line[]): number {
  if (lines[0]?.text.trimEnd() !== '---' || !lines[1]?.text.includes(':')) return -1
  return lines.findIndex((line, index) => index > 0 && index < LONGEST_FRONT_MATTER_LINES && /^(---|\.\.\.)\s*$/.test(line.text))
}

/**
 * Finds the blocks of a Markdown text: headings (`#` and underlined), fenced code, tables, list items, and paragraphs for all the
 * rest. Every character that is not white space is in exactly one block; a text without any Markdown is paragraphs. The rules are
 * CommonMark's where they decide what belongs together, and no more of it than that.
 */
export function findBlocks(text: string): Block[] {
  const lines = [...linesOf(text)]
  const blocks: Block[] = []
  /** The open paragraph or item: its first and last line. */
  let open: { kind: 'paragraph' | 'item'; first: number; last: number } | undefined

  const push = (kind: Block['kind'], first: number, last: number, level = 0, title = '') => {
    blocks.push({ kind, start: lines[first]!.start, end: lines[last]!.end, level, title })
  }
  const close = () => {
    if (open) push(open.kind, open.first, open.last)
    open = undefined
  }

  let at = 0
  const afterFrontMatter = frontMatterEnd(lines) + 1
  if (afterFrontMatter > 0) {
    push('code', 0, afterFrontMatter - 1)
    at = afterFrontMatter
  }
  while (at < lines.length) {
    const line = lines[at]!.text
    if (line.trim() === '') {
      close()
      at++
      continue
    }
    const fence = FENCE.exec(line)
    if (fence && !(fence[1]!.startsWith('`') && fence[2]!.includes('`'))) {
      close()
      const last = fenceEnd(lines, at, fence[1]!)
      push('code', at, last)
      at = last + 1
      continue
    }
    const heading = headingOf(line)
    if (heading) {
      close()
      push('heading', at, at, heading.level, heading.title)
      at++
      continue
    }
    const setext = SETEXT_LINE.exec(line)
    if (setext && open?.kind === 'paragraph' && lines[open.last]!.end - lines[open.first]!.start <= LONGEST_TITLE) {
      const underlined = plainTitle(text.slice(lines[open.first]!.start, lines[open.last]!.end))
      if (underlined !== '') {
        push('heading', open.first, at, setext[1]!.startsWith('=') ? 1 : 2, underlined)
        open = undefined
        at++
        continue
      }
    }
    if (open && line.includes('|') && TABLE_DELIMITER.test(line) && lines[open.last]!.text.includes('|')) {
      const header = open.last
      if (open.first < header) push(open.kind, open.first, header - 1)
      open = undefined
      let last = at
      while (last + 1 < lines.length && lines[last + 1]!.text.trim() !== '' && lines[last + 1]!.text.includes('|')) last++
      push('table', header, last)
      at = last + 1
      continue
    }
    if (ITEM.test(line) && !RULE.test(line)) {
      close()
      open = { kind: 'item', first: at, last: at }
    } else if (open) {
      open.last = at
    } else {
      open = { kind: 'paragraph', first: at, last: at }
    }
    at++
  }
  close()
  return blocks
}

/** The line that closes a fence, or the last line: an open fence runs to the end. */
function fenceEnd(lines: readonly Line[], first: number, fence: string): number {
  for (let at = first + 1; at < lines.length; at++) {
    const line = lines[at]!.text.trim()
    if (line.length >= fence.length && line === fence[0]!.repeat(line.length)) return at
  }
  return lines.length - 1
}
