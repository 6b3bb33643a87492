import { type Document, isVoisinError } from '@voisin/spec'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findBlocks } from './blocks.ts'
import { createChunker, embeddedText, VISIBLE } from './chunker.ts'

const chunker = createChunker({ maxCharacters: 64 })
const cut = (text: string, maxCharacters = 900) => createChunker({ maxCharacters }).chunk({ id: 'd', text })

const fragment = fc.oneof(
  fc.constantFrom(
    '# ',
    '## ',
    '\n',
    '\r\n',
    '\r',
    '\n\n',
    '---\n',
    '===\n',
    '```\n',
    '~~~',
    '| a | b |\n',
    '|---|---|\n',
    '- ',
    '1. ',
    '> ',
  ),
  fc.constantFrom(
    '👩‍👩‍👧‍👦',
    'é',
    '\u200b',
    '\ufeff',
    '\ud83d',
    '\udc00',
    '\u0301'.repeat(80),
    'ﷺ',
    '🇫🇷',
    '\u2028',
    '\0',
    '\t',
    '   ',
  ),
  fc.lorem({ maxCount: 12, mode: 'sentences' }),
  fc.constantFrom('东京是日本的首都。', 'Mr. Smith et Mme. Dupont vivent à Paris.', 'x'.repeat(200), 'a|b'),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
)
const nastyText = fc.array(fragment, { maxLength: 40 }).map((parts) => parts.join(''))

const splitsSurrogates = (text: string, at: number) =>
  at > 0 && at < text.length && /[\ud800-\udbff]/.test(text[at - 1]!) && /[\udc00-\udfff]/.test(text[at]!)

test('a chunk is exactly its span of the document, whatever the text', () => {
  fc.assert(
    fc.property(nastyText, (text) => {
      let last = 0
      for (const { start, end, text: chunkText, documentId } of chunker.chunk({ id: 'd', text })) {
        expect(text.slice(start, end)).toBe(chunkText)
        expect(documentId).toBe('d')
        expect(start).toBeGreaterThanOrEqual(last)
        expect(end - start).toBeGreaterThan(0)
        expect(end - start).toBeLessThanOrEqual(64)
        expect(chunkText).toMatch(VISIBLE)
        expect(splitsSurrogates(text, start) || splitsSurrogates(text, end)).toBe(false)
        last = end
      }
    }),
    { numRuns: 500 },
  )
})

test('every visible character is in a chunk or in a heading, and chunks have ids of their own', () => {
  fc.assert(
    fc.property(nastyText, (text) => {
      const chunks = chunker.chunk({ id: 'd', text })
      const covered = new Uint8Array(text.length)
      for (const { start, end } of chunks) covered.fill(1, start, end)
      for (const { kind, start, end, title } of findBlocks(text)) {
        if (kind !== 'heading') continue
        const isCarried = chunks.some(({ headings }) => headings.includes(title))
        if (isCarried) covered.fill(1, start, end)
      }
      for (let at = 0; at < text.length; at++) {
        if (covered[at] === 0) expect(text[at]).not.toMatch(/[\p{L}\p{N}\p{P}]/u)
      }
      expect(new Set(chunks.map(({ id }) => id)).size).toBe(chunks.length)
    }),
    { numRuns: 500 },
  )
})

test('chunks carry the titles of the sections they stand in', () => {
  const chunks = cut(
    '# Guide\nIntro.\n\n## Renting\n\nPay *monthly*.\n\n### Deposit\nOne month.\n\nSelling\n-------\nAsk a notary.\n',
  )
  expect(chunks.map(({ headings, text }) => [headings.join(' › '), text])).toEqual([
    ['Guide', 'Intro.'],
    ['Guide › Renting', 'Pay *monthly*.'],
    ['Guide › Renting › Deposit', 'One month.'],
    ['Guide › Selling', 'Ask a notary.'],
  ])
  expect(embeddedText(chunks[2]!)).toBe('Guide › Renting › Deposit\nOne month.')
})

