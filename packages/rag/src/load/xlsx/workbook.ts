import { noSuchFormat, readPart, readPartIfThere } from '../office-package.ts'
import type { Zip } from '../open-zip.ts'
import { builtInFormat, type NumberFormat, readFormat } from './number-format.ts'

export interface Workbook {
  /** In the order of their tabs; of charts and macros there is none. */
  readonly sheets: readonly { readonly name: string; readonly path: string }[]
  readonly strings: readonly string[]
  /** By the style of a cell. */
  readonly formats: readonly NumberFormat[]
}

const MAIN = 'xl/workbook.xml'

export async function readWorkbook(zip: Zip, name: string): Promise<Workbook> {
  const path = zip.has(MAIN) ? MAIN : zip.entries.find((entry) => /(?:^|\/)workbook\d*\.xml$/.test(entry.path))?.path
  if (path === undefined) throw noSuchFormat(name, 'XLSX', MAIN)
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  const targets = new Map<string, { readonly path: string; readonly kind: string }>()
  await readPartIfThere(zip, `${folder}_rels/${path.slice(folder.length)}.rels`, {
    open: (element, attributes) => {
      if (element !== 'Relationship') return
      const target = attributes.get('Target') ?? ''
      const kind = (attributes.get('Type') ?? '').replace(/^.*\//, '')
      targets.set(attributes.get('Id') ?? '', { path: target.startsWith('/') ? target.slice(1) : folder + target, kind })
    },
    close: () => {},
    text: () => {},
  })
  const sheets: { name: string; path: string }[] = []
  let is1904 = false
  await readPart(zip, path, {
    open: (element, attributes) => {
      if (element === 'workbookPr') is1904 = /^(?:1|true)$/.test(attributes.get('date1904') ?? '')
      if (element !== 'sheet') return
      const target = targets.get(attributes.get('id') ?? '')
      if (target?.kind === 'worksheet' && zip.has(target.path))
        sheets.push({ name: attributes.get('name') ?? '', path: target.path })
    },
    close: () => {},
    text: () => {},
  })
  const partOf = (kind: string) => [...targets.values()].find((target) => target.kind === kind)?.path
  return {
    sheets,
    strings: await readStrings(zip, partOf('sharedStrings')),
    formats: await readFormats(zip, partOf('styles'), is1904),
  }
}

/** Texts that cells share; how a word is pronounced is no part of it. */
async function readStrings(zip: Zip, path: string | undefined): Promise<string[]> {
  const strings: string[] = []
  let pieces: string[] = []
  let isText = false
  let isPhonetic = false
  await readPartIfThere(zip, path, {
    open: (element) => {
      if (element === 'si') pieces = []
      else if (element === 'rPh') isPhonetic = true
      else isText = element === 't' && !isPhonetic
    },
    close: (element) => {
      if (element === 'si') strings.push(pieces.join(''))
      else if (element === 'rPh') isPhonetic = false
      isText = false
    },
    text: (text) => {
      if (isText) pieces.push(text)
    },
  })
  return strings
}

async function readFormats(zip: Zip, path: string | undefined, is1904: boolean): Promise<NumberFormat[]> {
  const codes = new Map<number, string>()
  const formats: NumberFormat[] = []
  const known = new Map<number, NumberFormat>()
  let isCells = false
  await readPartIfThere(zip, path, {
    open: (element, attributes) => {
      const id = Number(attributes.get('numFmtId') ?? 0)
      if (element === 'numFmt') codes.set(id, attributes.get('formatCode') ?? 'General')
      else if (element === 'cellXfs') isCells = true
      else if (element === 'xf' && isCells) {
        const format = known.get(id) ?? readFormat(codes.get(id) ?? builtInFormat(id), is1904)
        known.set(id, format)
        formats.push(format)
      }
    },
    close: (element) => {
      if (element === 'cellXfs') isCells = false
    },
    text: () => {},
  })
  return formats
}
