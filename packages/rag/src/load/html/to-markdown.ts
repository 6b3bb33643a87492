import { isBlank, MARK, type MarkdownWriter } from '../markdown-writer.ts'
import { findElement, type HtmlElement, type HtmlNode, textOf } from './html-tree.ts'
import { isTextless } from './main-content.ts'
import { tableRows } from './table-rows.ts'

const BLOCKS = new Set(
  (
    '#root html body address article aside blockquote center details dialog div dl dd dt fieldset figcaption figure footer form header hgroup ' +
    'hr legend main menu nav ol p section summary ul li h1 h2 h3 h4 h5 h6 pre table caption tbody thead tfoot tr td th xmp listing'
  ).split(' '),
)
const HEADING = /^h([1-6])$/

/** Writes what an element has to say as Markdown. */
export class HtmlToMarkdown {
  readonly #writer: MarkdownWriter
  readonly #left: ReadonlySet<HtmlElement>
  /** Words since the last block. */
  #phrase: string[] = []

  /** @param left Elements that are left out. */
  constructor(writer: MarkdownWriter, left: ReadonlySet<HtmlElement>) {
    this.#writer = writer
    this.#left = left
  }

  write(element: HtmlElement): void {
    this.#blocks(element)
    this.#endPhrase()
  }

  #blocks({ children }: HtmlElement): void {
    for (const child of children) this.#node(child)
  }

  #node(node: HtmlNode): void {
    if (typeof node === 'string') {
      this.#phrase.push(collapse(node))
      return
    }
    if (this.#left.has(node)) return
    const page = pageOf(node)
    if (page !== undefined) this.#phrase.push(this.#writer.mark({ page }))
    if (isTextless(node)) return
    if (!BLOCKS.has(node.tag)) {
      this.#inline(node)
      return
    }
    this.#endPhrase()
    this.#block(node)
    this.#endPhrase()
  }

  #block(element: HtmlElement): void {
    const { tag } = element
    const level = HEADING.exec(tag)?.[1]
    if (level !== undefined) this.#writer.heading(Number(level), this.#phraseOf(element))
    else if (tag === 'pre' || tag === 'xmp' || tag === 'listing') this.#writer.code(preformatted(element), languageOf(element))
    else if (tag === 'ul' || tag === 'ol' || tag === 'menu') this.#list(element, tag === 'ol')
    else if (tag === 'dl') this.#definitions(element)
    else if (tag === 'table') this.#table(element)
    else this.#blocks(element)
  }

  /** Words, and blocks that stand amid them. */
  #inline(element: HtmlElement): void {
    const { tag, attributes } = element
    if (tag === 'br') this.#phrase.push('\n')
    else if (tag === 'a' && isAnchorSign(element)) return
    else if (tag === 'code' || tag === 'kbd' || tag === 'samp' || tag === 'tt') {
      const code = this.#phraseOf(element)
      this.#phrase.push(isBlank(code) || code.includes('`') || code.includes(MARK) ? code : `\`${code.replace(/\s+/g, ' ')}\``)
    } else if (tag === 'math') this.#phrase.push(formula(element))
    else if (tag === 'q') {
      this.#phrase.push('“')
      this.#blocks(element)
      this.#phrase.push('”')
    } else if (tag === 'sup' && /\breference\b/.test(attributes.get('class') ?? '')) return
    else this.#blocks(element)
  }

  #list(list: HtmlElement, isOrdered: boolean): void {
    let number = Number.parseInt(list.attributes.get('start') ?? '1', 10) || 1
    for (const child of list.children) {
      if (typeof child === 'string' || child.tag !== 'li') {
        this.#node(child)
        continue
      }
      if (this.#left.has(child) || isTextless(child)) continue
      this.#endPhrase()
      number = Number.parseInt(child.attributes.get('value') ?? '', 10) || number
      this.#item(isOrdered ? `${number}.` : '-', () => this.#blocks(child))
      number++
    }
    this.#writer.endList()
  }

  #item(bullet: string, write: () => void): void {
    this.#writer.beginItem(bullet)
    write()
    this.#endPhrase()
    this.#writer.endItem()
  }

  /** A term and what it means are one item. */
  #definitions(list: HtmlElement): void {
    let terms: string[] = []
    const visit = (parent: HtmlElement) => {
      for (const child of parent.children) {
        if (typeof child === 'string') continue
        if (this.#left.has(child) || isTextless(child)) continue
        if (child.tag === 'dt') terms.push(this.#phraseOf(child).trim())
        else if (child.tag === 'dd') {
          this.#item('-', () => {
            if (terms.length > 0) this.#phrase.push(`${terms.join(', ')}: `)
            terms = []
            this.#blocks(child)
          })
        } else if (child.tag === 'div') visit(child)
        else this.#node(child)
      }
    }
    visit(list)
    this.#writer.endList()
    if (terms.length > 0) this.#writer.paragraph(terms.join('\n'))
  }

  #table(table: HtmlElement): void {
    const caption = table.children.find((child): child is HtmlElement => typeof child !== 'string' && child.tag === 'caption')
    if (caption !== undefined && !this.#left.has(caption)) this.#writer.paragraph(this.#phraseOf(caption))
    const rows = tableRows(
      table,
      (cell) => this.#phraseOf(cell),
      (element) => this.#left.has(element) || isTextless(element),
    )
    if (rows !== undefined) this.#writer.table(rows)
    else for (const child of table.children) if (child !== caption) this.#node(child)
  }

  /** All of an element as one phrase, whatever blocks are in it. */
  #phraseOf(element: HtmlElement): string {
    const outer = this.#phrase
    this.#phrase = []
    const visit = (node: HtmlNode) => {
      if (typeof node === 'string' || this.#left.has(node) || isTextless(node) || !BLOCKS.has(node.tag)) this.#node(node)
      else {
        this.#phrase.push('\n')
        node.children.forEach(visit)
        this.#phrase.push('\n')
      }
    }
    element.children.forEach(visit)
    const phrase = joined(this.#phrase)
    this.#phrase = outer
    return phrase
  }

  #endPhrase(): void {
    if (this.#phrase.length === 0) return
    const phrase = joined(this.#phrase)
    this.#phrase = []
    this.#writer.paragraph(phrase)
  }
}

/** Soft hyphens are where a word may be broken, not a part of it; no mark but ours is one. */
function collapse(text: string): string {
  return text.replace(/[\u00ad\ufdd0]+/g, '').replace(/[\s\u00a0]+/g, ' ')
}

function joined(pieces: readonly string[]): string {
  return pieces
    .join('')
    .replace(/ {2,}/g, ' ')
    .replace(/ ?\n ?/g, '\n')
}

function preformatted(element: HtmlElement): string {
  const pieces: string[] = []
  const visit = (node: HtmlNode) => {
    if (typeof node === 'string') pieces.push(node.replaceAll(MARK, ''))
    else if (node.tag === 'br') pieces.push('\n')
    else if (!isTextless(node)) node.children.forEach(visit)
  }
  visit(element)
  return pieces.join('').replace(/\r\n?/g, '\n')
}

/** As highlighters write it: `language-js`, `lang-js`, `highlight-source-js`. */
function languageOf(element: HtmlElement): string {
  const code = findElement(element, ({ tag }) => tag === 'code')
  for (const { attributes } of [element, ...(code ? [code] : [])]) {
    const found = /(?:^|\s)(?:lang(?:uage)?|highlight-source|brush:)-?\s*([\w+#-]+)/.exec(attributes.get('class') ?? '')
    if (found !== null) return found[1]!
  }
  return ''
}

/** The sign beside a heading that links to it. */
function isAnchorSign(link: HtmlElement): boolean {
  return (
    link.attributes.get('href')?.startsWith('#') === true &&
    link.children.length <= 1 &&
    /^\s*[^\p{L}\p{N}\s]{1,2}\s*$/u.test(textOf(link))
  )
}

/** As TeX where the page has that, else what it says. */
function formula(math: HtmlElement): string {
  const source = findElement(math, ({ tag, attributes }) => tag === 'annotation' && /tex/i.test(attributes.get('encoding') ?? ''))
  const tex = source !== undefined ? textOf(source) : math.attributes.get('alttext')
  if (tex === undefined) return collapse(textOf(math))
  // How it is set is no part of it.
  return `$${collapse(/^\s*\{\\displaystyle\s(.*)\}\s*$/s.exec(tex)?.[1] ?? tex).trim()}$`
}

/** A page of the printed edition begins: EPUB's own mark. */
function pageOf({ attributes }: HtmlElement): number | undefined {
  if (attributes.size === 0) return undefined
  const kind = `${attributes.get('epub:type') ?? ''} ${attributes.get('role') ?? ''}`
  if (!/\b(?:doc-)?pagebreak\b/.test(kind)) return undefined
  const label = attributes.get('title') ?? attributes.get('aria-label') ?? attributes.get('id') ?? ''
  const number = /(\d{1,6})\D*$/.exec(label)?.[1]
  return number === undefined ? undefined : Number(number)
}
