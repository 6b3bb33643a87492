import { type TokenHandler, tokenize } from './tokenizer.ts'

export interface HtmlElement {
  /** In lower case. */
  readonly tag: string
  /** By name, in lower case. */
  readonly attributes: ReadonlyMap<string, string>
  readonly children: HtmlNode[]
}

export type HtmlNode = HtmlElement | string

/** Deeper elements are put into the one at this depth: no page that a person wrote comes near, and everything after may recurse. */
const DEEPEST = 150
/** How far up the open elements are looked at for one that a new one closes. */
const FAR = 64

const VOID = new Set('area base br col embed hr img input link meta param source track wbr frame'.split(' '))
/** A new one of these ends a paragraph that is open. */
const BLOCKS = new Set(
  (
    'address article aside blockquote body center details dialog dir div dl dd dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 ' +
    'header hgroup hr li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul'
  ).split(' '),
)
const TABLE_PARTS = new Set('table caption tbody thead tfoot tr td th'.split(' '))
/** What a new element ends, up to the nearest of the elements after it. */
const ENDS: Readonly<Record<string, readonly [string, string]>> = {
  li: ['li', 'ul ol menu dir'],
  dt: ['dt dd', 'dl'],
  dd: ['dt dd', 'dl'],
  option: ['option', 'select datalist'],
  td: ['td th', 'table tr'],
  th: ['td th', 'table tr'],
  tr: ['td th tr', 'table tbody thead tfoot'],
  tbody: ['td th tr tbody thead tfoot', 'table'],
  thead: ['td th tr tbody thead tfoot', 'table'],
  tfoot: ['td th tr tbody thead tfoot', 'table'],
}
const ends = new Map(
  Object.entries(ENDS).map(([tag, [what, until]]) => [tag, [new Set(what.split(' ')), new Set(until.split(' '))] as const]),
)

/** A page as a tree, whatever its text is. The time and the memory are linear in its length. */
export function readTree(text: string): HtmlElement {
  const builder = new Builder(text)
  tokenize(text, builder)
  return builder.root
}

class Builder implements TokenHandler {
  readonly root: HtmlElement = { tag: '#root', attributes: new Map(), children: [] }
  readonly #text: string
  readonly #open: HtmlElement[] = [this.root]
  /** How many elements of a tag are open. */
  readonly #counts = new Map<string, number>()
  #attributes = new Map<string, string>()
  #tag = ''
  #name = ''
  #value = ''
  #pieces: string[] = []
  #foreign = 0

  constructor(text: string) {
    this.#text = text
  }

  onopentagname(start: number, end: number): void {
    this.#tag = this.#text.slice(start, end).toLowerCase()
    this.#attributes = new Map()
  }

  onattribname(start: number, end: number): void {
    this.#name = this.#text.slice(start, end).toLowerCase()
    this.#value = ''
  }

  onattribdata(start: number, end: number): void {
    this.#value += this.#text.slice(start, end)
  }

  onattribentity(codePoint: number): void {
    this.#value += characterOf(codePoint)
  }

  onattribend(): void {
    if (!this.#attributes.has(this.#name)) this.#attributes.set(this.#name, this.#value)
  }

  onopentagend(): void {
    this.#begin(false)
  }

  onselfclosingtag(): void {
    // Of no meaning in HTML but in SVG and MathML, and in pages that are XHTML.
    this.#begin(true)
  }

  onclosetag(start: number, end: number): void {
    this.#flush()
    const tag = this.#text.slice(start, end).toLowerCase()
    if (tag === 'br') this.#append({ tag, attributes: new Map(), children: [] })
    if (!this.#counts.get(tag)) return
    if (!TABLE_PARTS.has(tag) && this.#isBarred(tag, BLOCKS.has(tag) ? TABLE_PARTS : BLOCKS)) return
    while (this.#open.length > 1 && this.#pop() !== tag) {
      // Those that are open in it end with it.
    }
  }

  ontext(start: number, end: number): void {
    this.#pieces.push(this.#text.slice(start, end))
  }

  ontextentity(codePoint: number): void {
    this.#pieces.push(characterOf(codePoint))
  }

  oncdata(start: number, end: number, endOffset: number): void {
    if (this.#foreign > 0) this.#pieces.push(this.#text.slice(start, end - endOffset))
  }

  oncomment(): void {}
  ondeclaration(): void {}
  onprocessinginstruction(): void {}

  onend(): void {
    this.#flush()
  }

  isInForeignContext(): boolean {
    return this.#foreign > 0
  }

  #begin(isClosed: boolean): void {
    this.#flush()
    const tag = this.#tag
    if (BLOCKS.has(tag) && this.#open.at(-1)!.tag === 'p') this.#pop()
    const rule = ends.get(tag)
    if (rule !== undefined) this.#endOthers(...rule)
    const element: HtmlElement = { tag, attributes: this.#attributes, children: [] }
    this.#append(element)
    if (VOID.has(tag) || (isClosed && (this.#foreign > 0 || !BLOCKS.has(tag)))) return
    this.#open.push(element)
    this.#counts.set(tag, (this.#counts.get(tag) ?? 0) + 1)
    if (tag === 'svg' || tag === 'math') this.#foreign++
  }

  #endOthers(what: ReadonlySet<string>, until: ReadonlySet<string>): void {
    let last: number | undefined
    for (let i = this.#open.length - 1; i >= Math.max(1, this.#open.length - FAR); i--) {
      const { tag } = this.#open[i]!
      if (until.has(tag)) break
      if (what.has(tag)) last = i
    }
    while (last !== undefined && this.#open.length > last) this.#pop()
  }

  /** Whether one of `bars` is open in the nearest such element: a phrase that ends amid a block does not end the block, nor a block a cell. */
  #isBarred(tag: string, bars: ReadonlySet<string>): boolean {
    for (let i = this.#open.length - 1; i >= Math.max(1, this.#open.length - FAR); i--) {
      const above = this.#open[i]!.tag
      if (above === tag) return false
      if (bars.has(above)) return true
    }
    return false
  }

  #pop(): string {
    const { tag } = this.#open.pop()!
    this.#counts.set(tag, this.#counts.get(tag)! - 1)
    if (tag === 'svg' || tag === 'math') this.#foreign--
    return tag
  }

  #append(node: HtmlNode): void {
    this.#open[Math.min(this.#open.length, DEEPEST) - 1]!.children.push(node)
  }

  #flush(): void {
    if (this.#pieces.length === 0) return
    this.#append(this.#pieces.join(''))
    this.#pieces = []
  }
}

function characterOf(codePoint: number): string {
  return codePoint === 0 || codePoint > 0x10ffff ? '\ufffd' : String.fromCodePoint(codePoint)
}

/** All of an element's text, as it stands. */
export function textOf(node: HtmlNode): string {
  const pieces: string[] = []
  const collect = (each: HtmlNode) => {
    if (typeof each === 'string') pieces.push(each)
    else each.children.forEach(collect)
  }
  collect(node)
  return pieces.join('')
}

/** The first element that passes, in document order. */
export function findElement(node: HtmlElement, passes: (element: HtmlElement) => boolean): HtmlElement | undefined {
  for (const child of node.children) {
    if (typeof child === 'string') continue
    const found = passes(child) ? child : findElement(child, passes)
    if (found !== undefined) return found
  }
  return undefined
}
