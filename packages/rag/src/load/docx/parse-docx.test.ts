import { expect, test } from 'vitest'
import { packDocx } from '../testing/write-formats.ts'
import { parseDocx } from './parse-docx.ts'

const read = async (body: string, more: Parameters<typeof packDocx>[1] = []) =>
  await parseDocx(await packDocx(body, more), { name: 'a.docx' })
const run = (text: string) => `<w:r><w:t xml:space="preserve">${text}</w:t></w:r>`
const paragraph = (text: string, properties = '') => `<w:p><w:pPr>${properties}</w:pPr>${run(text)}</w:p>`
const numbered = (text: string, level: number, id = 2) =>
  paragraph(text, `<w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="${id}"/></w:numPr>`)

test('changes are accepted, and what is not the text is passed over', async () => {
  const { text } = await read(
    `<w:p><w:pPr><w:pPrChange><w:pPr><w:pStyle w:val="T1"/></w:pPr></w:pPrChange></w:pPr>${run('A ')}<w:del><w:r><w:delText>old</w:delText></w:r></w:del><w:ins>${run('new')}</w:ins>` +
      `<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>${run(' word')}<w:moveFrom>${run('gone')}</w:moveFrom><w:r><w:fldChar/><w:instrText>PAGE</w:instrText></w:r></w:p>` +
      `${paragraph('Contents 3', '<w:pStyle w:val="TOC1"/>')}` +
      `<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent>${paragraph('In a box')}</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>${paragraph('In a box')}</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r>${run('beside it')}</w:p>`,
  )
  expect(text).toBe('A new word\n\nIn a box\n\nbeside it')
})

test('numbers that the document does not hold are counted', async () => {
  const { text } = await read(
    numbered('one', 0) +
      numbered('sub', 1) +
      numbered('sub', 1) +
      numbered('two', 0) +
      numbered('sub', 1) +
      paragraph('between') +
      numbered('three', 0) +
      numbered('dot', 0, 1) +
      paragraph('Chapter', '<w:pStyle w:val="T2"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="2"/></w:numPr>'),
  )
  expect(text).toBe('1. one\n   - 1.a) sub\n   - 1.b) sub\n2. two\n   - 2.a) sub\n\nbetween\n\n3. three\n- dot\n\n## 4. Chapter')
})

test('merged cells are in each row, and a table that only lays out is none', async () => {
  const cell = (text: string, properties = '') => `<w:tc><w:tcPr>${properties}</w:tcPr>${paragraph(text)}</w:tc>`
  const row = (...cells: string[]) => `<w:tr>${cells.join('')}</w:tr>`
  const { text } = await read(
    `<w:tbl>${row(cell('Group', '<w:vMerge w:val="restart"/>'), cell('a'), cell('b'))}${row(cell('', '<w:vMerge/>'), cell('wide', '<w:gridSpan w:val="2"/>'))}</w:tbl>` +
      `<w:tbl>${row(cell('alone'))}</w:tbl><w:tbl>${row(`<w:tc>${paragraph('outer')}<w:tbl>${row(cell('x'), cell('y'))}</w:tbl></w:tc>`, cell('z'))}${row(cell('1'), cell('2'))}</w:tbl>`,
  )
  expect(text).toBe(
    '| Group | a | b |\n| --- | --- | --- |\n| Group | wide |  |\n\nalone\n\n| outer x y | z |\n| --- | --- |\n| 1 | 2 |',
  )
})

test('notes stand below what they belong to', async () => {
  const notes = `<w:footnotes><w:footnote w:id="-1" w:type="separator">${paragraph('line')}</w:footnote><w:footnote w:id="5">${paragraph('A note')}${paragraph('of two.')}</w:footnote></w:footnotes>`
  const { text } = await read(`<w:p>${run('Said')}<w:r><w:footnoteReference w:id="5"/></w:r></w:p>${paragraph('Next')}`, [
    { path: 'word/notes/footnotes.xml', bytes: notes },
  ])
  expect(text).toBe('Said[^1]\n\n[^1]: A note of two.\n\nNext')
})

test('pages are where the last layout has them', async () => {
  const { text, places } = await read(
    `${paragraph('One')}<w:p>${run('two ')}<w:r><w:lastRenderedPageBreak/><w:t>three</w:t></w:r></w:p>`,
  )
  expect(text).toBe('One\n\ntwo three')
  expect(places).toEqual([
    { start: 0, page: 1 },
    { start: text.indexOf('three'), page: 2 },
  ])
})
