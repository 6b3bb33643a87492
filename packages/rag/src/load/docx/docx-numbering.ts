import type { XmlAttributes, XmlHandler } from '../xml.ts'
import type { Numbering } from './docx-styles.ts'

interface Level {
  format: string
  /** `%1.%2.` */
  text: string
  start: number
}

const DEEPEST = 8

/** The labels of numbered paragraphs, which the document does not hold: it counts them, in order. */
export class DocxNumbering implements XmlHandler {
  /** By abstract number, then level. */
  readonly #lists = new Map<string, Level[]>()
  /** The abstract number of each number. */
  readonly #abstractOf = new Map<string, string>()
  /** Where a number of its own begins, by number and level. */
  readonly #starts = new Map<string, number>()
  readonly #begun = new Set<string>()
  readonly #counters = new Map<string, (number | undefined)[]>()
  #list: Level[] | undefined
  #level: Level | undefined
  #number: string | undefined
  #override = 0

  open(name: string, attributes: XmlAttributes): void {
    const value = attributes.get('val')
    if (name === 'abstractNum') {
      this.#list = []
      this.#lists.set(attributes.get('abstractNumId') ?? '', this.#list)
    } else if (name === 'num') {
      this.#number = attributes.get('numId') ?? ''
      this.#list = undefined
    } else if (name === 'abstractNumId' && this.#number !== undefined) this.#abstractOf.set(this.#number, value ?? '')
    else if (name === 'lvl') {
      this.#level = { format: 'decimal', text: '', start: 1 }
      const level = Number(attributes.get('ilvl'))
      if (this.#list !== undefined && level >= 0 && level <= DEEPEST) this.#list[level] = this.#level
    } else if (name === 'lvlOverride') this.#override = Number(attributes.get('ilvl'))
    else if (name === 'startOverride' && this.#number !== undefined)
      this.#starts.set(`${this.#number} ${this.#override}`, Number(value))
    else if (this.#level === undefined || value === undefined) return
    else if (name === 'numFmt') this.#level.format = value
    else if (name === 'lvlText') this.#level.text = value
    else if (name === 'start') this.#level.start = Number(value)
  }

  close(name: string): void {
    if (name === 'lvl') this.#level = undefined
    else if (name === 'abstractNum') this.#list = undefined
  }

  text(): void {}

  /** The label of the next paragraph of this number; `-` of one with a bullet, '' of one that is not numbered. */
  next({ id, level }: Numbering): string {
    const abstract = this.#abstractOf.get(id)
    const levels = abstract === undefined ? undefined : this.#lists.get(abstract)
    const own = levels?.[level]
    if (levels === undefined || own === undefined || !(level >= 0 && level <= DEEPEST)) return ''
    if (own.format === 'bullet') return '-'
    const counters = this.#counters.get(abstract!) ?? []
    this.#counters.set(abstract!, counters)
    const start = this.#starts.get(`${id} ${level}`)
    // A number that starts anew does so once.
    const isFirst = start !== undefined && !this.#begun.has(`${id} ${level}`)
    if (isFirst) this.#begun.add(`${id} ${level}`)
    const before = counters[level]
    counters[level] = isFirst ? start : before === undefined ? own.start : before + 1
    counters.length = level + 1
    if (own.format === 'none') return ''
    const label = own.text.replace(/%([1-9])/g, (_, digit: string) => {
      const at = Number(digit) - 1
      counters[at] ??= levels[at]?.start ?? 1
      return numeral(counters[at], levels[at]?.format ?? 'decimal')
    })
    return label.trim()
  }
}

const ROMAN: readonly (readonly [number, string])[] = [
  [1000, 'm'],
  [900, 'cm'],
  [500, 'd'],
  [400, 'cd'],
  [100, 'c'],
  [90, 'xc'],
  [50, 'l'],
  [40, 'xl'],
  [10, 'x'],
  [9, 'ix'],
  [5, 'v'],
  [4, 'iv'],
  [1, 'i'],
]

function numeral(value: number, format: string): string {
  switch (format) {
    case 'lowerLetter':
      return letters(value)
    case 'upperLetter':
      return letters(value).toUpperCase()
    case 'lowerRoman':
      return roman(value)
    case 'upperRoman':
      return roman(value).toUpperCase()
    case 'decimalZero':
      return String(value).padStart(2, '0')
    default:
      return String(value)
  }
}

/** a … z, then aa … zz, as word processors count. */
function letters(value: number): string {
  if (!(value >= 1)) return String(value)
  return String.fromCharCode(97 + ((value - 1) % 26)).repeat(Math.min(5, Math.floor((value - 1) / 26) + 1))
}

function roman(value: number): string {
  if (!(value >= 1 && value < 5_000)) return String(value)
  let rest = value
  let text = ''
  for (const [worth, sign] of ROMAN) {
    while (rest >= worth) {
      text += sign
      rest -= worth
    }
  }
  return text
}
