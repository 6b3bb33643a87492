import { isVoisinError } from '@voisin/spec'
import { expect, test } from 'vitest'
import { alphabetOf, Random, sentenceOf, wordOf } from '../testing/random-words.ts'
import { type Piece, typeset } from '../testing/typeset.ts'
import { assemble, latin1, type PdfText, stream, writePdf } from '../testing/write-pdf.ts'
import { type PdfOptions, parsePdf } from './parse-pdf.ts'

const read = (bytes: Uint8Array, options?: PdfOptions) => parsePdf(bytes, { name: 'paper.pdf' }, options)
const page = (texts: readonly PdfText[]) => ({ width: 595, height: 842, texts })
const line = (text: string, y: number, x = 60): PdfText => ({ text, x, y, size: 10 })

/** A document of headings and paragraphs, set in some way. */
function randomDocument(seed: number) {
  const random = new Random(seed)
  const alphabet = alphabetOf(random)
  const columns = random.integer(1, 3)
  const title = (level: number): Piece => {
    const words = Array.from({ length: random.integer(2, columns === 3 ? 2 : 3) }, () => wordOf(random, alphabet).slice(0, 6))
    return { level, text: `${words[0]![0]!.toUpperCase()}${words.join(' ').slice(1)}` }
  }
  const paragraph = (): Piece => {
    const sentences = Array.from({ length: random.integer(4, 9) }, () => sentenceOf(random, alphabet))
    return { level: 0, text: sentences.join(' ') }
  }
  const pieces: Piece[] = []
  for (let sections = random.integer(1, 3); sections > 0; sections--) {
    pieces.push(title(random.integer(1, 2)))
    for (let paragraphs = random.integer(2, 4); paragraphs > 0; paragraphs--) pieces.push(paragraph())
  }
  // Both levels, so that sizes say which is which; and each long word a second time, whole, where hyphens break words.
  pieces.unshift(title(1), paragraph(), title(2), paragraph())
  const isHyphenated = random.next() < 0.5
  if (isHyphenated) {
    const long = new Set(pieces.flatMap(({ text }) => text.match(/(?<=\s)\p{Ll}{7,}/gu) ?? []))
    pieces.push({ level: 0, text: `Words ${[...long].join(' ')}.`, isWhole: true })
  }
  const head = random.next() < 0.7 ? sentenceOf(random, alphabet).slice(0, 30).trim() : undefined
  const isIndented = !isHyphenated && random.next() < 0.5
  const size = random.integer(8, 12)
  const setting = { columns, size, isIndented, isHyphenated }
  const pages = typeset(pieces, { ...setting, ...(head !== undefined && { head }) })
  // What stands on two pages is no running head.
  return pages.length < 3
    ? { pieces, pages: typeset(pieces, setting), isHeaded: false }
    : { pieces, pages, isHeaded: head !== undefined }
}

