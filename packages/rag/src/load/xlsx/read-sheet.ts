import { readPart } from '../office-package.ts'
import type { Zip } from '../open-zip.ts'
import type { XmlAttributes, XmlHandler } from '../xml.ts'
import { plainNumber } from './number-format.ts'
import type { Workbook } from './workbook.ts'

/** What stands in a row; empty cells are left out. */
export interface SheetRow {
  /** From 1. */
  readonly number: number
  readonly cells: readonly { readonly column: number; readonly text: string }[]
}

const LAST_COLUMN = 16_384

/** The rows of a sheet that have something in them, each value as the sheet shows it. */
export async function readSheet(zip: Zip, path: string, workbook: Workbook): Promise<SheetRow[]> {
  const reader = new SheetReader(workbook)
  await readPart(zip, path, reader)
  return reader.rows
}

class SheetReader implements XmlHandler {
  readonly rows: SheetRow[] = []
  readonly #workbook: Workbook
  #number = 0
  #column = 0
  #cells: { column: number; text: string }[] = []
  #type = 'n'
  #style = 0
  #pieces: string[] = []
  #isValue = false
  #isPhonetic = false

  constructor(workbook: Workbook) {
    this.#workbook = workbook
  }

  open(name: string, attributes: XmlAttributes): void {
    if (name === 'row') {
      const said = Number(attributes.get('r'))
      this.#number = Number.isInteger(said) && said > 0 ? said : this.#number + 1
      this.#column = 0
      this.#cells = []
    } else if (name === 'c') {
      const said = columnOf(attributes.get('r') ?? '')
      this.#column = said ?? this.#column + 1
      this.#type = attributes.get('t') ?? 'n'
      this.#style = Number(attributes.get('s') ?? 0)
      this.#pieces = []
    } else if (name === 'rPh') this.#isPhonetic = true
    else this.#isValue = (name === 'v' || name === 't') && !this.#isPhonetic
  }

  close(name: string): void {
    this.#isValue = false
    if (name === 'rPh') this.#isPhonetic = false
    else if (name === 'c' && this.#pieces.length > 0) {
      const text = this.#shown(this.#pieces.join(''))
        .replace(/_x000[dD]_/g, '')
        .replace(/\s+/g, ' ')
        .trim()
      if (text !== '' && this.#column <= LAST_COLUMN) this.#cells.push({ column: this.#column, text })
      this.#pieces = []
    } else if (name === 'row' && this.#cells.length > 0) this.rows.push({ number: this.#number, cells: this.#cells })
  }

  text(text: string): void {
    if (this.#isValue) this.#pieces.push(text)
  }

  #shown(value: string): string {
    const { strings, formats } = this.#workbook
    if (this.#type === 's') return strings[Number(value)] ?? ''
    if (this.#type === 'b') return value === '1' || value === 'true' ? 'TRUE' : 'FALSE'
    if (this.#type === 'd') return value.replace(/T00:00(?::00)?(?:\.0+)?Z?$/, '')
    if (this.#type !== 'n') return value
    const number = Number(value)
    return value.trim() === '' || !Number.isFinite(number) ? value : (formats[this.#style] ?? plainNumber)(number)
  }
}

/** Of `AB12` it is 28. */
function columnOf(reference: string): number | undefined {
  const letters = /^\$?([A-Za-z]{1,3})/.exec(reference)?.[1]?.toUpperCase()
  if (letters === undefined) return undefined
  let column = 0
  for (let at = 0; at < letters.length; at++) column = column * 26 + letters.charCodeAt(at) - 64
  return column
}
