import { isVoisinError, type VoisinErrorCode } from '@voisin/spec'
import { expect, test } from 'vitest'
import { docx } from './docx/docx.ts'
import { epub } from './epub/epub.ts'
import { html } from './html/html.ts'
import { odt } from './odt/odt.ts'
import { readDocuments } from './read-documents.ts'
import { seeded } from './testing/random.ts'
import { randomDocument } from './testing/random-document.ts'
import { packDocx, writeDocx, writeEpub, writeHtml, writeOdt } from './testing/write-formats.ts'
import { writeZip } from './testing/write-zip.ts'
import { zip } from './zip/zip.ts'

type Malformed = readonly [name: string, bytes: Uint8Array | string, ...codes: VoisinErrorCode[]]

const here = { worker: false }
const loaders = [html(here), docx(here), odt(here), epub(here), zip(here)]

async function malformedFiles(): Promise<Malformed[]> {
  const parts = randomDocument(7)
  const good = { docx: await writeDocx(parts), odt: await writeOdt(parts), epub: await writeEpub(parts) }
  const zeros = new Uint8Array(17 * 2 ** 20)
  const encrypted = await writeZip([{ path: 'word/document.xml', bytes: 'x', flags: 1 }])
  const compound = Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ...new Uint8Array(600))
  const flipped = (bytes: Uint8Array) =>
    bytes.map((byte, i) => (i > bytes.length * 0.2 && i < bytes.length * 0.6 ? byte ^ 0x55 : byte))
  const drm =
    '<encryption><EncryptedData><EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/></EncryptedData></encryption>'
  const container = '<container><rootfile full-path="a.opf"/></container>'
  return [
    ['empty.docx', '', 'corrupt-data'],
    ['empty.odt', '', 'corrupt-data'],
    ['empty.epub', '', 'corrupt-data'],
    ['empty.zip', '', 'corrupt-data'],
    ['half.docx', good.docx.subarray(0, good.docx.length / 2), 'corrupt-data'],
    ['half.odt', good.odt.subarray(0, good.odt.length / 2), 'corrupt-data'],
    ['half.epub', good.epub.subarray(0, good.epub.length / 2), 'corrupt-data'],
    ['last-byte.docx', good.docx.subarray(0, -1), 'corrupt-data'],
    ['beginning.docx', good.docx.subarray(50), 'corrupt-data'],
    ['flipped.docx', flipped(good.docx), 'corrupt-data', 'unsupported'],
    ['flipped.odt', flipped(good.odt), 'corrupt-data', 'unsupported'],
    ['flipped.epub', flipped(good.epub), 'corrupt-data', 'unsupported'],
    ['text.docx', 'This is no archive.', 'corrupt-data'],
    ['pdf.epub', '%PDF-1.7 …', 'corrupt-data'],
    ['other.docx', good.epub, 'corrupt-data'],
    ['other.odt', good.docx, 'corrupt-data'],
    ['other.epub', good.odt, 'corrupt-data'],
    ['encrypted.docx', encrypted, 'unsupported'],
    ['password.docx', compound, 'unsupported'],
    ['old.odt', compound, 'unsupported'],
    [
      'password.odt',
      await writeZip([
        { path: 'content.xml', bytes: 'x' },
        { path: 'META-INF/manifest.xml', bytes: '<m:encryption-data/>' },
      ]),
      'unsupported',
    ],
    [
      'protected.epub',
      await writeZip([
        { path: 'META-INF/encryption.xml', bytes: drm },
        { path: 'META-INF/container.xml', bytes: container },
      ]),
      'unsupported',
    ],
    ['no-book.epub', await writeZip([{ path: 'META-INF/container.xml', bytes: container }]), 'corrupt-data'],
    ['bomb.docx', await writeZip([{ path: 'word/document.xml', bytes: zeros }]), 'limit-exceeded'],
    ['bomb.odt', await writeZip([{ path: 'content.xml', bytes: zeros }]), 'limit-exceeded'],
    ['liar.docx', await writeZip([{ path: 'word/document.xml', bytes: zeros.subarray(0, 1e6), saidSize: 10 }]), 'corrupt-data'],
    [
      'many.zip',
      await writeZip(Array.from({ length: 10_001 }, (_, i) => ({ path: `${i}.txt`, bytes: '', isDeflated: false }))),
      'limit-exceeded',
    ],
    ['image.txt', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 1, 0), 'unsupported'],
    ['archive.md', good.docx, 'unsupported'],
    ['controls.csv', Uint8Array.from({ length: 5_000 }, (_, i) => (i * 7919) % 32 || 1), 'unsupported'],
    ['nuls.html', '<p>a\0b</p>', 'unsupported'],
    ['marked.txt', Uint8Array.of(0xff, 0xfe, 0x41, 0x00, 0x42), 'invalid-argument'],
    ['song.mp3', 'ID3', 'unsupported'],
  ]
}

