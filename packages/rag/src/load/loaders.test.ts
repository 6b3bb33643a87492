import { isVoisinError } from '@voisin/spec'
import { expect, onTestFinished, test, vi } from 'vitest'
import { docx } from './docx/docx.ts'
import { email } from './email/email.ts'
import { epub } from './epub/epub.ts'
import type { Extracted } from './extracted.ts'
import { html } from './html/html.ts'
import type { Loader } from './loader.ts'
import { odt } from './odt/odt.ts'
import { pdf } from './pdf/pdf.ts'
import { readDocuments } from './read-documents.ts'
import { randomDocument } from './testing/random-document.ts'
import { writeDocx, writeEpub, writeHtml, writeOdt } from './testing/write-formats.ts'
import { writePdf } from './testing/write-pdf.ts'
import { writeZip } from './testing/write-zip.ts'
import { xlsx } from './xlsx/xlsx.ts'
import { zip } from './zip/zip.ts'

const fileOf = (bytes: Uint8Array | string, name: string, type = '') => new File([bytes as BlobPart], name, { type })
const TYPES = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const WORKBOOK = [
  { path: 'xl/workbook.xml', bytes: `<workbook xmlns:r="${TYPES}"><sheets><sheet name="Tea" r:id="a"/></sheets></workbook>` },
  {
    path: 'xl/_rels/workbook.xml.rels',
    bytes: `<Relationships><Relationship Id="a" Type="${TYPES}/worksheet" Target="worksheets/a.xml"/></Relationships>`,
  },
  { path: 'xl/worksheets/a.xml', bytes: '<worksheet><sheetData><row r="1"><c r="A1"><v>7</v></c></row></sheetData></worksheet>' },
]
const bufferOf = (text: string) => new TextEncoder().encode(text).buffer as ArrayBuffer

test('every format is read in a worker as it is read here', async () => {
  const parts = randomDocument(11)
  const files = [
    fileOf(writeHtml(parts), 'a.html'),
    fileOf(await writeDocx(parts), 'a.docx'),
    fileOf(await writeOdt(parts), 'a.odt'),
    fileOf(await writeEpub(parts), 'a.epub'),
    fileOf(
      await writeZip([
        { path: 'x/a.html', bytes: writeHtml(parts) },
        { path: 'b.md', bytes: '# B' },
      ]),
      'a.zip',
    ),
    fileOf(writePdf([{ width: 600, height: 800, texts: [{ text: 'A page of a paper', x: 72, y: 700, size: 11 }] }]), 'a.pdf'),
    fileOf(await writeZip(WORKBOOK), 'a.xlsx'),
    fileOf('From: Ann <ann@example.com>\nSubject: Tea\n\nIt is ready.', 'a.eml'),
  ]
  const both = [true, false].map(async (worker) => {
    const loaders = [html, docx, odt, epub, zip, pdf, xlsx, email].map((loader) => loader({ worker }))
    const result = await readDocuments(files, { loaders })
    for (const loader of loaders) await loader.close()
    return result
  })
  const [there, here] = await Promise.all(both)
  expect(there!.failed).toEqual([])
  expect(there).toEqual(here)
  expect(there!.documents.map(({ id, metadata }) => [id, metadata])).toEqual([
    ['a.html', { name: 'a.html', title: 'A page', language: 'en' }],
    ['a.docx', { name: 'a.docx', language: 'fr-FR' }],
    ['a.odt', { name: 'a.odt', title: 'An ODT', language: 'it-IT' }],
    ['a.epub', { name: 'a.epub', title: 'A & B', language: 'de' }],
    ['a.zip/x/a.html', { name: 'a.html', title: 'A page', language: 'en' }],
    ['a.zip/b.md', { name: 'b.md' }],
    ['a.pdf', { name: 'a.pdf' }],
    ['a.xlsx', { name: 'a.xlsx' }],
    ['a.eml', { name: 'a.eml', title: 'Tea' }],
  ])
})

test('a loader takes the bytes, serves many at once, and ends when it is closed', async () => {
  const loader = html()
  const bytes = bufferOf('<p>one')
  const texts = await Promise.all([loader.load({ name: '1', bytes }), loader.load({ name: '2', bytes: bufferOf('<p>two') })])
  expect(texts.map((each) => (each as Extracted).text)).toEqual(['one', 'two'])
  expect(bytes.byteLength).toBe(0)
  await loader.close()
  await loader.close()
  await expect(loader.load({ name: '3', bytes: bufferOf('') })).rejects.toMatchObject({ code: 'closed' })
})

test('a file that is given up holds the next one up no longer', async () => {
  const loader = html()
  const controller = new AbortController()
  const long = loader.load({ name: 'long', bytes: bufferOf('<div><p>x'.repeat(500_000)) }, { signal: controller.signal })
  controller.abort(new Error('enough'))
  await expect(long).rejects.toThrow('enough')
  expect(await loader.load({ name: 'next', bytes: bufferOf('<p>next') })).toMatchObject({ text: 'next' })
  await expect(readDocuments(fileOf('<p>x', 'x.html'), { loaders: [loader], signal: controller.signal })).rejects.toThrow(
    'enough',
  )
  await loader.close()
})

