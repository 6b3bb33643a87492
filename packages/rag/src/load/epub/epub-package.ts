import type { XmlAttributes, XmlHandler } from '../xml.ts'

interface Item {
  readonly path: string
  readonly type: string
  readonly properties: string
}

/** Types of chapters. */
const HTML = new Set(['application/xhtml+xml', 'text/html', 'application/x-dtbook+xml'])

/** What a book says of itself: title, language, its files, and in which order they are read. */
export class EpubPackage implements XmlHandler {
  title = ''
  language = ''
  readonly #folder: string
  readonly #items = new Map<string, Item>()
  readonly #spine: string[] = []
  /** Files of the binding, as EPUB 2 lists them. */
  readonly #bound = new Set<string>()
  #text: 'title' | 'language' | undefined

  /** @param path Of the package document: others are beside it. */
  constructor(path: string) {
    this.#folder = path.slice(0, path.lastIndexOf('/') + 1)
  }

  open(name: string, attributes: XmlAttributes): void {
    if ((name === 'title' || name === 'language') && this[name] === '') this.#text = name
    else if (name === 'item') {
      const href = attributes.get('href')
      if (href === undefined) return
      const item = {
        path: this.#resolve(href),
        type: attributes.get('media-type') ?? '',
        properties: attributes.get('properties') ?? '',
      }
      this.#items.set(attributes.get('id') ?? '', item)
    } else if (name === 'itemref') this.#spine.push(attributes.get('idref') ?? '')
    else if (name === 'reference' && /^(?:cover|toc)$/.test(attributes.get('type') ?? '')) {
      this.#bound.add(this.#resolve(attributes.get('href') ?? ''))
    }
  }

  close(): void {
    this.#text = undefined
  }

  text(text: string): void {
    if (this.#text !== undefined) this[this.#text] += text
  }

  /** Paths of the chapters, each once. */
  chapters(): readonly string[] {
    const all = this.#spine.flatMap((id) => this.#items.get(id) ?? []).filter(({ type }) => HTML.has(type))
    const read = all.filter(({ path, properties }) => !this.#bound.has(path) && !/\bnav\b/.test(properties))
    return [...new Set((read.length > 0 ? read : all).map(({ path }) => path))]
  }

  #resolve(href: string): string {
    const plain = href.split('#')[0]!
    let decoded = plain
    try {
      decoded = decodeURIComponent(plain)
    } catch {
      // Not escaped: it stands as it is.
    }
    const path: string[] = []
    for (const part of `${this.#folder}${decoded}`.split('/')) {
      if (part === '..') path.pop()
      else if (part !== '' && part !== '.') path.push(part)
    }
    return path.join('/')
  }
}
