import type { FlowWriter } from '../flow-writer.ts'
import { MARK } from '../markdown-writer.ts'
import type { XmlAttributes, XmlHandler } from '../xml.ts'
import type { OdtStyles } from './odt-styles.ts'

/** What is not the text as it stands: what was deleted, remarks, lists made of the text, what fields are called. */
const PASSED_OVER = new Set(
  (
    'tracked-changes annotation table-of-content illustration-index table-index object-index user-index alphabetical-index bibliography ' +
    'forms desc ruby-text sequence-decls variable-decls user-field-decls scripts font-face-decls automatic-styles shapes'
  ).split(' '),
)

interface Paragraph {
  readonly pieces: string[]
  /** Of a heading, from 1. */
  readonly level: number | undefined
  readonly isTitle: boolean
}

interface List {
  readonly style: string
  number: number
}

const MOST_SPACES = 1_000
const MOST_COVERED = 200

/** Writes an OpenDocument text as Markdown, as its elements come. */
export class OdtBody implements XmlHandler {
  title: string | undefined
  readonly #writer: FlowWriter
  readonly #styles: OdtStyles
  readonly #paragraphs: Paragraph[] = []
  readonly #lists: List[] = []
  /** The label of the item whose first paragraph has not come yet. */
  #label: string | undefined
  readonly #notes: { label: string; pieces: string[] }[] = []
  /** By open row: covered cells that a cell to their left takes. */
  readonly #columns: number[] = []
  #isBody = false
  #isCitation = false
  #passedOver = 0
  #page = 1
  #noteCount = 0

  constructor(writer: FlowWriter, styles: OdtStyles) {
    this.#writer = writer
    this.#styles = styles
  }

  open(name: string, attributes: XmlAttributes): void {
    if (this.#passedOver > 0 || PASSED_OVER.has(name)) {
      this.#passedOver++
      return
    }
    const pieces = this.#paragraphs.at(-1)?.pieces
    switch (name) {
      case 'body':
        this.#isBody = true
        break
      case 'h':
      case 'p': {
        const style = attributes.get('style-name')
        const level = name === 'h' ? Number(attributes.get('outline-level')) || 1 : undefined
        this.#paragraphs.push({ pieces: [], level, isTitle: this.#styles.isTitle(style) })
        break
      }
      case 's':
        pieces?.push(' '.repeat(Math.min(MOST_SPACES, Number(attributes.get('c')) || 1)))
        break
      case 'tab':
        pieces?.push(' ')
        break
      case 'line-break':
        pieces?.push('\n')
        break
      case 'soft-page-break':
        if (this.#notes.length === 0) this.#breakPage(pieces)
        break
      case 'list':
        this.#lists.push({ style: attributes.get('style-name') ?? this.#lists.at(-1)?.style ?? '', number: 0 })
        break
      case 'list-item':
        this.#label = this.#labelOf(attributes)
        break
      case 'note':
        this.#notes.push({ label: String(++this.#noteCount), pieces: [] })
        pieces?.push(`[^${this.#noteCount}]`)
        break
      case 'note-citation':
        this.#isCitation = true
        break
      case 'table':
        this.#writer.beginTable()
        break
      case 'table-row':
        this.#writer.beginRow()
        this.#columns.push(0)
        break
      case 'table-cell':
        this.#beginCell(attributes)
        break
      case 'covered-table-cell':
        this.#coverCells(Number(attributes.get('number-columns-repeated')) || 1)
        break
    }
  }

  close(name: string): void {
    if (this.#passedOver > 0) {
      this.#passedOver--
      return
    }
    if (name === 'p' || name === 'h') this.#endParagraph()
    else if (name === 'list') this.#lists.pop()
    else if (name === 'list-item') this.#label = undefined
    else if (name === 'note-citation') this.#isCitation = false
    else if (name === 'note') {
      const note = this.#notes.pop()
      if (note !== undefined) this.#writer.note(note.label, note.pieces.join(' '))
    } else if (name === 'table-cell') this.#writer.endCell()
    else if (name === 'table-row') this.#columns.pop()
    else if (name === 'table') this.#writer.endTable()
  }

  text(text: string): void {
    if (!this.#isBody || this.#passedOver > 0 || this.#isCitation) return
    this.#paragraphs.at(-1)?.pieces.push(text.replaceAll(MARK, '').replace(/\s+/g, ' '))
  }

  #beginCell(attributes: XmlAttributes): void {
    const columns = Number(attributes.get('number-columns-spanned')) || 1
    // The cells that it takes beside itself are written as covered ones.
    if (this.#columns.length > 0) this.#columns[this.#columns.length - 1] = columns - 1
    this.#writer.beginCell({ columns })
  }

  /** Those that no cell to their left takes belong to one above. */
  #coverCells(count: number): void {
    const last = this.#columns.length - 1
    if (last < 0) return
    const beside = Math.min(this.#columns[last]!, count)
    this.#columns[last]! -= beside
    for (let i = beside; i < Math.min(count, MOST_COVERED); i++) {
      this.#writer.beginCell({ isContinued: true })
      this.#writer.endCell()
    }
  }

  /** Between paragraphs, too. */
  #breakPage(pieces: string[] | undefined): void {
    const mark = this.#writer.mark({ page: ++this.#page })
    if (pieces !== undefined) pieces.push(mark)
    else this.#writer.paragraph(mark)
  }

  /** The first paragraph of an item has its label; later ones go on with it. */
  #labelOf(attributes: XmlAttributes): string {
    const list = this.#lists.at(-1)
    if (list === undefined) return '-'
    const start = attributes.get('start-value')
    list.number = start === undefined ? list.number + 1 : Number(start) || 1
    return this.#styles.isNumbered(list.style, this.#lists.length) ? `${list.number}.` : '-'
  }

  #endParagraph(): void {
    const paragraph = this.#paragraphs.pop()
    if (paragraph === undefined) return
    const text = paragraph.pieces.join('')
    const note = this.#notes.at(-1)
    if (note !== undefined) {
      note.pieces.push(text)
      return
    }
    if (paragraph.isTitle && text.trim() !== '') this.title ??= text.replaceAll(MARK, '').trim()
    if (paragraph.isTitle || paragraph.level !== undefined) this.#writer.heading(paragraph.isTitle ? 1 : paragraph.level!, text)
    else if (this.#label !== undefined && text.trim() !== '') {
      this.#writer.item(this.#lists.length - 1, this.#label, text)
      this.#label = undefined
    } else if (this.#lists.length > 0) this.#writer.goOn(text)
    else this.#writer.paragraph(text)
  }
}
