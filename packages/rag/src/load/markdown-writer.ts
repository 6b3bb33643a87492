import type { Place } from './extracted.ts'

/** Stands in a text where a place begins, until the text is whole. No file's own: it is taken out of what is written. */
export const MARK = '\ufdd0'

/** List items further in are written as if they stood at this depth. */
const DEEPEST_ITEM = 8
/** Lines that Markdown would take for something else at the beginning of a paragraph, or below one. */
const AMBIGUOUS = /^(?=\s{0,3}(?:#{1,6}(?:\s|$)|`{3}|~{3}|(?:=+|-+)[ \t]*$))/gm

/** Writes Markdown, block after block: what every reader of a format with structure makes. */
export class MarkdownWriter {
  readonly #pieces: string[] = []
  readonly #places: Omit<Place, 'start'>[] = []
  /** One for each list item that is open. */
  readonly #indents: string[] = []
  /** What the first line of the next block begins with. */
  #bullet: string | undefined
  #isInList = false
  #isEmpty = true

  /** A place that begins where the returned mark is written. Each mark is written once, in order. */
  mark(place: Omit<Place, 'start'>): string {
    this.#places.push(place)
    return MARK
  }

  /** @param level 1 … 6 */
  heading(level: number, text: string): void {
    const title = oneLine(text)
    // A page may begin before its first heading.
    const mark = /^\ufdd0*/.exec(title)![0]
    if (title.length === mark.length) {
      this.#loose(mark)
      return
    }
    // Also in a list it stands at the margin, where it is a heading to all readers.
    this.#bullet = undefined
    this.#block(`${mark}${'#'.repeat(Math.min(6, Math.max(1, level)))} ${title.slice(mark.length).trim()}`, '')
  }

  /** Lines may be broken by '\n'. */
  paragraph(text: string): void {
    const lines = text.replace(/[ \t]*\n[ \t]*/g, '\n').trim()
    if (isBlank(lines)) this.#loose(lines)
    else this.#block(lines.replace(/\n{2,}/g, '\n').replace(AMBIGUOUS, '\\'))
  }

  /** Everything until `endItem` stands in it. @param bullet `-`, or `3.` */
  beginItem(bullet: string): void {
    const unused = this.#bullet
    this.#bullet = `${unused ?? this.#indent}${bullet} `
    this.#indents.push(' '.repeat(this.#indents.length < DEEPEST_ITEM ? bullet.length + 1 : 0))
  }

  endItem(): void {
    this.#indents.pop()
    this.#bullet = undefined
  }

  /** What follows is of another list, if it is of one. */
  endList(): void {
    if (this.#indents.length === 0) this.#isInList = false
  }

  /** A program, as it is. */
  code(text: string, language = ''): void {
    const code = text.replace(/^\n|\s+$/g, '')
    if (isBlank(code)) return
    let longest = 2
    for (const [ticks] of code.matchAll(/`{3,}/g)) longest = Math.max(longest, ticks.length)
    const fence = '`'.repeat(longest + 1)
    this.#block(`${fence}${/^[\w+#.-]{1,30}$/.test(language) ? language : ''}\n${code}\n${fence}`)
  }

  /** @param rows The first one is the heading. Rows may be of different lengths. */
  table(rows: readonly (readonly string[])[]): void {
    const width = rows.reduce((most, row) => Math.max(most, row.length), 0)
    const [head = []] = rows
    if (width === 0) return
    const line = (cells: readonly string[]) => `| ${cells.map((cell) => oneLine(cell).replaceAll('|', '\\|')).join(' | ')} |`
    const titles = [...head, ...new Array<string>(width - head.length).fill('')]
    this.#block([line(titles), `|${' --- |'.repeat(width)}`, ...rows.slice(1).map(line)].join('\n'))
  }

  /** The text, and where its places begin. */
  finish(): { text: string; places: Place[] } {
    const places: Place[] = []
    let text = ''
    let isFirst = true
    // Each piece of text between two marks is added once.
    for (const piece of this.#pieces.join('').split(MARK)) {
      if (!isFirst) places.push({ start: text.length, ...this.#places[places.length]! })
      isFirst = false
      text += piece
    }
    const end = text.trimEnd().length
    return { text: text.slice(0, end), places: places.map((place) => ({ ...place, start: Math.min(place.start, end) })) }
  }

  get #indent(): string {
    return this.#indents.join('')
  }

  #block(text: string, indent = this.#indent): void {
    const isItem = this.#bullet !== undefined
    if (!this.#isEmpty) this.#pieces.push(isItem && this.#isInList ? '\n' : '\n\n')
    this.#isEmpty = false
    const first = this.#bullet ?? indent
    this.#bullet = undefined
    this.#isInList = this.#indents.length > 0
    this.#pieces.push(first, indent === '' ? text : text.replace(/\n(?=[^\n])/g, `\n${indent}`))
  }

  /** Marks that no block is written with. */
  #loose(text: string): void {
    for (const character of text) if (character === MARK) this.#pieces.push(MARK)
  }
}

/** Whether there is nothing to read in it. */
export function isBlank(text: string): boolean {
  return !/[^\s\ufdd0]/.test(text)
}

export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