test('a title is what a reader sees of it', () => {
  const [chunk] = cut('## The **big** [guide](https://example.org) to `npm` {#guide} ##\nBody.')
  expect(chunk!.headings).toEqual(['The big guide to npm'])
})

test('a heading with nothing below it is a chunk itself', () => {
  expect(cut('# Only a title').map(({ headings, text }) => ({ headings, text }))).toEqual([
    { headings: [], text: '# Only a title' },
  ])
  expect(cut('# Book\n## Empty\n## Full\nBody.').map(({ headings, text }) => [headings, text])).toEqual([
    [['Book'], '## Empty'],
    [['Book', 'Full'], 'Body.'],
  ])
})

test('a front matter is neither a heading nor a rule', () => {
  const chunks = cut('---\ntitle: Paris\n---\n# Paris\nA city.')
  expect(chunks.map(({ headings, text }) => [headings, text])).toEqual([
    [[], '---\ntitle: Paris\n---'],
    [['Paris'], 'A city.'],
  ])
})

test('fenced code and tables stay whole where they fit, and a # in code is no heading', () => {
  const code = '```sh\n# not a heading\necho 1\n\necho 2\n```'
  const table = '| year | tax |\n|------|-----|\n| 2024 | 10 |\n| 2025 | 11 |'
  const filler = 'A sentence that fills the page. '.repeat(4).trim()
  const chunks = cut(`${filler}\n\n${code}\n\n${filler}\n\n${table}\n\n${filler}`, 140)
  expect(chunks.filter(({ text }) => text.includes(code))).toHaveLength(1)
  expect(chunks.filter(({ text }) => text.includes(table))).toHaveLength(1)
  expect(chunks.every(({ headings }) => headings.length === 0)).toBe(true)
})

test('a long table is cut between rows', () => {
  const rows = Array.from({ length: 40 }, (_, row) => `| ${row} | value ${row} |`)
  for (const { text } of cut(['| n | v |', '|---|---|', ...rows].join('\n'), 100)) {
    expect(text.startsWith('|') && text.endsWith('|')).toBe(true)
  }
})

test('a long paragraph is cut between sentences, into parts of about equal length', () => {
  const sentence = 'Dr. Curie was born in Warsaw and\nworked in Paris for most of her life.'
  const text = Array.from({ length: 30 }, () => sentence).join(' ')
  const chunks = cut(text)
  for (const chunk of chunks) {
    expect(chunk.text.startsWith('Dr. Curie')).toBe(true)
    expect(chunk.text.endsWith('life.')).toBe(true)
  }
  const lengths = chunks.map((chunk) => chunk.text.length)
  expect(Math.min(...lengths)).toBeGreaterThan(0.6 * Math.max(...lengths))
})

test('a word is cut only when it alone is too long, and a grapheme only when it is', () => {
  const family = '👩‍👩‍👧‍👦'
  for (const { text } of cut(family.repeat(50), 64)) expect(text.length % family.length).toBe(0)
  const words = 'internationalisation '.repeat(40).trim()
  for (const { text } of cut(words, 64)) expect(text.replaceAll('internationalisation', '').trim()).toBe('')
  expect(cut(`e${'\u0301'.repeat(300)}`, 64).map(({ text }) => text.length)).toEqual([64, 64, 64, 64, 45])
})

test('blank and invisible text has no chunks', () => {
  expect(cut('')).toEqual([])
  expect(cut(' \n\u200b\n\ufeff\n')).toEqual([])
})

test('the same document gives the same chunks, and another length another fingerprint', () => {
  const document: Document = { id: 'd', text: '# A\nOne. Two.\n\n- three\n- four' }
  expect(chunker.chunk(document)).toEqual(chunker.chunk(document))
  expect(createChunker({ maxCharacters: 500 }).fingerprint).not.toBe(createChunker().fingerprint)
})

test('a length out of range is refused with what was expected', () => {
  for (const maxCharacters of [0, 63, 1.5, Number.NaN, 1e9]) {
    try {
      createChunker({ maxCharacters })
      expect.unreachable()
    } catch (error) {
      expect(isVoisinError(error) && error.code).toBe('invalid-argument')
    }
  }
})
