import type { XmlAttributes, XmlHandler } from '../xml.ts'

/** Which levels of which list styles are numbered, and the document's language. */
export class OdtStyles implements XmlHandler {
  language: string | undefined
  /** `<style> <level>`, from 1. */
  readonly #numbered = new Set<string>()
  /** Styles of paragraphs that stand in for others: the name that people see. */
  readonly #parents = new Map<string, string>()
  #list = ''

  open(name: string, attributes: XmlAttributes): void {
    if (name === 'list-style') this.#list = attributes.get('name') ?? ''
    else if (name === 'list-level-style-number') {
      if (attributes.get('num-format')) this.#numbered.add(`${this.#list} ${attributes.get('level')}`)
    } else if (name === 'style') {
      const parent = attributes.get('parent-style-name')
      if (parent !== undefined) this.#parents.set(attributes.get('name') ?? '', parent)
    } else if (name === 'text-properties') {
      const language = attributes.get('language')
      const country = attributes.get('country')
      if (language && language !== 'none') this.language ??= country && country !== 'none' ? `${language}-${country}` : language
    }
  }

  close(): void {}
  text(): void {}

  isNumbered(style: string, level: number): boolean {
    return this.#numbered.has(`${style} ${level}`)
  }

  /** Whether a style is that of the title, itself or by its parent. */
  isTitle(style: string | undefined): boolean {
    return style === 'Title' || (style !== undefined && this.#parents.get(style) === 'Title')
  }
}
