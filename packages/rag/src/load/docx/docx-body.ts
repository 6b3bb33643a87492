import type { FlowWriter } from '../flow-writer.ts'
import { isBlank, MARK } from '../markdown-writer.ts'
import type { XmlAttributes, XmlHandler } from '../xml.ts'
import type { DocxNumbering } from './docx-numbering.ts'
import { type DocxStyles, levelOf, type Numbering, type ParagraphStyle } from './docx-styles.ts'

/** What is not the text as it stands: deleted, moved away, an older form, the code of a field, the twin of what comes before it. */
const PASSED_OVER = new Set([
  'del',
  'moveFrom',
  'delText',
  'instrText',
  'Fallback',
  'pPrChange',
  'rPrChange',
  'tblPrChange',
  'tcPrChange',
  'trPrChange',
  'sectPrChange',
  'numberingChange',
])

interface Paragraph {
  pieces: string[]
  styleId: string | undefined
  level: number | undefined
  numId: string | undefined
  numLevel: number | undefined
  notes: { readonly label: string; readonly id: string; readonly kind: 'footnote' | 'endnote' }[]
}

export interface DocxParts {
  readonly styles: DocxStyles
  readonly numbering: DocxNumbering
  /** What notes say, by `footnote <id>` and `endnote <id>`. */
  readonly notes: ReadonlyMap<string, string>
}

/** Writes a body as Markdown, as its elements come. */
export class DocxBody implements XmlHandler {
  /** Text of the first paragraph that is styled as the title. */
  title: string | undefined
  readonly #writer: FlowWriter
  readonly #parts: DocxParts
  /** Innermost last: a text box stands in a paragraph. */
  readonly #paragraphs: Paragraph[] = []
  #page = 1
  #noteCount = 0
  /** How deep in an element that is passed over. */
  #passedOver = 0
  #textDepth = 0
  #isHidden = false
  #boxes = 0
  #cell: { columns: number; isContinued: boolean } | undefined

  constructor(writer: FlowWriter, parts: DocxParts) {
    this.#writer = writer
    this.#parts = parts
  }

  open(name: string, attributes: XmlAttributes): void {
    if (this.#passedOver > 0 || PASSED_OVER.has(name)) {
      this.#passedOver++
      return
    }
    const value = attributes.get('val')
    const paragraph = this.#paragraphs.at(-1)
    switch (name) {
      case 'p':
        this.#startCell()
        this.#paragraphs.push({
          pieces: [],
          styleId: undefined,
          level: undefined,
          numId: undefined,
          numLevel: undefined,
          notes: [],
        })
        break
      case 't':
        this.#textDepth++
        break
      case 'r':
        this.#isHidden = false
        break
      case 'vanish':
        this.#isHidden = value !== '0' && value !== 'false'
        break
      case 'tab':
      case 'ptab':
        paragraph?.pieces.push(' ')
        break
      case 'br':
      case 'cr':
        paragraph?.pieces.push('\n')
        break
      case 'noBreakHyphen':
        paragraph?.pieces.push('-')
        break
      case 'lastRenderedPageBreak':
        if (paragraph !== undefined && this.#boxes === 0) paragraph.pieces.push(this.#writer.mark({ page: ++this.#page }))
        break
      case 'footnoteReference':
      case 'endnoteReference':
        this.#refer(paragraph, name === 'footnoteReference' ? 'footnote' : 'endnote', attributes.get('id'))
        break
      case 'txbxContent':
        this.#boxes++
        break
      case 'tbl':
        this.#startCell()
        this.#writer.beginTable()
        break
      case 'tr':
        this.#writer.beginRow()
        break
      case 'tc':
        this.#cell = { columns: 1, isContinued: false }
        break
      case 'gridSpan':
        if (this.#cell !== undefined) this.#cell.columns = Math.max(1, Number(value) || 1)
        break
      case 'vMerge':
        if (this.#cell !== undefined) this.#cell.isContinued = value !== 'restart'
        break
      default:
        if (paragraph !== undefined && value !== undefined) setProperty(paragraph, name, value)
    }
  }

  close(name: string): void {
    if (this.#passedOver > 0) {
      this.#passedOver--
      return
    }
    if (name === 't') this.#textDepth = Math.max(0, this.#textDepth - 1)
    else if (name === 'p') this.#endParagraph()
    else if (name === 'txbxContent') this.#boxes = Math.max(0, this.#boxes - 1)
    else if (name === 'tc') {
      this.#startCell()
      this.#writer.endCell()
    } else if (name === 'tbl') this.#writer.endTable()
  }

  text(text: string): void {
    if (this.#passedOver === 0 && this.#textDepth > 0 && !this.#isHidden)
      this.#paragraphs.at(-1)?.pieces.push(text.replaceAll(MARK, ''))
  }

  /** A cell's properties stand before what is in it. */
  #startCell(): void {
    if (this.#cell === undefined) return
    this.#writer.beginCell(this.#cell)
    this.#cell = undefined
  }

  #refer(paragraph: Paragraph | undefined, kind: 'footnote' | 'endnote', id: string | undefined): void {
    if (paragraph === undefined || id === undefined) return
    const label = String(++this.#noteCount)
    paragraph.pieces.push(`[^${label}]`)
    paragraph.notes.push({ label, id, kind })
  }

  #endParagraph(): void {
    const paragraph = this.#paragraphs.pop()
    if (paragraph === undefined) return
    const { styles, numbering, notes } = this.#parts
    const style = styles.of(paragraph.styleId)
    const text = paragraph.pieces.join('')
    // Empty ones are not counted either: word processors show no number there.
    const number = isBlank(text) ? undefined : numberOf(paragraph, style)
    const label = number === undefined ? '' : numbering.next(number)
    for (const { label, id, kind } of paragraph.notes) this.#writer.note(label, notes.get(`${kind} ${id}`) ?? '')
    if (style.isContents && !text.includes(MARK)) return
    const level = paragraph.level ?? style.level
    if (style.isTitle && !isBlank(text)) this.title ??= text.replaceAll(MARK, '').trim()
    const labelled = label === '' || label === '-' ? text : `${label} ${text}`
    if (style.isTitle || (level !== undefined && level > 0)) this.#writer.heading(style.isTitle ? 1 : level!, labelled)
    else if (number !== undefined && label !== '') this.#writer.item(number.level, label, text)
    else this.#writer.paragraph(text)
  }
}

function setProperty(paragraph: Paragraph, name: string, value: string): void {
  if (name === 'pStyle') paragraph.styleId = value
  else if (name === 'outlineLvl') paragraph.level = levelOf(value)
  else if (name === 'numId') paragraph.numId = value
  else if (name === 'ilvl') paragraph.numLevel = Number(value)
}

/** A paragraph's own numbering, or its style's; number 0 takes the style's away. */
function numberOf({ numId, numLevel }: Paragraph, { numbering }: ParagraphStyle): Numbering | undefined {
  const id = numId ?? numbering?.id
  return id === undefined || id === '0' ? undefined : { id, level: numLevel ?? numbering?.level ?? 0 }
}
