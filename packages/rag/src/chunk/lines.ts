import type { Span } from '@voisin/spec'
import { trimSpan } from './sentences.ts'

/** A line without its end. */
export interface Line extends Span {
  /** Where the next one begins. */
  readonly next: number
}

const LINE_END = /\r\n|\n|\r/g

/** The line that begins at `start`. */
export function lineAt(text: string, start: number): Line {
  LINE_END.lastIndex = start
  const found = LINE_END.exec(text)
  return found === null
    ? { start, end: text.length, next: text.length }
    : { start, end: found.index, next: found.index + found[0].length }
}

/** The lines that begin within a span and have something in them, without the white space around it. */
export function filledLines(text: string, { start, end }: Span): Span[] {
  const lines: Span[] = []
  for (const line of text.slice(start, end).matchAll(/[^\r\n]+/g)) {
    const span = trimSpan(text, { start: start + line.index, end: start + line.index + line[0].length })
    if (span.start < span.end) lines.push(span)
  }
  return lines
}

/** The column of a line's first visible character, tabs to the next of each fourth, and how many characters stand before it. */
export function indentOf(line: string): { readonly columns: number; readonly length: number } {
  let columns = 0
  let length = 0
  for (; line[length] === ' ' || line[length] === '\t'; length++) columns += line[length] === ' ' ? 1 : 4 - (columns % 4)
  return { columns, length }
}
