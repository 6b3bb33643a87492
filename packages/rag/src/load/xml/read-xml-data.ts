import type { Extracted } from '../extracted.ts'
import { readXml, type XmlAttributes, type XmlHandler } from '../xml.ts'

/** Deeper elements are written as if they stood at this depth. */
const DEEPEST = 12

/**
 * Reads XML as a list: each element that holds a text is an item of its name and that text, below the element that it stands in; attributes
 * are items of their element. Names that only wrap a text in a longer one, as `<b>` does, are left out. No entity but the five of XML is known.
 */
export function readXmlData(text: string): Extracted {
  const writer = new DataWriter()
  readXml(text, writer)
  return { text: writer.finish(), format: 'markdown' }
}

interface Open {
  readonly name: string
  readonly attributes: XmlAttributes
  /** What was read of it and is not written yet. */
  text: string
  hasText: boolean
  /** Whether its own item is written, so that what it holds stands below it. */
  isWritten: boolean
  /** Whether text and elements are mixed in it. */
  isMixed: boolean
}

class DataWriter implements XmlHandler {
  readonly #lines: string[] = []
  readonly #open: Open[] = []

  open(name: string, attributes: XmlAttributes): void {
    const parent = this.#open.at(-1)
    if (parent?.hasText) parent.isMixed = true
    if (parent && !parent.isMixed) this.#writeItem(parent)
    this.#open.push({ name, attributes, text: '', hasText: false, isWritten: false, isMixed: parent?.isMixed === true })
  }

  close(name: string): void {
    const element = this.#open.at(-1)
    // An end without its beginning is passed over.
    if (element?.name !== name) return
    const parent = this.#open.at(-2)
    if (parent?.isMixed) parent.text += element.text
    else if (element.isWritten) this.#writeText(element)
    else if (element.hasText || element.attributes.size > 0) this.#writeItem(element)
    this.#open.pop()
  }

  text(text: string): void {
    const element = this.#open.at(-1)
    if (!element) return
    element.text += text
    element.hasText ||= text.trim() !== ''
  }

  finish(): string {
    while (this.#open.length > 0) this.close(this.#open.at(-1)!.name)
    return this.#lines.join('\n')
  }

  get #indent(): string {
    return '  '.repeat(Math.min(DEEPEST, this.#open.length - 1))
  }

  #writeItem(element: Open): void {
    if (element.isWritten) {
      this.#writeText(element)
      return
    }
    element.isWritten = true
    this.#lines.push(`${this.#indent}- ${element.name}: ${taken(element)}`.trimEnd())
    for (const [key, value] of element.attributes) {
      const shown = value.replace(/\s+/g, ' ').trim()
      if (shown !== '' && !/^(?:xmlns|schemaLocation)/i.test(key)) this.#lines.push(`${this.#indent}  - ${key}: ${shown}`)
    }
  }

  #writeText(element: Open): void {
    const text = taken(element)
    if (text !== '') this.#lines.push(`${this.#indent}  - ${text}`)
  }
}

/** The text of an element that is written now. */
function taken(element: Open): string {
  const text = element.text.replace(/\s+/g, ' ').trim()
  element.text = ''
  element.hasText = false
  return text
}
