import type { Chunk, DocumentFormat } from '@voisin/spec'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findBlocks } from './blocks.ts'
import { createChunker, embeddedText, VISIBLE } from './chunker.ts'
import { findStatements } from './statements.ts'

// Documents put together of what belongs to whole pieces of them, in any order, with the signs that begin and end these between them.
const word = fc.constantFrom('river', 'Straße', 'вода', '東京', 'ماء', '3.5', 'U.S.', 'größer', 'x'.repeat(90), '👩‍👩‍👧', 'c’est')
const words = (max: number) => fc.array(word, { minLength: 1, maxLength: max }).map((each) => each.join(' '))
const row = (of: string) => fc.array(words(3), { minLength: 3, maxLength: 3 }).map((cells) => `| ${of} | ${cells.join(' | ')} |`)
const table = fc
  .tuple(row('name'), fc.array(row('row'), { maxLength: 12 }))
  .map(([header, rows]) => [header, '|---|---|---|---|', ...rows].join('\n'))
const list = fc
  .tuple(words(6), fc.array(fc.tuple(fc.constantFrom('- ', '  - ', '1. ', '    * '), words(8)), { minLength: 1, maxLength: 9 }))
  .map(([lead, items]) => `${lead}:\n\n${items.map((item) => item.join('')).join('\n')}`)
const code = fc
  .array(fc.tuple(fc.constantFrom('', '  ', '    ', '# ', '}', 'def f():'), words(4)), { maxLength: 9 })
  .map((lines) => `\`\`\`py\n${lines.map((line) => line.join('')).join('\n')}\n\`\`\``)
const piece = fc.oneof(
  words(40).map((text) => `${text}.`),
  words(5).map((text) => `## ${text}`),
  words(12).map((text) => `**Q: ${text}?**`),
  words(9).map((text) => `<!-- ${text}\n# ${text} -->`),
  words(9).map((text) => `<pre>\n${text}\n</pre>`),
  words(4).map((text) => `${text}\n====`),
  fc.constantFrom(
    '---',
    '[a]: https://x.example "y"',
    '<!-- open',
    '```',
    '> quoted\n> | a | b |',
    '\t',
    '\ufeff',
    '|',
    '- [ ] ',
    '<script>',
    '"',
  ),
  table,
  list,
  code,
)
const text = fc
  .array(fc.tuple(piece, fc.constantFrom('\n\n', '\n', '\r\n', '\r\n\r\n', ' ')), { maxLength: 14 })
  .map((parts) => parts.flat().join(''))
const FORMATS: readonly DocumentFormat[] = ['markdown', 'plain', 'csv', 'json', 'code', 'lines']
const most = fc.constantFrom(64, 100, 240, 900)

function check(source: string, format: DocumentFormat, maxCharacters: number): readonly Chunk[] {
  const chunks = createChunker({ maxCharacters }).chunk({ id: 'd', text: source, format })
  let last = 0
  for (const chunk of chunks) {
    expect(source.slice(chunk.start, chunk.end)).toBe(chunk.text)
    expect(chunk.start).toBeGreaterThanOrEqual(last)
    expect(embeddedText({ ...chunk, headings: [] }).length).toBeLessThanOrEqual(maxCharacters)
    expect(chunk.text).toMatch(VISIBLE)
    last = chunk.end
    let said = 0
    for (const { start, end } of findStatements(chunk)) {
      expect(start).toBeGreaterThanOrEqual(said)
      expect(end).toBeLessThanOrEqual(chunk.text.length)
      said = end
    }
  }
  return chunks
}

test('whatever a document is put together of, chunks are its spans, in order, and have all of its body', () => {
  fc.assert(
    fc.property(text, most, (source, maxCharacters) => {
      const chunks = check(source, 'markdown', maxCharacters)
      const covered = new Uint8Array(source.length)
      for (const { start, end } of chunks) covered.fill(1, start, end)
      for (const { kind, start, end, title } of findBlocks(source)) {
        const isInChunk = covered.subarray(start, end).includes(1)
        if (kind === 'unseen') expect(isInChunk).toBe(false)
        else if (kind === 'heading') expect(isInChunk || chunks.some(({ headings }) => headings.includes(title))).toBe(true)
        if (kind === 'unseen' || kind === 'heading') covered.fill(1, start, end)
      }
      for (let at = 0; at < source.length; at++) if (covered[at] === 0) expect(source[at]).not.toMatch(/[\p{L}\p{N}\p{P}\p{S}]/u)
    }),
    { numRuns: 200 },
  )
})

test('read in any format, all visible characters are in chunks', () => {
  fc.assert(
    fc.property(text, most, fc.constantFrom(...FORMATS.slice(1)), (source, maxCharacters, format) => {
      const visible = (some: string) => some.replace(/[\s\p{Cc}\p{Default_Ignorable_Code_Point}]/gu, '').length
      const kept = check(source, format, maxCharacters).reduce((sum, chunk) => sum + visible(chunk.text), 0)
      expect(kept).toBe(visible(source))
    }),
    { numRuns: 200 },
  )
})

test('no row that fits into a chunk is cut, and each after the first chunk is read under its header', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'é', '1', ' ', '東', '.'), maxLength: 6 })
  const cells = fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 3, maxLength: 40 })
  fc.assert(
    fc.property(fc.constantFrom(',', ';', '\t', '|'), fc.constantFrom(180, 300), cells, (delimiter, maxCharacters, all) => {
      const isMarkdown = delimiter === '|'
      const rows = all.map((row, i) => {
        const line = [`r${i}`, ...row, 'z'].join(delimiter)
        return isMarkdown ? `|${line}|` : line
      })
      const header = isMarkdown ? '| name | b | c | d | e |\n|---|---|---|---|---|' : ['name', 'b', 'c', 'd', 'e'].join(delimiter)
      const chunks = check([header, ...rows].join('\n'), isMarkdown ? 'markdown' : 'csv', maxCharacters)
      for (const [i, chunk] of chunks.entries()) {
        expect(chunk.lead).toBe(i === 0 ? undefined : header)
        const inChunk = chunk.text.replace(`${header}\n`, '').split('\n')
        expect(rows).toEqual(expect.arrayContaining(inChunk))
        expect(findStatements(chunk).map(({ start, end }) => chunk.text.slice(start, end))).toEqual(inChunk)
      }
    }),
    { numRuns: 100 },
  )
})
