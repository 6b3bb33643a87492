import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packDocx } from '../../packages/rag/src/load/testing/write-formats.ts'
import { writePdf } from '../../packages/rag/src/load/testing/write-pdf.ts'
import { writeZip } from '../../packages/rag/src/load/testing/write-zip.ts'
import { expect, test } from './reading-room.ts'

const TYPES = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const CELLS = ['Plant', 'Litres', 'Monstera', '2'].map((text) => `<is><t>${text}</t></is>`)
const ROWS = [0, 2].map((first, row) => {
  const cells = CELLS.slice(first, first + 2).map((cell, column) => `<c r="${'AB'[column]}${row + 1}" t="inlineStr">${cell}</c>`)
  return `<row r="${row + 1}">${cells.join('')}</row>`
})

/** One file of each kind, about things that no other is about. */
async function writeFiles(folder: string): Promise<string[]> {
  const files: Readonly<Record<string, string | Uint8Array>> = {
    'kiln.pdf': writePdf([
      { width: 600, height: 800, texts: [{ text: 'Kilns are fired in the evening.', x: 72, y: 80, size: 11 }] },
      { width: 600, height: 800, texts: [{ text: 'Porcelain is glazed twice.', x: 72, y: 80, size: 11 }] },
    ]),
    'lease.docx': await packDocx('<w:p><w:r><w:t>The tenant sweeps the chimney once a year.</w:t></w:r></w:p>'),
    'watering.xlsx': await writeZip([
      {
        path: 'xl/workbook.xml',
        bytes: `<workbook xmlns:r="${TYPES}"><sheets><sheet name="Plants" r:id="a"/></sheets></workbook>`,
      },
      {
        path: 'xl/_rels/workbook.xml.rels',
        bytes: `<Relationships><Relationship Id="a" Type="${TYPES}/worksheet" Target="worksheets/a.xml"/></Relationships>`,
      },
      { path: 'xl/worksheets/a.xml', bytes: `<worksheet><sheetData>${ROWS.join('')}</sheetData></worksheet>` },
    ]),
    'ferry.html':
      '<!doctype html><title>Ferries</title><nav>Menu</nav><main><h1>Ferries</h1><p>The ferry to Arran leaves at noon.</p></main>',
    'seeds.csv': 'variety,sown\nBrandywine,March\nGardener’s Delight,April\n',
    'tea.eml': 'From: Ann <ann@example.com>\nSubject: Teapot\n\nThe samovar is in the pantry.',
    'old.txt': Uint8Array.from('La façade est repeinte à l’été.'.replace('’', "'"), (character) => character.charCodeAt(0)),
  }
  const paths = Object.keys(files).map((name) => join(folder, name))
  await Promise.all(Object.values(files).map((bytes, i) => writeFile(paths[i]!, bytes)))
  return paths
}

test('files of many kinds are dropped, kept over a reload, found, and cited where they say it', async ({ room, page }) => {
  const folder = await mkdtemp(join(tmpdir(), 'voisin-files-'))
  try {
    const paths = await writeFiles(folder)
    await room.open()
    await expect(page.getByRole('button', { name: 'Read the sample library' })).toBeEnabled()
    await room.dropFromDisk(paths)
    await expect(page.locator('.documents li')).toHaveCount(paths.length)
    await page.reload()
    await room.enter('Search')
    for (const [asked, found] of [
      ['porcelain glazed', 'kiln.pdf'],
      ['who sweeps the chimney', 'lease.docx'],
      ['litres for the Monstera', 'watering.xlsx'],
      ['ferry to Arran', 'ferry.html'],
      ['when is Brandywine sown', 'seeds.csv'],
      ['samovar', 'tea.eml'],
      ['facade repeinte', 'old.txt'],
    ] as const) {
      await room.field.fill(asked)
      await expect(room.hits.first()).toHaveAttribute('data-document', found)
    }
    await room.enter('Ask')
    for (const [asked, place] of [
      ['How often is porcelain glazed?', 'page 2'],
      ['How many litres does the Monstera need?', 'sheet Plants, row 2'],
    ] as const) {
      await room.field.fill(asked)
      await room.field.press('Enter')
      await expect(page.locator('.source').first()).toContainText(place)
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
