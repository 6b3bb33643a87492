import { expect, test } from 'vitest'
import { createChunker } from './chunker.ts'
import { findSentences } from './sentences.ts'
import { findStatements } from './statements.ts'

// Each was, or could have been, read in the square of its length: a megabyte would take this test's time and more.
const MEGABYTE = 1_000_000
const filled = (piece: string, before = '', after = '') =>
  before + piece.repeat((MEGABYTE - before.length) / piece.length) + after
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
}

test.each(Object.keys(TEXTS))('a megabyte of it is cut, and read for statements: %s', (name) => {
  const text = TEXTS[name]!
  const chunks = createChunker().chunk({ id: 'd', text })
  findStatements(text)
  expect(chunks.at(-1)?.end ?? 0).toBeLessThanOrEqual(text.length)
  // What is not white space is in a chunk or in a heading, which is not long.
  const kept = chunks.reduce((sum, chunk) => sum + chunk.text.replace(/\s/g, '').length + chunk.headings.join('').length, 0)
  expect(kept).toBeGreaterThanOrEqual(text.startsWith('# ') && text.includes('\n') ? 1 : text.replace(/\s/g, '').length)
})

test('a paragraph may have more sentences than a call takes arguments', () => {
  const text = 'a! '.repeat(300_000)
  expect(findStatements(text)).toHaveLength(300_000)
  expect(findSentences(text)).toHaveLength(300_000)
})
