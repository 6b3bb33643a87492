import { expect, test } from 'vitest'
import { createChunker } from './chunker.ts'
import { findStatements } from './statements.ts'

const cut = (id: string, text: string, maxCharacters = 200) => createChunker({ maxCharacters }).chunk({ id, text })
const texts = (id: string, text: string, maxCharacters?: number) => cut(id, text, maxCharacters).map((chunk) => chunk.text)

const body = (line: string, count: number) => `${line}\n`.repeat(count).trimEnd()

test('code is cut before declarations, comments stay with them, and what is cut within is read under the declaration', () => {
  const typescript = `import a from 'a'

// Adds.
export function add(a: number): number {
${body('  total += a', 30)}
}

/** Takes away. */
@pure
export class Sub
{
  one() {
${body('    this.step()', 20)}
  }

  two() {
    return 2
  }
}
`
  const chunks = cut('src/a.ts', typescript)
  expect(chunks.map(({ text }) => text.split('\n')[0])).toEqual(
    expect.arrayContaining(["import a from 'a'", '// Adds.', '/** Takes away. */']),
  )
  expect(new Set(chunks.filter(({ text }) => /^ *total/.test(text)).map(({ lead }) => lead))).toEqual(
    new Set(['export function add(a: number): number {']),
  )
  const two = chunks.find(({ text }) => text.includes('two()'))!
  expect(`${two.lead}\n${two.text}`).toContain('export class Sub')
  expect(chunks.every(({ format }) => format === 'code')).toBe(true)
})

test.each([
  ['a.py', 'def one(x):\n    """Doc."""\n    y = x\n    return y', 'def two(z):\n    return z * 2'],
  ['a.go', 'func One(x int) int {\n\treturn x\n}', 'func Two(y int) int {\n\treturn y\n}'],
  ['a.rb', 'def one(x)\n  y = x\n  y\nend', '# Two.\ndef two\n  2\nend'],
  ['a.sql', 'CREATE TABLE one (\n  id INT\n);', 'SELECT a, b\nFROM one\nWHERE a = 1;'],
  ['a.sh', '# One.\none() {\n  echo 1\n}', 'if true; then\n  two\nelse\n  three\nfi'],
  ['a.yaml', 'one:\n  - a\n  - b\n  - c', 'two:\n  image: x\n  ports:\n    - 80'],
  ['a.toml', '[one]\na = 1\nb = 2', '[two]\nc = 3\nd = "e"'],
])('what belongs to one declaration stands in one chunk: %s', (id, one, two) => {
  const source = Array.from({ length: 6 }, (_, i) => (i % 2 === 0 ? one : two)).join('\n\n')
  for (const text of texts(id, source, 90)) {
    const rest = text.replaceAll(one, '').replaceAll(two, '')
    expect(rest.trim()).toBe('')
  }
})

test('JSON is cut between its members, on one line or many, and lines of it between lines', () => {
  const records = Array.from({ length: 30 }, (_, i) => ({ id: i, name: `Name, "${i}" {`, tags: ['a', 'b'] }))
  for (const text of texts('a.json', JSON.stringify(records))) {
    const list = `[${text.replace(/^\[|[\],]+$/g, '')}${text.endsWith(',') || text.endsWith('}]') ? '' : ']'}]`
    expect(() => JSON.parse(list.replace(/\}\]\]$/, '}]'))).not.toThrow()
  }
  const pretty = cut('a.json', JSON.stringify({ server: { port: 1, hosts: records } }, null, 2))
  for (const { lead } of pretty.slice(1)) expect(lead).toContain('"hosts": [')
  const lines = records.map((record) => JSON.stringify(record))
  expect(texts('a.jsonl', lines.join('\n')).flatMap((text) => text.split('\n'))).toEqual(lines)
  const [chunk] = cut('a.jsonl', lines.join('\n'))
  expect(findStatements(chunk!).map(({ start, end }) => chunk!.text.slice(start, end))).toEqual(chunk!.text.split('\n'))
  expect(cut('notes.json', '# Notes\nRead from a file.')[0]!.headings).toEqual(['Notes'])
})

test('a log is cut between lines, what is indented stays below its line; subtitles between cues', () => {
  const lines = Array.from({ length: 20 }, (_, i) => `10:00:${10 + i} ERROR it failed ${i}\n    at main (a.js:${i})`)
  for (const text of texts('app.log', lines.join('\n'))) expect(text).toMatch(/^10:(?:.*\n {4}at .*(?:\n|$))+$/)
  const cues = Array.from({ length: 9 }, (_, i) => `${i}\n00:00:0${i},000 --> 00:00:0${i},900\nHello ${i},\nhow are you?`)
  const chunks = cut('a.srt', cues.join('\n\n'))
  for (const { text } of chunks) for (const cue of text.split('\n\n')) expect(cues).toContain(cue)
  expect(findStatements(chunks[0]!)[0]).toEqual({ start: 32, end: 40 })
})

test('values may hold delimiters, quotes and line breaks; a quote that nothing closes swallows nothing', () => {
  const rows = Array.from({ length: 12 }, (_, i) => `${i},"Meier, ""Bob""\nJr.",Berlin`)
  for (const { text, lead } of cut('a.csv', ['id,name,city', ...rows].join('\r\n'), 120)) {
    expect(lead === undefined || lead === 'id,name,city').toBe(true)
    for (const row of text.split('\r\n')) expect(['id,name,city', ...rows]).toContain(row)
  }
  const open = Array.from({ length: 12 }, (_, i) => `${i},"5 inches,Berlin`)
  for (const text of texts('b.csv', ['id,size,city', ...open].join('\n'), 100)) {
    for (const row of text.split('\n')) expect(['id,size,city', ...open]).toContain(row)
  }
  expect(cut('c.csv', `Anna,030 1\n${'Bob,030 2\n'.repeat(40)}`).every(({ lead }) => lead === undefined)).toBe(true)
})

test('a row that alone is too long is cut between its cells, then between words', () => {
  const long = Array.from({ length: 12 }, (_, i) => `cell ${i} has words`).join(' | ')
  const chunks = cut('a.md', `| a | b |\n|---|---|\n| ${long} |`, 120)
  expect(chunks.length).toBeGreaterThan(2)
  for (const { text } of chunks) expect(text).not.toMatch(/(?:cell|\d|has)\s*$/)
})

test('in plain text no sign is Markdown’s', () => {
  const text = '# no heading\n* no item\n\n<!-- no comment -->'
  expect(createChunker().chunk({ id: 'd', text, format: 'plain' })).toMatchObject([{ headings: [], text, format: 'plain' }])
})
