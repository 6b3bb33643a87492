import { isSpaceless } from './rows.ts'

const BROKEN_WORD = /(\p{L}[\p{L}\p{M}]*)([-\u2010\u00ad\u2011]|\u00ac)$/u
const LAST_WORD = /\p{L}[\p{L}\p{M}]*$/u
const FIRST_WORD = /^\p{L}[\p{L}\p{M}]*/u
const WORDS = /\p{L}[\p{L}\p{M}]*(?:[-\u2010]\p{L}[\p{L}\p{M}]*)*/gu

/**
 * Joins the lines of a paragraph. A word broken by a soft hyphen is whole again; one broken by a hyphen too, where the whole is a word of
 * the document, or where the document breaks many words and one of the two parts is no word of it.
 */
export class LineJoiner {
  readonly #words = new Map<string, number>()
  #joined = 0
  #kept = 0

  constructor(lines: readonly string[]) {
    for (const [index, line] of lines.entries()) {
      const isContinued = index > 0 && BROKEN_WORD.test(endOf(lines[index - 1]!))
      const matches = [...line.matchAll(WORDS)].map(([word]) => word.toLowerCase())
      const whole = matches.slice(isContinued ? 1 : 0, BROKEN_WORD.test(endOf(line)) ? -1 : undefined)
      for (const word of whole) {
        this.#count(word)
        if (/[-\u2010]/.test(word)) for (const part of word.split(/[-\u2010]/)) this.#count(part)
      }
    }
    for (const [index, line] of lines.entries()) {
      const parts = brokenParts(line, lines[index + 1] ?? '')
      if (!parts) continue
      if (this.#words.has(parts.left + parts.right)) this.#joined++
      else if (this.#words.has(`${parts.left}-${parts.right}`)) this.#kept++
    }
  }

  /**
   * What comes between two lines: a space or nothing, and whether the last character of the first goes.
   * @param before The line, or as much of its end as a word may be long.
   */
  seam(before: string, after: string): { readonly glue: '' | ' '; readonly isHyphenDropped: boolean } {
    const last = before.slice(-1)
    if (last === '\u00ad') return { glue: '', isHyphenDropped: true }
    if (this.#isBrokenUnseen(before, after)) return { glue: '', isHyphenDropped: false }
    const parts = brokenParts(before, after)
    if (parts) return { glue: '', isHyphenDropped: this.#isOne(parts) }
    const isCompound = /\p{L}[-\u2010]$/u.test(before.slice(-3)) && /^[\p{L}\p{N}]/u.test(after)
    return { glue: isCompound || isSpaceless(last, after.slice(0, 1)) ? '' : ' ', isHyphenDropped: false }
  }

  /** A soft hyphen may be lost on the way: both halves are words nowhere else, and the whole is one. */
  #isBrokenUnseen(before: string, after: string): boolean {
    const left = LAST_WORD.exec(endOf(before))?.[0].toLowerCase()
    const right = left === undefined ? undefined : FIRST_WORD.exec(after)?.[0]
    if (left === undefined || right === undefined || left.length + right.length < 6 || !/^\p{Ll}/u.test(right)) return false
    return this.#words.get(left) === 1 && this.#words.get(right) === 1 && this.#words.has(left + right)
  }

  #count(word: string): void {
    this.#words.set(word, (this.#words.get(word) ?? 0) + 1)
  }

  #isOne({ left, right, isName }: Parts): boolean {
    if (this.#words.has(left + right)) return true
    if (this.#words.has(`${left}-${right}`)) return false
    if (isName) return false
    const isHyphenated = this.#joined >= 3 && this.#joined > 3 * this.#kept
    return isHyphenated && !(this.#words.has(left) && this.#words.has(right))
  }
}

/** As much as a word may be long: what has no end in sight would be looked at for each of its letters. */
const endOf = (line: string): string => line.slice(-64)

interface Parts {
  readonly left: string
  readonly right: string
  /** The second half begins large: the two are one word only if the document writes it so. */
  readonly isName: boolean
}

/** The halves of a word that a hyphen and the end of a line part. */
function brokenParts(before: string, after: string): Parts | undefined {
  const left = BROKEN_WORD.exec(endOf(before))
  const right = left && FIRST_WORD.exec(after)
  return right ? { left: left[1]!.toLowerCase(), right: right[0].toLowerCase(), isName: /^\p{Lu}/u.test(right[0]) } : undefined
}
