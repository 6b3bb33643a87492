import type { DocumentFormat } from '@voisin/spec'
import { expect, test } from 'vitest'
import { createChunker } from './chunker.ts'
import { findSentences } from './sentences.ts'
import { findStatements } from './statements.ts'

// Each was, or could have been, read in the square of its length: so much of it would take this test's time and more.
const MEGABYTE = 1_000_000
const filled = (piece: string, before = '', after = '', length = MEGABYTE) =>
  before + piece.repeat((length - before.length) / piece.length) + after
/** Of what is read piece by piece a quarter shows it too. */
const manyBlocks = (piece: string, before = '', after = '') => filled(piece, before, after, MEGABYTE / 4)
const TEXTS: Record<string, string> = {
  'English on one line': filled('All work and no play makes Jack a dull boy. '),
  'Chinese on one line': filled('东京是日本的首都，巴黎是法国的首都。'),
  'Chinese without a stop': filled('东京是日本的首都巴黎是法国的首都'),
  'no end of a sentence': filled('word and another '),
  'one word': filled('x'),
  'one grapheme': filled('\u0301', 'e'),
  'sentences of one letter': filled('a! '),
  initials: filled('A. '),
  families: filled('👩‍👩‍👧‍👦'),
  'number signs': filled('#'),
  'number signs apart': filled('# '),
  'a heading with a gap': filled(' ', '# a', 'b'),
  'a heading with a gap at its start': filled(' ', '# ', '\u2028'),
  'a heading of brackets': filled('[', '# '),
  'a heading of open links': filled('[](', '# '),
  'a heading of open attributes': filled('{#', '# '),
  'a heading of open emphasis': filled(' *a', '# '),
  'headings of a thousand characters': filled(`# ${' *a'.repeat(320)}\n`),
  underlines: filled('===\n', 'a\n'),
  rules: filled('- ', '', 'x'),
  stars: filled('*', '', 'x'),
  quotes: filled('>'),
  pipes: filled('|'),
  backticks: filled('`'),
  fences: filled('```\n'),
  'a delimiter with a gap': filled(' ', 'a|b\n-|-', 'x'),
  'a gap in code': filled(' ', '```\n', '\n```'),
  spaces: filled(' '),
  'a gap': filled(' ', 'x', 'x'),
  newlines: filled('\n'),
  'nested list markers': filled('- ', '', 'x'),
  'steps of a list': Array.from({ length: 4_000 }, (_, i) => `${' '.repeat(i % 500)}- a`).join('\n'),
  'one row of a table': filled(' cell |', '| a | b |\n|---|---|\n|'),
  'one cell of a table': filled('x', '| a | b |\n|---|---|\n|', '|'),
  'a header of a table': `|${' a |'.repeat(120_000)}\n|${'---|'.repeat(120_000)}\n| x | y |`,
  'fences in items': manyBlocks('- ```\n'),
  comments: manyBlocks('a <!-- b --> '),
  'open comments': filled('<!--', 'a '),
  'comments in code': filled('`<!--` '),
  'open elements': manyBlocks('<pre>\n'),
  questions: manyBlocks('a?\n\n'),
  'questions and answers': manyBlocks('Q: a?\nA: b\n'),
  announcements: manyBlocks('a:\n\n'),
  'a long announcement': `${manyBlocks('word ')}:\n\n${'- item\n'.repeat(1_000)}`,
  'a front matter that never ends': manyBlocks('a: b\n', '---\n'),
  'code with blank lines': manyBlocks('    a;\n\n'),
  flags: filled('🇫🇷'),
  commas: filled('a,'),
}
/** What is an effort in one format may be none in another. */
const FORMATTED: readonly (readonly [DocumentFormat, string, string])[] = [
  ['csv', 'quotes', filled('"')],
  ['csv', 'open quotes', filled(',"a')],
  ['csv', 'quotes and commas', filled('",')],
  ['csv', 'one row', filled('a,', 'x,y\n')],
  ['csv', 'one cell', filled('x', 'a,b\n1,"')],
  ['json', 'a string that never ends', filled('x', '["')],
  ['json', 'escapes', filled('\\"', '["')],
  ['json', 'lists in lists', manyBlocks('[')],
  ['json', 'values', manyBlocks('1,', '[')],
  ['code', 'steps', Array.from({ length: 4_000 }, (_, i) => `${' '.repeat(i % 500)}a:`).join('\n')],
  ['code', 'closing lines', manyBlocks('}\n')],
  ['code', 'opening lines', manyBlocks('{\n')],
  ['code', 'comments', manyBlocks('// a\n')],
  ['code', 'one line', filled('f();')],
  ['lines', 'indented lines', manyBlocks(' a\n')],
  ['plain', 'entries', manyBlocks('a: 1\n')],
]

test.each(Object.keys(TEXTS))('much of it is cut, and read for statements: %s', (name) => {
  const text = TEXTS[name]!
  const chunks = createChunker().chunk({ id: 'd', text })
  findStatements(text)
  expect(chunks.at(-1)?.end ?? 0).toBeLessThanOrEqual(text.length)
  // What is not white space is in a chunk or in a heading, which is not long, or is a comment.
  const kept = chunks.reduce((sum, chunk) => sum + chunk.text.replace(/\s/g, '').length + chunk.headings.join('').length, 0)
  expect(kept).toBeGreaterThanOrEqual(text.startsWith('# ') && text.includes('\n') ? 1 : text.replace(/\s/g, '').length)
})

test.each(FORMATTED)('much of it is cut, and read for statements: %s, %s', (format, _, text) => {
  const chunks = createChunker().chunk({ id: 'd', text, format })
  findStatements({ text, format })
  const visible = (some: string) => some.replace(/\s/g, '').length
  expect(chunks.reduce((sum, chunk) => sum + visible(chunk.text), 0)).toBe(visible(text))
})

test('a line of five megabytes without a blank is cut into chunks as long as they may be', () => {
  const chunks = createChunker().chunk({ id: 'd', text: '東'.repeat(5_000_000) })
  expect(chunks).toHaveLength(Math.ceil(5_000_000 / 900))
})

test('a paragraph may have more sentences than a call takes arguments', () => {
  const text = 'a! '.repeat(300_000)
  expect(findStatements(text)).toHaveLength(300_000)
  expect(findSentences(text)).toHaveLength(300_000)
})
