import { isVoisinError } from '@voisin/spec'
import { expect, test } from 'vitest'
import { alphabetOf, Random, sentenceOf, wordOf } from '../testing/random-words.ts'
import { writeZip } from '../testing/write-zip.ts'
import { readFormat } from './number-format.ts'
import { parseXlsx } from './parse-xlsx.ts'

const read = (bytes: Uint8Array) => parseXlsx(bytes, { name: 'book.xlsx' })
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const TYPES = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

/** A workbook of sheets, each of rows of cells' XML. */
function workbook(sheets: Readonly<Record<string, string>>, strings: readonly string[] = [], formats: readonly string[] = []) {
  const names = Object.keys(sheets)
  return writeZip([
    { path: '[Content_Types].xml', bytes: '<Types/>' },
    {
      path: 'xl/workbook.xml',
      bytes: `<workbook xmlns:r="${TYPES}"><sheets>${names.map((name, index) => `<sheet name="${escaped(name)}" sheetId="${index + 1}" r:id="r${index}"/>`).join('')}</sheets></workbook>`,
    },
    {
      path: 'xl/_rels/workbook.xml.rels',
      bytes: `<Relationships>${names.map((_, index) => `<Relationship Id="r${index}" Type="${TYPES}/worksheet" Target="worksheets/sheet${index + 1}.xml"/>`).join('')}<Relationship Id="s" Type="${TYPES}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="f" Type="${TYPES}/styles" Target="/xl/styles.xml"/></Relationships>`,
    },
    { path: 'xl/sharedStrings.xml', bytes: `<sst>${strings.map((text) => `<si><t>${escaped(text)}</t></si>`).join('')}</sst>` },
    {
      path: 'xl/styles.xml',
      bytes: `<styleSheet><numFmts>${formats.map((code, index) => `<numFmt numFmtId="${164 + index}" formatCode="${code.replaceAll('"', '&quot;')}"/>`).join('')}</numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>${formats.map((_, index) => `<xf numFmtId="${164 + index}"/>`).join('')}</cellXfs></styleSheet>`,
    },
    ...Object.values(sheets).map((data, index) => ({
      path: `xl/worksheets/sheet${index + 1}.xml`,
      bytes: `<worksheet><sheetData>${data}</sheetData></worksheet>`,
    })),
  ])
}

test('every value of a random workbook is in its row and column, and every row is a place', async () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = new Random(seed)
    const alphabet = alphabetOf(random)
    const strings: string[] = []
    const written: string[] = []
    const starts: { sheet: string; row?: number; line: string }[] = []
    const sheets: Record<string, string> = {}
    for (let sheet = random.integer(1, 3); sheet > 0; sheet--) {
      const name = `${sheet} ${wordOf(random, alphabet)}`
      const columns = ['A', 'C', 'AB'].slice(0, random.integer(2, 3))
      let [xml, number] = ['', random.integer(1, 3)]
      const lines: string[] = []
      starts.push({ sheet: name, line: `# ${name}` })
      for (let rows = random.integer(2, 12); rows > 0; rows--) {
        const cells = columns.map((column) => {
          if (lines.length > 0 && random.next() < 0.2) return { xml: '', text: '' }
          const reference = `r="${column}${number}"`
          if (lines.length > 0 && random.next() < 0.5) {
            const value = random.integer(-500, 500) / 4
            return { xml: `<c ${reference}><v>${value}</v></c>`, text: String(value) }
          }
          const text =
            random.next() < 0.3 ? `${wordOf(random, alphabet)} | <${wordOf(random, alphabet)}>` : sentenceOf(random, alphabet)
          if (random.next() < 0.5) return { xml: `<c ${reference} t="inlineStr"><is><t>${escaped(text)}</t></is></c>`, text }
          strings.push(text)
          return { xml: `<c ${reference} t="s"><v>${strings.length - 1}</v></c>`, text }
        })
        xml += `<row r="${number}">${cells.map((cell) => cell.xml).join('')}</row>`
        if (cells.some(({ text }) => text !== '')) {
          lines.push(`| ${cells.map(({ text }) => text.replaceAll('|', '\\|')).join(' | ')} |`)
          starts.push({ sheet: name, row: number, line: lines.at(-1)! })
        }
        number += random.integer(1, 2)
      }
      sheets[name] = xml
      written.push([`# ${name}`, '', lines[0], `|${' --- |'.repeat(columns.length)}`, ...lines.slice(1)].join('\n'))
    }
    const { text, places } = await read(await workbook(sheets, strings))
    expect(text, `seed ${seed}`).toBe(written.join('\n\n'))
    expect(places!.map(({ sheet, row }) => ({ sheet, row }))).toEqual(starts.map(({ sheet, row }) => ({ sheet, row })))
    for (const [index, { line }] of starts.entries()) expect(text.startsWith(line, places![index]!.start)).toBe(true)
  }
})

