import { type Chunk, type Chunker, type Document, type DocumentFormat, InvalidArgumentError, type Span } from '@voisin/spec'
import { type Block, findBlocks, findParagraphs } from './blocks.ts'
import { codeUnits } from './code-units.ts'
import { formatOf } from './document-format.ts'
import { jsonUnits } from './json-units.ts'
import { logUnits } from './log-units.ts'
import { type Part, packParts, partsOf, type Unit } from './parts.ts'
import { sectionUnits } from './sections.ts'
import { trimSpan } from './sentences.ts'
import { readRows } from './separated.ts'
import { columnNames, tableUnits, textUnit } from './units.ts'

/** How documents are cut. */
export interface ChunkerOptions {
  /**
   * Longest chunk, lead and text together, in UTF-16 code units, 64 … 100,000. 900 are about 200 tokens: enough to be understood alone, and
   * less than the 256 that small embedding models read. @default 900
   */
  readonly maxCharacters?: number
}

/** Something a reader sees; a chunk of white space and invisible characters alone would be no text to an embedder. */
export const VISIBLE: RegExp = /[^\s\p{Cc}\p{Default_Ignorable_Code_Point}]/u

/**
 * A chunker for Markdown, plain text, tables of values, JSON, code, logs and subtitles (see `DocumentFormat`). Chunks are as long as
 * `maxCharacters` allows, of about equal length, and what belongs together is only cut where it alone is longer: a list with the sentence that
 * announces it, a question with its answer, a declaration with its body. Tables and values are cut between rows, code and logs between
 * lines, text between sentences; a row that is itself too long between its cells, a sentence at a semicolon or comma, then between words.
 * What comes later of something that was cut has its header, its announcement, its question or its declaration as `lead`.
 *
 * In Markdown a chunk never crosses a heading, the end of a front matter, or an HTML comment. Headings are in the `headings` of the chunks below
 * them; a heading with nothing below it is a chunk itself.
 *
 * Chunks do not overlap. Every visible character of the body is in exactly one chunk: all but headings and what a browser does not
 * show (HTML comments that stand on lines of their own or go over several, `<script>`, `<style>`), which is in none.
 *
 * @throws {InvalidArgumentError} `maxCharacters` is out of its range.
 */
export function createChunker(options: ChunkerOptions = {}): Chunker {
  const { maxCharacters = 900 } = options
  if (!Number.isInteger(maxCharacters) || maxCharacters < 64 || maxCharacters > 100_000) {
    throw new InvalidArgumentError('The chunk length is out of range.', {
      expected: 'maxCharacters to be an integer from 64 to 100,000',
      received: String(maxCharacters),
    })
  }
  return {
    fingerprint: `markdown-2:${maxCharacters}`,
    chunk: (document) => {
      const format = formatOf(document)
      if (format === 'markdown') return chunkMarkdown(document, maxCharacters)
      return chunkUnits(document, format, maxCharacters)
    },
  }
}

function chunkUnits({ id, text }: Document, format: DocumentFormat, most: number): Chunk[] {
  const parts = packParts(partsOf(unitsOf(text, format, most), most, { isApart: format === 'code' }), most)
  return parts.flatMap((part) => chunkOf(id, text, part, [], format) ?? [])
}

function unitsOf(text: string, format: DocumentFormat, most: number): readonly Unit[] {
  if (format === 'csv') {
    const table = readRows(text)
    return tableUnits(text, table, (budget) => columnNames(text, table.header!, table.delimiter, budget), most)
  }
  if (format === 'json') return jsonUnits(text)
  if (format === 'code') return codeUnits(text, { start: 0, end: text.length })
  if (format === 'lines') return logUnits(text)
  return sectionUnits(text, findParagraphs(text))
}

function chunkOf(id: string, text: string, part: Part, headings: readonly string[], format?: DocumentFormat): Chunk | undefined {
  const { lead } = part
  const { start: visible, end } = trimSpan(text, part)
  // Of code the indentation says what it is.
  const start = /^ {4}|^ {0,3}\t/.test(text.slice(part.start, visible)) ? part.start : visible
  const slice = text.slice(start, end)
  if (!VISIBLE.test(slice)) return undefined
  const chunk = { id: `${id}#${start}`, documentId: id, start, end, headings, text: slice }
  return { ...chunk, ...(lead.length > 0 && { lead: lead.join('\n') }), ...(format !== undefined && { format }) }
}

interface Section {
  readonly level: number
  readonly title: string
  readonly span: Span
  /** Whether a chunk stands under it, so that its title is in that chunk's headings. */
  isCarried: boolean
}

function chunkMarkdown({ id, text }: Document, most: number): Chunk[] {
  const chunks: Chunk[] = []
  const path: Section[] = []
  let body: Block[] = []

  const add = (part: Part) => {
    const chunk = chunkOf(
      id,
      text,
      part,
      path.map(({ title }) => title),
    )
    if (chunk === undefined) return
    for (const section of path) section.isCarried = true
    chunks.push(chunk)
  }
  const leaveBody = () => {
    for (const part of packParts(partsOf(sectionUnits(text, body), most), most)) add(part)
    body = []
  }
  const leaveSections = (level: number) => {
    while (path.length > 0 && path.at(-1)!.level >= level) {
      const section = path.pop()!
      if (!section.isCarried) for (const part of packParts(partsOf([textUnit(text, section.span)], most), most)) add(part)
    }
  }

  for (const block of findBlocks(text)) {
    const { kind } = block
    const isBetween = kind === 'heading' || kind === 'unseen' || kind === 'front matter'
    if (!isBetween) {
      body.push(block)
      continue
    }
    leaveBody()
    if (kind === 'front matter') {
      body.push(block)
      leaveBody()
    } else if (kind === 'heading') {
      leaveSections(block.level)
      path.push({ level: block.level, title: block.title, span: { start: block.start, end: block.end }, isCarried: false })
    }
  }
  leaveBody()
  leaveSections(1)
  return chunks
}

/** A chunk's text below what it is read under. */
export function textWithLead({ lead, text }: Pick<Chunk, 'lead' | 'text'>): string {
  return lead === undefined ? text : `${lead}\n${text}`
}

/** A chunk's text under the titles that say what it is about. (They are embedded apart: see `embedChunk`.) */
export function embeddedText(chunk: Pick<Chunk, 'headings' | 'lead' | 'text'>): string {
  const text = textWithLead(chunk)
  return chunk.headings.length === 0 ? text : `${chunk.headings.join(' › ')}\n${text}`
}
