import type { Chunk, Span } from '@voisin/spec'
import { type Block, findBlocks, findParagraphs } from './blocks.ts'
import { jsonRecords } from './json-units.ts'
import { filledLines } from './lines.ts'
import { RawHtml } from './raw-html.ts'
import { findSentences } from './sentences.ts'
import { type Rows, readRows, rowsIn } from './separated.ts'

/** The span of what can be quoted. */
export interface Quotable extends Span {
  /** Of a row, what its columns are: it says what it says under it. */
  readonly header?: string
}

const MARKER = /^\s*(?:>\s*)*(?:(?:[-+*•‣–]|\d{1,9}[.)])[ \t]+)?(?:\[[ xX]\][ \t]+)?/
const ITEM = /^\s*(?:[-+*•‣–]|\d{1,9}[.)])\s/
const SAYING = /[\p{L}\p{N}]/u
/** Of JSON what has so many characters at most is one statement, with all that is in it. */
const LONGEST_RECORD = 300

/**
 * Finds what can be quoted on its own in a text: the sentences of paragraphs and list items (without the item's marker), the rows of tables
 * below their header, records, entries, and lines of code. Of comments nothing.
 *
 * @param chunk A chunk's text, with how it is written and what it is read under; or a Markdown text.
 */
export function findStatements(chunk: string | Pick<Chunk, 'text' | 'lead' | 'format'>): Quotable[] {
  const given: Pick<Chunk, 'text' | 'lead' | 'format'> = typeof chunk === 'string' ? { text: chunk } : chunk
  const { text, lead } = given
  // What JSON is read under would be one record with it, and an item would go on with what announces it.
  const joint = lead === undefined || given.format === 'json' ? '' : given.format === undefined && ITEM.test(text) ? '\n\n' : '\n'
  const read = joint === '' ? text : `${lead}${joint}${text}`
  const from = read.length - text.length
  const statements: Quotable[] = []
  // Numbers and times of cues say nothing.
  const saying = given.format === 'lines' ? /\p{L}/u : SAYING
  // Under its lead a text is read as it was where it stood; what is said is only the text.
  for (const { header, ...span } of statementsOf(read, given.format)) {
    const start = Math.max(0, span.start - from)
    const end = span.end - from
    if (start >= end || !saying.test(text.slice(start, end))) continue
    statements.push({ start, end, ...(header !== undefined && { header }) })
  }
  return statements
}

function* statementsOf(text: string, format: Chunk['format'] = 'markdown'): Generator<Quotable> {
  if (format === 'csv') {
    yield* rowsBelow(text, readRows(text))
  } else if (format === 'json') yield* jsonRecords(text, LONGEST_RECORD)
  else if (format === 'code' || format === 'lines') yield* filledLines(text, { start: 0, end: text.length })
  else {
    const html = new RawHtml(text)
    for (const block of format === 'plain' ? findParagraphs(text) : findBlocks(text)) yield* statementsOfBlock(text, block, html)
  }
}

function* rowsBelow(text: string, { rows, header }: Rows): Generator<Quotable> {
  const names = header && { header: text.slice(header.start, header.end) }
  for (const row of rows) if (row !== header) yield { ...row, ...names }
}

function* statementsOfBlock(text: string, { kind, start, end, opening }: Block, html: RawHtml): Generator<Quotable> {
  if (kind === 'rule' || kind === 'unseen' || kind === 'definitions') return
  if (kind === 'table') {
    const header = opening && { header: text.slice(opening.start, opening.end) }
    for (const row of filledLines(text, { start: opening?.end ?? start, end })) yield { ...row, ...header }
  } else if (kind === 'code') yield* filledLines(text, { start: opening?.end ?? start, end })
  else if (kind === 'lines') {
    const table = rowsIn(text, { start, end })
    if (table === undefined) yield* filledLines(text, { start, end })
    else yield* rowsBelow(text, table)
  } else if (kind === 'front matter') yield* filledLines(text, { start, end })
  else {
    let from = start + MARKER.exec(text.slice(start, end))![0].length
    for (const comment of html.commentsIn({ start, end })) {
      yield* findSentences(text, { start: from, end: Math.min(comment.start, end) })
      from = comment.end
    }
    if (from < end) yield* findSentences(text, { start: from, end })
  }
}
