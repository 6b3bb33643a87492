import { expect, test } from 'vitest'
import { createChunker } from './chunker.ts'
import { findStatements } from './statements.ts'

const cut = (text: string, maxCharacters = 900) => createChunker({ maxCharacters }).chunk({ id: 'd', text })
const shown = (text: string) => cut(text).map(({ headings, text: own }) => [headings.join(' › '), own])
const said = (text: string) => findStatements(text).map(({ start, end }) => text.slice(start, end))

test('a comment’s lines are no headings, in no chunk, and nothing of them is said', () => {
  expect(shown('# Setup\nStop.\n<!--\n# Draft: secret\n\ntext -->\nThen restart.')).toEqual([
    ['Setup', 'Stop.'],
    ['Setup', 'Then restart.'],
  ])
  expect(shown('# Setup <!-- one\n# two -->\nText.')).toEqual([['Setup', 'Text.']])
  expect(said('Not <!-- this secret --> that.')).toEqual(['Not', 'that.'])
  expect(shown('`<!--`\n# A\n`-->`\n\n```\n<!--\n```\n# B\nText -->.').at(-1)).toEqual(['B', 'Text -->.'])
  expect(shown('<!-- never closed\n# A\nText.')).toEqual([
    ['', '<!-- never closed'],
    ['A', 'Text.'],
  ])
})

test('scripts and styles are in no chunk, and what is preformatted has no headings', () => {
  expect(shown('A.\n\n<style>\n# b\n</style>\n<script>\nlet c\n</script>\n\n<pre class="x">\n# d\n- e\n</pre>\nF.')).toEqual([
    ['', 'A.'],
    ['', '<pre class="x">\n# d\n- e\n</pre>\nF.'],
  ])
})

test.each([
  ['YAML', '---\ntitle: Paris\ntags:\n  - city\n---'],
  ['YAML that ends with dots', '---\n# note\n"title": Paris\n...'],
  ['TOML', '+++\ntitle = "Paris"\n\n[extra]\nx = 1\n+++'],
  ['JSON', ';;;\n{ "title": "Paris" }\n;;;'],
  ['JSON in braces', '{\n  "title": "Paris"\n}'],
])('a front matter is a chunk of its own: %s', (_, front) => {
  expect(shown(`${front}\nBelow.\n\n# A city\nText.`)).toEqual([
    ['', front],
    ['', 'Below.'],
    ['A city', 'Text.'],
  ])
  expect(shown(`\ufeff${front.replaceAll('\n', '\r\n')}\r\n# A city\r\nText.`)).toHaveLength(2)
})

test('a rule at the beginning is no front matter', () => {
  expect(shown('---\nOnce upon a time, it was: late.\n\n---\nEnd.').map(([, text]) => text)).toEqual([
    '---\nOnce upon a time, it was: late.\n\n---\nEnd.',
  ])
})

test('where links lead to is in a chunk, and nothing of it is said', () => {
  const text = 'See [the guide][a].\n\n[a]: https://x.example/guide "A guide"\n[b]: <y> (z)\n\n[^1]: A note.'
  expect(cut(text)[0]!.text).toBe(text)
  expect(said(text)).toEqual(['See [the guide][a].', '[^1]: A note.'])
})

test('indented code has no headings and lists, and its lines are said one by one; indented text has sentences', () => {
  const code = 'Run:\n\n    # not a heading\n    - make()\n\n    x = 1;\n\nThen stop.'
  expect(said(code)).toEqual(['Run:', '# not a heading', '- make()', 'x = 1;', 'Then stop.'])
  expect(said('    This is an old manual, and\n    its lines are all indented. It has\n    many words.')).toHaveLength(2)
})

test('in a list a fence ends with its item, and a line below text makes no heading', () => {
  const text = '1. First:\n\n   ```sh\n   # no heading\n   ```\n\n   Part\n   ----\n   more\n- ```\n  # open\n\n# Real\nText.'
  expect(shown(text).map(([headings]) => headings)).toEqual(['', 'Real'])
  expect(shown('- item\n---\nText.\n\n> # quoted\n> ```\n> # code\n\n# Real\nEnd.').map(([headings]) => headings)).toEqual([
    '',
    'Real',
  ])
})
