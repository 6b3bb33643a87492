import type { Extracted } from '../extracted.ts'

/** Markdown in the making, line by line; what a reader of marked-up text writes into. */
export class MarkdownLines {
  readonly #lines: string[] = []
  #title: string | undefined

  heading(level: number, title: string): void {
    const plain = title.replace(/\s+/g, ' ').trim()
    if (plain === '') return
    this.#title ??= plain
    this.#lines.push('', `${'#'.repeat(Math.min(6, Math.max(1, level)))} ${plain}`, '')
  }

  line(text: string): void {
    this.#lines.push(text.trimEnd())
  }

  /** What Markdown would take for a heading of its own, or a fence, is text. */
  text(text: string): void {
    this.line(text.replace(/^(\s*)(?=#{1,6}\s|```|~~~)/, '$1\\'))
  }

  /** A program, without what all of its lines are moved in by. */
  code(lines: readonly string[], language = ''): void {
    const filled = lines.filter((line) => line.trim() !== '')
    if (filled.length === 0) return
    const indent = filled.reduce(
      (least, line) => Math.min(least, line.length - line.trimStart().length),
      Number.POSITIVE_INFINITY,
    )
    const longest = filled.reduce((most, line) => Math.max(most, (/^\s*(`{3,})/.exec(line)?.[1] ?? '').length), 2)
    const fence = '`'.repeat(longest + 1)
    const inner = lines.map((line) => line.slice(Math.min(indent, line.length)).trimEnd())
    while (inner[0] === '') inner.shift()
    while (inner.at(-1) === '') inner.pop()
    this.#lines.push('', `${fence}${/^[\w+#.-]{1,30}$/.test(language) ? language : ''}`, ...inner, fence, '')
  }

  /** @param rows The first one is the heading. */
  table(rows: readonly (readonly string[])[]): void {
    const width = rows.reduce((most, row) => Math.max(most, row.length), 0)
    if (width === 0) return
    const written = rows.map((row) => {
      const cells = Array.from({ length: width }, (_, at) => (row[at] ?? '').replace(/\s+/g, ' ').trim().replaceAll('|', '\\|'))
      return `| ${cells.join(' | ')} |`
    })
    this.#lines.push('', written[0]!, `|${' --- |'.repeat(width)}`, ...written.slice(1), '')
  }

  finish(title: string | undefined = this.#title): Extracted {
    const text = this.#lines
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim()
    return { text, format: 'markdown', ...(title !== undefined && { title }) }
  }
}

export const linesOf = (text: string): string[] =>
  text
    .replace(/^\ufeff/, '')
    .replace(/\r\n?/g, '\n')
    .split('\n')

/** How far a line is moved in, in columns. */
export const indentOf = (line: string): number => line.length - line.trimStart().length

/** The lines from one on that are moved in further than `indent`, or empty, and the line after them. */
export function indentedBlock(
  lines: readonly string[],
  from: number,
  indent: number,
): { readonly block: string[]; readonly end: number } {
  let end = from
  let filled = from
  for (; end < lines.length && (lines[end]!.trim() === '' || indentOf(lines[end]!) > indent); end++) {
    if (lines[end]!.trim() !== '') filled = end + 1
  }
  return { block: lines.slice(from, filled), end: filled }
}

/** The next line from one on that passes, or the number of lines where none of the next `most` does. */
export function nextLine(
  lines: readonly string[],
  from: number,
  passes: (line: string) => boolean,
  most: number = Number.POSITIVE_INFINITY,
): number {
  for (let at = from; at < Math.min(lines.length, from + most); at++) if (passes(lines[at]!)) return at
  return lines.length
}

/** A longer line is no title: looking for one would take the square of its length. */
export const LONGEST_TITLE = 400
