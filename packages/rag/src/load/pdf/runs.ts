import type { TextItem, TextMarkedContent } from 'pdfjs-dist/types/src/display/api.js'

/** A piece of text as a page shows it, turned upright: x runs with the writing, y down from line to line, both in points. */
export interface Run {
  readonly text: string
  readonly x0: number
  readonly x1: number
  /** Of the baseline. */
  readonly y: number
  /** Of the font. */
  readonly size: number
  readonly font: string
  readonly isMono: boolean
  readonly isRtl: boolean
  /** How many of its characters are letters or digits, and no dots that lead to a page. */
  readonly letters: number
  /** When it was written, among all of its page. */
  readonly order: number
  /** Whether white space stands before it. */
  readonly isApart: boolean
  /** Of the marked content it stands in. */
  readonly mark?: string
  /** Whether the file calls it decoration: a running head, a page number. */
  readonly isArtifact: boolean
}

/** Runs that are written in one direction. */
export interface Direction {
  readonly runs: readonly Run[]
  /** Of the page, across and along the lines. */
  readonly width: number
  readonly height: number
}

export interface FontStyle {
  readonly fontFamily: string
  readonly vertical: boolean
}

type Matrix = readonly [number, number, number, number, number, number]

const multiply = (m: Matrix, n: readonly number[]): Matrix => [
  m[0] * n[0]! + m[2] * n[1]!,
  m[1] * n[0]! + m[3] * n[1]!,
  m[0] * n[2]! + m[2] * n[3]!,
  m[1] * n[2]! + m[3] * n[3]!,
  m[0] * n[4]! + m[2] * n[5]! + m[4],
  m[1] * n[4]! + m[3] * n[5]! + m[5],
]

/** Collects a page's runs, by the direction in which they are written; the direction with the most text comes first. */
export class RunCollector {
  readonly #view: Matrix
  readonly #width: number
  readonly #height: number
  readonly #directions = new Map<string, Run[]>()
  readonly #marks: { readonly id: string | undefined; readonly isArtifact: boolean }[] = []
  /** Each is told once, with the first text that has it. */
  readonly #styles = new Map<string, FontStyle>()
  #isApart = false
  #count = 0

  /** @param view From the file's space to that of the page as it is shown, y down. */
  constructor(view: readonly number[], width: number, height: number) {
    this.#view = view as unknown as Matrix
    this.#width = width
    this.#height = height
  }

  get count(): number {
    return this.#count
  }

  add(items: readonly (TextItem | TextMarkedContent)[], styles: Readonly<Record<string, FontStyle>>): void {
    for (const [font, style] of Object.entries(styles)) this.#styles.set(font, style)
    for (const item of items) {
      if ('str' in item) this.#addText(item, this.#styles.get(item.fontName))
      else this.#mark(item as TextMarkedContent & { tag?: string })
    }
  }

  #mark({ type, id, tag }: TextMarkedContent & { tag?: string }): void {
    if (type === 'endMarkedContent') {
      this.#marks.pop()
      return
    }
    const outer = this.#marks.at(-1)
    this.#marks.push({ id: id ?? outer?.id, isArtifact: outer?.isArtifact === true || tag === 'Artifact' })
  }

  #addText(item: TextItem, style: FontStyle | undefined): void {
    const text = cleaned(item.str)
    if (text.trim() === '') {
      this.#isApart = true
      return
    }
    const [a, b, c, d, x, y] = multiply(this.#view, item.transform)
    const isVertical = style?.vertical === true
    // A line of 179° is one of 180°: what is askew by a little is read with what is straight.
    const angle = isVertical ? 'down' : String((Math.round(Math.atan2(b, a) / (Math.PI / 2)) + 4) % 4)
    const size = isVertical ? Math.hypot(a, b) : Math.hypot(c, d)
    const length = isVertical ? item.height : item.width
    if (![x, y, size, length].every(Number.isFinite) || size === 0) return
    const [along, across] = this.#turned(angle, x, y)
    const mark = this.#marks.at(-1)
    const runs = this.#directions.get(angle) ?? []
    this.#directions.set(angle, runs)
    runs.push({
      text: text.trim(),
      x0: along,
      x1: along + Math.abs(length),
      y: across,
      size,
      font: item.fontName,
      isMono: style?.fontFamily === 'monospace',
      isRtl: item.dir === 'rtl',
      letters: text.replace(/[^\p{L}\p{N}]/gu, '').length,
      order: this.#count,
      isApart: this.#isApart || /^\s/.test(text),
      ...(mark?.id !== undefined && { mark: mark.id }),
      isArtifact: mark?.isArtifact === true,
    })
    this.#count++
    this.#isApart = /\s$/.test(text)
  }

  /** A place along the line and across the lines. */
  #turned(angle: string, x: number, y: number): readonly [number, number] {
    if (angle === '1') return [y, this.#width - x]
    if (angle === '2') return [this.#width - x, this.#height - y]
    if (angle === '3') return [this.#height - y, x]
    return angle === 'down' ? [y, this.#width - x] : [x, y]
  }

  directions(): Direction[] {
    const size = (runs: readonly Run[]) => runs.reduce((sum, { text }) => sum + text.length, 0)
    return [...this.#directions]
      .sort(([, a], [, b]) => size(b) - size(a))
      .map(([angle, runs]) => {
        const isTurned = angle === '1' || angle === '3' || angle === 'down'
        return { runs, width: isTurned ? this.#height : this.#width, height: isTurned ? this.#width : this.#height }
      })
  }
}

/** Without what is not text: control characters, and characters that a font has for itself alone where it does not mark an item. */
function cleaned(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u0008\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g, '').replace(/[\ud800-\udfff]/gu, '')
}
