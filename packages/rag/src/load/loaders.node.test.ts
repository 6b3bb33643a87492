import { expect, test } from 'vitest'
import { docx } from './docx/docx.ts'
import { html } from './html/html.ts'
import { readDocuments } from './read-documents.ts'
import { packDocx } from './testing/write-formats.ts'
import { writeZip } from './testing/write-zip.ts'
import { zip } from './zip/zip.ts'

test('in Node files are read in the calling thread', async () => {
  const archive = await writeZip([{ path: 'deep/page.html', bytes: '<title>Bees</title><p>Bees make honey.' }])
  const document = await packDocx('<w:p><w:r><w:t>In a document</w:t></w:r></w:p>')
  // “Déjà” and a dash, which some versions of Node decode to control characters.
  const latin = Uint8Array.of(0x93, 0x44, 0xe9, 0x6a, 0xe0, 0x94, 0x20, 0x96, 0x20, 0x6c, 0x27, 0xe9, 0x74, 0xe9)
  const files = [new File([archive as BlobPart], 'a.zip'), new File([document as BlobPart], 'b.docx'), new File([latin], 'c.txt')]
  const { documents, failed } = await readDocuments(files, { loaders: [html(), docx(), zip()] })
  expect(failed).toEqual([])
  expect(documents).toEqual([
    { id: 'a.zip/deep/page.html', text: 'Bees make honey.', metadata: { name: 'page.html', title: 'Bees' } },
    { id: 'b.docx', text: 'In a document', metadata: { name: 'b.docx', language: 'fr-FR' } },
    { id: 'c.txt', text: "“Déjà” – l'été", metadata: { name: 'c.txt', encoding: 'windows-1252' } },
  ])
})