/** Where one sentence ends with a column, nothing says whether the next begins a paragraph. */
const withoutBreaks = (text: string): string => text.replace(/(?<=\.)\n\n(?!#)/g, ' ')

test('what was set in columns is read as it was written, with its headings and its pages', { timeout: 120_000 }, async () => {
  let [exact, breaks, found] = [0, 0, 0]
  for (let seed = 1; seed <= 200; seed++) {
    const { pieces, pages, isHeaded } = randomDocument(seed)
    const { text, places } = await read(writePdf(pages))
    const written = pieces.map(({ level, text }) => (level > 0 ? `${'#'.repeat(level)} ${text}` : text)).join('\n\n')
    if (withoutBreaks(text) === withoutBreaks(written)) exact++
    expect(text.replace(/\s/g, '').length, `seed ${seed}`).toBeGreaterThan(0.95 * written.replace(/\s/g, '').length)
    breaks += written.split('\n\n').length
    const whole = new Set(text.split('\n\n'))
    found += written.split('\n\n').filter((piece) => whole.has(piece)).length
    expect(places!.map(({ page }) => page)).toEqual(pages.map((_, index) => index + 1))
    for (const [index, { texts }] of pages.entries()) {
      const first = texts[isHeaded ? 2 : 0]!.text.replace(/-$/, '')
      const begun = text.slice(places![index]!.start).replace(/^#+ /, '')
      expect(begun.startsWith(first), `seed ${seed}, page ${index + 1}: ${first} / ${begun.slice(0, 40)}`).toBe(true)
    }
  }
  // A last column that is a word or two wide may be taken for a table's.
  expect(exact).toBeGreaterThanOrEqual(198)
  expect(found).toBeGreaterThan(0.9 * breaks)
})

test('a table, a list and code keep their rows, items and indents', async () => {
  const rows = [
    ['Planet', 'Moons', 'Days'],
    ['Venus', '0', '224.7'],
    ['Earth', '1', '365.2'],
    ['Mars', '2', '687.0'],
  ]
  const { text } = await read(
    writePdf([
      page([
        line('All of this is to be seen with the naked eye on a clear night, if one knows', 100),
        line('where to look and has the time to wait for it.', 112),
        ...rows.flatMap((cells, row) => cells.map((cell, column) => line(cell, 140 + 14 * row, 60 + 120 * column))),
        line('\u2022 The first thing to look for is as bright as anything that is not the moon, and goes', 220),
        line('down soon after the sun.', 232, 72),
        line('\u2022 The second is below your feet.', 244),
        { ...line('for (const planet of planets) {', 270), font: 'mono' },
        { ...line('look(planet)', 282, 72), font: 'mono' },
        { ...line('}', 294), font: 'mono' },
      ]),
    ]),
  )
  expect(
    text,
  ).toBe(`All of this is to be seen with the naked eye on a clear night, if one knows where to look and has the time to wait for it.

| Planet | Moons | Days |
| --- | --- | --- |
| Venus | 0 | 224.7 |
| Earth | 1 | 365.2 |
| Mars | 2 | 687.0 |

- The first thing to look for is as bright as anything that is not the moon, and goes down soon after the sun.
- The second is below your feet.

\`\`\`
for (const planet of planets) {
  look(planet)
}
\`\`\``)
})

test('a hyphen at the end of a line goes where the word is one, and stays where it is none', async () => {
  const lines = [
    'Of vocabulary and of well-known words: vocabu-',
    'lary is one of them, and so is the well-',
    'known soft hyphen that breaks vocab\u00ad',
    'ulary, and of Jean-',
    'Paul, who is one person and has one name.',
  ]
  const { text } = await read(writePdf([page(lines.map((words, index) => line(words, 100 + 12 * index)))]))
  expect(text).toBe(
    'Of vocabulary and of well-known words: vocabulary is one of them, and so is the well-known soft hyphen that breaks vocabulary, and of Jean-Paul, who is one person and has one name.',
  )
})

test('title and language are those that the file gives', async () => {
  const bytes = writePdf([page([line('Il était une fois.', 100)])], { title: 'Conte d’été', language: 'fr-fr' })
  expect(await read(bytes)).toMatchObject({ title: 'Conte d’été', language: 'fr-FR', text: 'Il était une fois.' })
})

test('a page without text is read by ocr, and told where there is none', async () => {
  const bytes = writePdf([page([line('The first page.', 100)]), page([]), page([line('The last page.', 100)])])
  const { text, notices, places } = await read(bytes)
  expect(text).toBe('The first page.\n\nThe last page.')
  expect(places!.map((place) => place.page)).toEqual([1, 3])
  expect(notices).toEqual(['No text was found on page 2; a scan needs OCR.'])
  const seen = await read(bytes, { ocr: async ({ number, width }) => `Page ${number} is ${width} wide.` })
  expect(seen.text).toBe('The first page.\n\nPage 2 is 595 wide.\n\nThe last page.')
  expect(seen.places).toEqual([
    { start: 0, page: 1 },
    { start: 17, page: 2 },
    { start: 38, page: 3 },
  ])
  await expect(read(writePdf([page([]), page([])]))).rejects.toMatchObject({ code: 'empty-text', message: /"paper\.pdf"/ })
})

test('pages are counted as they are read, and an abort ends it between two', async () => {
  const bytes = writePdf(Array.from({ length: 5 }, (_, index) => page([line(`This is page ${index + 1}.`, 100)])))
  const counted: string[] = []
  await read(bytes, { onPage: (done, total) => counted.push(`${done} of ${total}`) })
  expect(counted).toEqual(['1 of 5', '2 of 5', '3 of 5', '4 of 5', '5 of 5'])
  const controller = new AbortController()
  const file = { name: 'paper.pdf', signal: controller.signal }
  const reason = new Error('enough')
  let last = 0
  const reading = parsePdf(bytes, file, {
    onPage: (done) => {
      last = done
      if (done === 2) controller.abort(reason)
    },
  })
  await expect(reading).rejects.toBe(reason)
  expect(last).toBe(2)
})

test('in a worker of ours it reads beside other messages', async () => {
  const worker = new Worker(new URL('../testing/pdf-worker.ts', import.meta.url), { type: 'module' })
  const answer = () =>
    new Promise<unknown>((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data)
      worker.onerror = ({ message }) => reject(new Error(message))
    })
  try {
    const bytes = writePdf([page([line('Read in a worker.', 100)])])
    for (let round = 0; round < 2; round++) {
      const answered = answer()
      worker.postMessage(bytes)
      expect(await answered).toMatchObject({ text: 'Read in a worker.' })
    }
  } finally {
    worker.terminate()
  }
})

// Each was, or could have been, laid out in the square of what is on it.
const at = (index: number, x: number, y: number): PdfText => ({ text: 'abcdefghijklmno', x, y, size: index % 7 === 0 ? 9 : 8 })
const CROWDED: Record<string, readonly PdfText[]> = {
  'all on one line': Array.from({ length: 20_000 }, (_, index) => at(index, index * 0.02, 100)),
  'all in one place': Array.from({ length: 20_000 }, (_, index) => at(index, 100, 100)),
  'a wide table': Array.from({ length: 20_000 }, (_, index) => ({
    ...at(1, (index % 5_000) * 0.1, 100 + 20 * Math.floor(index / 5_000)),
    text: 'a',
    size: 0.05,
  })),
  'a line after the other': Array.from({ length: 20_000 }, (_, index) => at(index, 60, index * 0.04)),
  'two columns of many lines': Array.from({ length: 20_000 }, (_, index) => ({
    ...at(1, index < 10_000 ? 60 : 320, (index % 10_000) * 0.08),
    size: 0.06,
  })),
  'strewn about': Array.from({ length: 20_000 }, (_, index) => at(index, (index * 7919) % 500, (index * 104_729) % 800)),
}

test.each(Object.keys(CROWDED))('a crowded page is read all the same: %s', async (name) => {
  const texts = CROWDED[name]!
  const { text } = await read(writePdf([page(texts)]))
  const letters = texts.reduce((sum, one) => sum + one.text.length, 0)
  expect(text.replace(/[^a-o]/g, '').length).toBeGreaterThan(0.99 * letters)
})

const WHOLE = writePdf([page([line('A whole page of text.', 100)]), page([line('And another one.', 100)])])
const flipped = (every: number): Uint8Array =>
  WHOLE.map((byte, index) => (index > 20 && index % every === 0 ? byte ^ 0x15 : byte))
const catalogue = '<</Type/Catalog/Pages 2 0 R>>'
const oneOf = (contents: string, resources = '') =>
  assemble([
    catalogue,
    '<</Type/Pages/Count 1/Kids[4 0 R]>>',
    '<<>>',
    `<</Type/Page/Parent 2 0 R/MediaBox[0 0 9e9 9e9]/Contents 5 0 R/Resources<<${resources}>>>>`,
    contents,
  ])
const MALFORMED: Record<string, Uint8Array> = {
  empty: new Uint8Array(),
  'of another format': latin1('PK\x03\x04 and so on'),
  'its head alone': latin1('%PDF-1.7\n'),
  'a page of the web': latin1('<!doctype html><title>Not found</title>'),
  'zeros after its head': latin1(`%PDF-1.7\n${'\0'.repeat(100_000)}`),
  ...Object.fromEntries(
    [0.05, 0.2, 0.4, 0.6, 0.8, 0.9, 0.99].map((part) => [`cut at ${part}`, WHOLE.slice(0, WHOLE.length * part)]),
  ),
  ...Object.fromEntries([7, 31, 97, 401].map((every) => [`each byte of ${every} changed`, flipped(every)])),
  'no pages': assemble([catalogue, '<</Type/Pages/Count 0/Kids[]>>', '<<>>']),
  'pages of themselves': assemble([catalogue, '<</Type/Pages/Count 1/Kids[2 0 R]>>', '<<>>']),
  'pages of each other': assemble([
    catalogue,
    '<</Type/Pages/Count 1/Kids[4 0 R]>>',
    '<<>>',
    '<</Type/Pages/Count 1/Kids[2 0 R]>>',
  ]),
  'a billion pages': assemble([catalogue, '<</Type/Pages/Count 1000000000/Kids[4 0 R]>>', '<<>>', '<</Type/Page/Parent 2 0 R>>']),
  'less than no pages': assemble([catalogue, '<</Type/Pages/Count -5/Kids[4 0 R]>>', '<<>>', '<</Type/Page/Parent 2 0 R>>']),
  'a catalogue that is none': assemble(['[1 2 3]', '42', '<<>>']),
  'a table before itself': assemble([catalogue, '<</Type/Pages/Count 0/Kids[]>>', '<<>>'], '/Prev 9'),
  'an unknown lock': assemble([catalogue, '<</Type/Pages/Count 0/Kids[]>>', '<<>>'], '/Encrypt<</Filter/Nothing/V 9>>'),
  'a lock': assemble(
    [catalogue, '<</Type/Pages/Count 0/Kids[]>>', '<<>>'],
    `/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<${'41'.repeat(32)}>/U<${'42'.repeat(32)}>>>`,
  ),
  'arrays in arrays': oneOf(stream('['.repeat(100_000))),
  'dictionaries in dictionaries': assemble([catalogue, '<</A'.repeat(20_000), '<<>>']),
  'a font that is none': oneOf(stream('BT /F 12 Tf (text) Tj ET'), '/Font<</F 1 0 R>>'),
  'no font': oneOf(stream('BT (text) Tj ET')),
  'an unknown filter': oneOf('<</Length 3/Filter/Magic>>\nstream\nabc\nendstream'),
  'a stream without end': oneOf('<</Length 999999999>>\nstream\nBT'),
  'a form of itself': assemble([
    catalogue,
    '<</Type/Pages/Count 1/Kids[4 0 R]>>',
    '<<>>',
    '<</Type/Page/Parent 2 0 R/Contents 5 0 R/Resources<</XObject<</X 6 0 R>>>>>>',
    stream('/X Do'),
    '<</Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<</XObject<</X 6 0 R>>>>/Length 5>>\nstream\n/X Do\nendstream',
  ]),
}

test.each(Object.keys(MALFORMED))('what is damaged is read in part or refused by name: %s', async (name) => {
  const result = await read(MALFORMED[name]!).catch((error: unknown) => error)
  if (isVoisinError(result)) {
    expect(['unsupported', 'corrupt-data', 'empty-text', 'limit-exceeded']).toContain(result.code)
    expect(result.message).toContain('"paper.pdf"')
  } else expect(result).toMatchObject({ text: expect.stringMatching(/\S/) })
})

test('a file that claims a billion pages keeps the one that it has', async () => {
  const bytes = assemble([
    catalogue,
    '<</Type/Pages/Count 1000000000/Kids[4 0 R]>>',
    '<<>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>',
    stream('BT /F 12 Tf 60 700 Td (One page alone.) Tj ET'),
  ])
  expect((await read(bytes)).text).toBe('One page alone.')
})
