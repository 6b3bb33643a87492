import { TermTable } from './term-table.ts'

const NONE = 0
const LINK = 2

/** Which terms are found under a form, and which forms a term has beside itself. Kept by term, not by posting: a form costs some bytes. */
export class FormTable {
  readonly #forms = new TermTable()
  // By form, its last link, 0 where it has none. A link: a term, the link before.
  #last = new Uint32Array(256)
  #links = new Uint32Array(1024)
  #linked = LINK
  // By term, where its forms begin among all; they end where the next one's begin.
  #starts = new Uint32Array(257)
  #all = new Uint32Array(512)
  #terms = 0

  get memoryBytes(): number {
    const arrays = [this.#last, this.#links, this.#starts, this.#all]
    return this.#forms.memoryBytes + arrays.reduce((sum, { byteLength }) => sum + byteLength, 0)
  }

  /** Terms whose forms are here. */
  get size(): number {
    return this.#terms
  }

  /** Takes in the forms of the next term: terms come in order, each once. */
  add(forms: readonly string[]): void {
    this.#addAll(forms.map((form) => this.#forms.take(form)))
  }

  /** The same of forms as UTF-8. */
  addBytes(forms: readonly Uint8Array[]): void {
    this.#addAll(forms.map((form) => this.#forms.takeBytes(form, 0, form.length)))
  }

  /** The terms that are found under a form, in order. */
  termsOf(form: string): number[] {
    const found = this.#forms.find(form)
    const terms: number[] = []
    if (found === undefined) return terms
    for (let link = this.#last[found]!; link !== NONE; link = this.#links[link + 1]!) terms.push(this.#links[link]!)
    return terms.reverse()
  }

  /** A term's forms as UTF-8, as views that last until the next term comes. */
  formsOf(term: number): Uint8Array[] {
    const forms: Uint8Array[] = []
    for (let at = this.#starts[term]!; at < this.#starts[term + 1]!; at++) forms.push(this.#forms.bytesOf(this.#all[at]!))
    return forms
  }

  #addAll(forms: readonly number[]): void {
    const term = this.#terms++
    if (this.#terms === this.#starts.length) this.#starts = grown(this.#starts)
    let end = this.#starts[term]!
    for (const form of forms) {
      while (form >= this.#last.length) this.#last = grown(this.#last)
      if (end === this.#all.length) this.#all = grown(this.#all)
      if (this.#linked === this.#links.length) this.#links = grown(this.#links)
      this.#all[end++] = form
      this.#links[this.#linked] = term
      this.#links[this.#linked + 1] = this.#last[form]!
      this.#last[form] = this.#linked
      this.#linked += LINK
    }
    this.#starts[term + 1] = end
  }
}

function grown(from: Uint32Array): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(from.length * 2)
  to.set(from)
  return to
}
