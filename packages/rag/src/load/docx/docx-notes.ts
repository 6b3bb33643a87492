import { oneLine } from '../markdown-writer.ts'
import type { XmlAttributes, XmlHandler } from '../xml.ts'

/** Reads what footnotes or endnotes say, each as one line. */
export class DocxNotes implements XmlHandler {
  readonly #kind: 'footnote' | 'endnote'
  readonly #notes: Map<string, string>
  #id: string | undefined
  #pieces: string[] = []
  #isText = false

  /** @param notes By `footnote <id>`; what is found is added. */
  constructor(kind: 'footnote' | 'endnote', notes: Map<string, string>) {
    this.#kind = kind
    this.#notes = notes
  }

  open(name: string, attributes: XmlAttributes): void {
    if (name === this.#kind) {
      // Those with a type are the lines that separate notes from the text.
      this.#id = attributes.has('type') && attributes.get('type') !== 'normal' ? undefined : attributes.get('id')
      this.#pieces = []
    } else if (name === 't') this.#isText = true
    else if (name === 'tab' || name === 'br') this.#pieces.push(' ')
  }

  close(name: string): void {
    if (name === 't') this.#isText = false
    else if (name === 'p') this.#pieces.push(' ')
    else if (name === this.#kind && this.#id !== undefined)
      this.#notes.set(`${this.#kind} ${this.#id}`, oneLine(this.#pieces.join('')))
  }

  text(text: string): void {
    if (this.#isText) this.#pieces.push(text)
  }
}