test('a file that cannot be read is a typed error with its name, and the rest is read', async () => {
  const malformed = await malformedFiles()
  expect(malformed.length).toBeGreaterThanOrEqual(30)
  const files = malformed.map(([name, bytes]) => new File([bytes as BlobPart], name))
  const { documents, failed } = await readDocuments([...files, new File(['fine'], 'last.txt')], { loaders })
  expect(documents.map(({ id }) => id)).toEqual(['last.txt'])
  for (const [i, [name, , ...codes]] of malformed.entries()) {
    const { id, error } = failed[i]!
    expect(id).toBe(name)
    expect(isVoisinError(error) ? codes : `${error}`, String(error)).toContain(isVoisinError(error) ? error.code : '')
    expect(error.message).toContain(name)
  }
})

test('a file with altered bytes is read, or is a typed error with its name', async () => {
  const parts = randomDocument(23)
  const good = [
    ['docx', await writeDocx(parts)],
    ['odt', await writeOdt(parts)],
    ['epub', await writeEpub(parts)],
    [
      'zip',
      await writeZip([
        { path: 'a.html', bytes: writeHtml(parts) },
        { path: 'b.txt', bytes: 'b'.repeat(500) },
      ]),
    ],
  ] as const
  const files = Array.from({ length: 400 }, (_, seed) => {
    const random = seeded(seed)
    const [format, whole] = good[seed % good.length]!
    const bytes = whole.slice(0, random.below(3) === 0 ? random.below(whole.length) : whole.length)
    for (let i = random.below(8); i >= 0 && bytes.length > 0; i--) bytes[random.below(bytes.length)] = random.below(256)
    return new File([bytes as BlobPart], `${seed}.${format}`)
  })
  const { documents, failed } = await readDocuments(files, { loaders })
  for (const { error, id } of failed) {
    expect(isVoisinError(error), `${id}: ${error}`).toBe(true)
    // Of what is in an archive, its own.
    expect(error.message).toContain(id.split('/').at(-1))
  }
  const seen = new Set([...documents, ...failed].map(({ id }) => id.split('/')[0]))
  expect(files.filter(({ name }) => !seen.has(name)).map(({ name }) => name)).toEqual([])
  expect(documents.length).toBeGreaterThan(0)
})