test('a worker that has had no file for half a minute is ended, and the next file starts another', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const workers: { isEnded: boolean }[] = []
  const loader = html({
    worker: () => {
      const worker = new Worker(new URL('./html/voisin-load-html-worker.ts', import.meta.url), { type: 'module' })
      const state = { isEnded: false }
      workers.push(state)
      const terminate = () => {
        state.isEnded = true
        Worker.prototype.terminate.call(worker)
      }
      return Object.assign(worker, { terminate })
    },
  })
  const load = async (text: string) => ((await loader.load({ name: 'a', bytes: bufferOf(text) })) as Extracted).text
  expect(workers).toEqual([])
  expect(await load('<p>one')).toBe('one')
  vi.advanceTimersByTime(29_000)
  expect(await load('<p>two')).toBe('two')
  vi.advanceTimersByTime(29_000)
  expect(workers).toEqual([{ isEnded: false }])
  vi.advanceTimersByTime(1_000)
  expect(workers).toEqual([{ isEnded: true }])
  expect(await load('<p>three')).toBe('three')
  expect(workers).toEqual([{ isEnded: true }, { isEnded: false }])
  await loader.close()
})

test('a worker that cannot be started costs the files it would have read', async () => {
  const broken = html({ worker: () => new Worker('data:text/javascript,throw new Error("no")') })
  const { documents, failed } = await readDocuments([fileOf('<p>x', 'x.html'), fileOf('y', 'y.txt')], { loaders: [broken] })
  expect(documents.map(({ id }) => id)).toEqual(['y.txt'])
  expect(failed.map(({ id, error }) => [id, isVoisinError(error) && error.code])).toEqual([['x.html', 'worker-failed']])
})

test('what reads a file is found by its extension, its type, its first bytes', async () => {
  const parts = randomDocument(3)
  const named = (name: string): Loader => ({
    name,
    extensions: [name],
    types: [`application/x-${name}`],
    load: async ({ name: file }) => ({ text: `${name} read ${file}` }),
    close: async () => {},
  })
  const loaders = ['pdf', 'xlsx', 'docx', 'odt', 'epub', 'zip', 'html', 'csv'].map(named)
  const files = [
    fileOf('x', 'a.PDF'),
    fileOf('x', 'b.bin', 'application/x-pdf; version=2'),
    fileOf('%PDF-1.4', 'c'),
    fileOf('%PDF-1.4', 'c.download', 'application/octet-stream'),
    fileOf(await writeDocx(parts), 'd'),
    fileOf(await writeOdt(parts), 'e'),
    fileOf(await writeEpub(parts), 'f'),
    fileOf(await writeZip([{ path: 'xl/workbook.xml', bytes: '' }]), 'g'),
    fileOf(await writeZip([{ path: 'a.txt', bytes: '' }]), 'h'),
    fileOf('\ufeff <!DOCTYPE html><p>', 'i'),
    fileOf('a,b', 'j.csv'),
    fileOf('a line', 'Makefile'),
    fileOf('let x', 'k.ts', 'video/mp2t'),
  ]
  const { documents, failed } = await readDocuments(files, { loaders })
  expect(failed).toEqual([])
  expect(documents.map(({ text, format }) => format ?? text)).toEqual([
    'pdf read a.PDF',
    'pdf read b.bin',
    'pdf read c',
    'pdf read c.download',
    'docx read d',
    'odt read e',
    'epub read f',
    'xlsx read g',
    'zip read h',
    'html read i',
    'csv read j.csv',
    'a line',
    'code',
  ])
})

test('without its loader a file’s error says what to import', async () => {
  const { failed } = await readDocuments([fileOf('', 'a.html'), fileOf('', 'b', 'application/epub+zip'), fileOf('<html>', 'c')])
  expect(failed.map(({ error }) => isVoisinError(error) && error.remedy)).toEqual([
    "import { html } from '@voisin/rag/load/html', and pass `loaders: [html()]`.",
    "import { epub } from '@voisin/rag/load/epub', and pass `loaders: [epub()]`.",
    "import { html } from '@voisin/rag/load/html', and pass `loaders: [html()]`.",
  ])
})

test('a text is cut as its file is written, and says its encoding where that is not UTF-8', async () => {
  const latin = Uint8Array.from('naïve façade, déjà vu à l’été'.replace('’', "'"), (character) => character.charCodeAt(0))
  const { documents } = await readDocuments([
    fileOf('a', 'a.md'),
    fileOf('{}', 'b.jsonl'),
    fileOf('1\n00:01 --> 00:02\nSaid', 'c.srt'),
    fileOf(latin, 'd.txt'),
  ])
  expect(documents.map(({ format }) => format)).toEqual([undefined, 'json', 'plain', undefined])
  expect(documents[3]).toMatchObject({
    text: "naïve façade, déjà vu à l'été",
    metadata: { name: 'd.txt', encoding: 'windows-1252' },
  })
})
