import type { Span } from '@voisin/spec'

const RAW_START = /^\s{0,3}<(pre|textarea|script|style)(?=[\s>]|$)/i
const RAW_END = /<\/(?:pre|textarea|script|style)\s{0,20}>/gi

/**
 * Finds what of a Markdown text a browser does not show or shows as it is: comments, scripts and styles, `<pre>`. What is never closed is
 * text. Positions must be asked for in rising order; then each character is looked at a few times, however many are opened.
 */
export class RawHtml {
  readonly #text: string
  #nextComment = -1
  #commentsEnd = false
  #rawEnds = false

  constructor(text: string) {
    this.#text = text
  }

  /** The comments that begin in a span of one line, and not in `code`; the last one may end far below. */
  *commentsIn({ start, end }: Span): Generator<Span> {
    let at = start
    let isCode = false
    for (;;) {
      const from = this.#commentFrom(at)
      if (from < 0 || from >= end) return
      for (; at < from; at++) if (this.#text[at] === '`' && this.#text[at - 1] !== '`') isCode = !isCode
      if (isCode) {
        at = from + 4
        continue
      }
      const close = this.#commentsEnd ? -1 : this.#text.indexOf('-->', from + 4)
      if (close < 0) {
        this.#commentsEnd = true
        return
      }
      yield { start: from, end: close + 3 }
      at = close + 3
    }
  }

  #commentFrom(at: number): number {
    if (this.#nextComment < at && this.#nextComment !== Number.POSITIVE_INFINITY) {
      const found = this.#text.indexOf('<!--', at)
      this.#nextComment = found < 0 ? Number.POSITIVE_INFINITY : found
    }
    return this.#nextComment === Number.POSITIVE_INFINITY ? -1 : this.#nextComment
  }

  /** The element that a line begins with, up to the end of its closing tag; and whether a browser shows it. */
  elementAt({ start, end }: Span): (Span & { readonly isShown: boolean }) | undefined {
    const tag = RAW_START.exec(this.#text.slice(start, Math.min(end, start + 16)))
    if (!tag || this.#rawEnds) return undefined
    RAW_END.lastIndex = start
    const close = RAW_END.exec(this.#text)
    if (close === null) {
      this.#rawEnds = true
      return undefined
    }
    return { start, end: close.index + close[0].length, isShown: /^(?:pre|textarea)$/i.test(tag[1]!) }
  }
}