test('what is bad in an archive is named, and the rest of the archive is read', async () => {
  const inner = await writeZip([{ path: 'x.txt', bytes: 'x' }])
  const archive = await writeZip([
    { path: 'notes/a.md', bytes: '# A' },
    { path: '../../etc/passwd.txt', bytes: 'out' },
    { path: 'C:\\Users\\b.txt', bytes: 'drive' },
    { path: '__MACOSX/notes/._a.md', bytes: 'system' },
    { path: 'bomb.txt', bytes: new Uint8Array(17 * 2 ** 20) },
    { path: 'secret.txt', bytes: 'x', flags: 1 },
    { path: 'inner.zip', bytes: inner },
    { path: 'photo.jpg', bytes: 'no text' },
    { path: 'report.pdf', bytes: '%PDF-' },
    { path: 'deep/c.docx', bytes: await packDocx('<w:p><w:r><w:t>In a document</w:t></w:r></w:p>') },
    { path: 'large.txt', bytes: new Uint8Array(2 ** 20).fill(65) },
    { path: 'README', bytes: 'last' },
  ])
  const { documents, failed } = await readDocuments(new File([archive as BlobPart], 'all.zip'), {
    loaders,
    maxFileBytes: 2 ** 26,
  })
  expect(documents.map(({ id, text }) => [id, text.slice(0, 20)])).toEqual([
    ['all.zip/notes/a.md', '# A'],
    ['all.zip/etc/passwd.txt', 'out'],
    ['all.zip/Users/b.txt', 'drive'],
    ['all.zip/deep/c.docx', 'In a document'],
    ['all.zip/large.txt', 'A'.repeat(20)],
    ['all.zip/README', 'last'],
  ])
  expect(failed.map(({ id, error }) => [id, isVoisinError(error) && error.code])).toEqual([
    ['all.zip/bomb.txt', 'limit-exceeded'],
    ['all.zip/secret.txt', 'unsupported'],
    ['all.zip/inner.zip', 'unsupported'],
    ['all.zip/photo.jpg', 'unsupported'],
    ['all.zip/report.pdf', 'unsupported'],
  ])
  const { failed: small } = await readDocuments(new File([archive as BlobPart], 'all.zip'), {
    loaders,
    maxFileBytes: 2 ** 20 - 1,
  })
  expect(small.map(({ id }) => id)).toContain('all.zip/large.txt')
})

test('pages that nobody wrote are read to their end', async () => {
  const many = 30_000
  const texts = [
    `${'<div>'.repeat(many)}x`,
    `${'<div>'.repeat(many)}</p></i>${'</span>'.repeat(many)}`,
    `${'<b>'.repeat(many)}${'<li>x'.repeat(many)}`,
    '<table><tr><td>'.repeat(many),
    `<table><tr>${'<td rowspan=60000 colspan=1000>abc'.repeat(300)}${'<tr><td>x<td>y'.repeat(many)}`,
    '<ul><li>a'.repeat(many),
    `<a ${'x=1 '.repeat(many)}>x`,
    '<a href="'.repeat(many),
    '<!--'.repeat(many),
    `<pre>${'`'.repeat(many)}</pre>`,
    `<p>${'#'.repeat(many)}\n${' \t'.repeat(many)}`,
    '<svg><![CDATA['.repeat(many),
    '<meta charset '.repeat(many),
    '<h1><q><code>'.repeat(many),
    `<math alttext="{\\displaystyle ${'} '.repeat(many)}">`,
  ]
  const { documents, failed } = await readDocuments(
    texts.map((text, i) => new File([text], `${i}.html`)),
    { loaders },
  )
  expect(failed).toEqual([])
  expect(documents.length).toBe(texts.length)
  for (const { text } of documents) expect(text.length).toBeLessThan(40 * many)
})

test('XML that nobody wrote is read to its end, and no entity of it is replaced', async () => {
  const many = 50_000
  const bodies = [
    '<w:p>'.repeat(many),
    '<w:tbl><w:tr><w:tc>'.repeat(many),
    `${'<w:p><w:r><w:t>'.repeat(many)}x`,
    '<w:del>'.repeat(many),
    `<w:p ${'a="'.repeat(many)}`,
    `<!DOCTYPE x [${'<!ENTITY a "aa">'.repeat(many)}]><w:p><w:r><w:t>&a;&lol9;ok</w:t></w:r></w:p>`,
    '<![CDATA['.repeat(many),
  ]
  const files = await Promise.all(bodies.map(async (body, i) => new File([(await packDocx(body)) as BlobPart], `${i}.docx`)))
  const { documents, failed } = await readDocuments(files, { loaders })
  expect(failed).toEqual([])
  expect(documents[5]!.text).toBe('&a;&lol9;ok')
})