test('numbers and dates are shown as the sheet shows them, dates as ISO 8601', () => {
  const shown = (code: string, value: number, is1904 = false) => readFormat(code, is1904)(value)
  expect(shown('General', 0.1 + 0.2)).toBe('0.3')
  expect(shown('0.00', 2.5)).toBe('2.50')
  expect(shown('#,##0.00', -1234567.891)).toBe('-1,234,567.89')
  expect(shown('0.#', 4)).toBe('4')
  expect(shown('0%', 0.125)).toBe('13%')
  expect(shown('"$"#,##0_);("$"#,##0)', -42)).toBe('($42)')
  expect(shown('#,##0.00\\ [$€-407]', 9.5)).toBe('9.50 €')
  expect(shown('0.0" kg"', 3)).toBe('3.0 kg')
  expect(shown('0,"k"', 12_345)).toBe('12k')
  expect(shown('00000', 7)).toBe('00007')
  expect(shown('dd/mm/yyyy', 46_357)).toBe('2026-12-01')
  expect(shown('[$-F800]dddd, mmmm dd, yyyy', 46_357)).toBe('2026-12-01')
  expect(shown('m/d/yy h:mm', 46_357.75)).toBe('2026-12-01T18:00')
  expect(shown('yyyy"年"m"月"d"日"', 46_357)).toBe('2026-12-01')
  expect(shown('h:mm:ss', 0.5)).toBe('12:00:00')
  expect(shown('[h]:mm', 2.5)).toBe('60:00')
  expect(shown('yyyy-mm-dd', 1)).toBe('1900-01-01')
  expect(shown('yyyy-mm-dd', 0, true)).toBe('1904-01-01')
  expect(shown('yyyy-mm-dd', -1)).toBe('-1')
})

test('titles stand above the table, and a sheet of a few far cells is no table of a million', async () => {
  const cell = (reference: string, text: string) => `<c r="${reference}" t="str"><v>${text}</v></c>`
  const far = Array.from(
    { length: 1_000 },
    (_, at) =>
      `<row r="${at + 1}">${cell(`${'ABC'[at % 3]}${'ABCDEFGHIJ'[at % 10]}${at + 1}`, 'x')}${cell(`Z${'KLMNOPQ'[at % 7]}${at + 1}`, 'y')}</row>`,
  )
  const { text } = await read(
    await workbook({
      Plan: `<row r="1">${cell('A1', 'Plan of the year')}</row><row r="3">${cell('A3', 'a')}${cell('B3', 'b')}</row>`,
      Far: far.join(''),
    }),
  )
  expect(
    text.startsWith('# Plan\n\nPlan of the year\n\n| a | b |\n| --- | --- |\n\n# Far\n\n- AA1: x; ZK1: y\n- BB2: x; ZL2: y\n'),
    text.slice(0, 200),
  ).toBe(true)
})

test('what is no workbook is refused by name', async () => {
  const whole = await workbook({ One: '<row r="1"><c r="A1"><v>1</v></c></row>' })
  const malformed = [
    new Uint8Array(),
    new TextEncoder().encode('a,b\n1,2'),
    Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1),
    ...[0.1, 0.3, 0.5, 0.7, 0.9, 0.98].map((part) => whole.slice(0, whole.length * part)),
    await writeZip([{ path: 'word/document.xml', bytes: '<w/>' }]),
    await writeZip([{ path: 'xl/workbook.xml', bytes: '<workbook>' }]),
    await workbook({}),
    await workbook({ Empty: '' }),
    await workbook({ Loop: '<row r="1"><c r="ZZZZ1"><v></v></c></row>' }),
  ]
  for (const bytes of malformed) {
    const result = await read(bytes).catch((error: unknown) => error)
    if (!isVoisinError(result)) throw result
    expect(['unsupported', 'corrupt-data', 'empty-text']).toContain(result.code)
    expect(result.message).toContain('"book.xlsx"')
  }
})
