import { expect, test } from 'vitest'
import type { Extracted } from '../extracted.ts'
import { alphabetOf, Random, sentenceOf, wordOf } from '../testing/random-words.ts'
import { readXmlData } from '../xml/read-xml-data.ts'
import { readAsciidoc } from './read-asciidoc.ts'
import { readLatex } from './read-latex.ts'
import { readOrg } from './read-org.ts'
import { readRst } from './read-rst.ts'

type Node =
  | { readonly kind: 'heading'; readonly level: number; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'code'; readonly lines: readonly string[] }
  | { readonly kind: 'table'; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: 'list'; readonly items: readonly string[] }

function randomNodes(seed: number): Node[] {
  const random = new Random(seed)
  const alphabet = alphabetOf(random)
  const word = () => wordOf(random, alphabet)
  const nodes: Node[] = [{ kind: 'heading', level: 1, text: `${word()} ${word()}` }]
  // Each level once, so that every format knows them in one order.
  nodes.push({ kind: 'heading', level: 2, text: `${word()} ${word()} ${word()}` })
  for (let left = random.integer(2, 12); left > 0; left--) {
    const kind = random.pick(['heading', 'paragraph', 'code', 'table', 'list'] as const)
    if (kind === 'heading') nodes.push({ kind, level: random.integer(1, 2), text: `${word()} ${word()}` })
    else if (kind === 'paragraph') nodes.push({ kind, text: sentenceOf(random, alphabet) })
    else if (kind === 'code') nodes.push({ kind, lines: [`${word()} = ${word()}`, `  ${word()}()`, word()] })
    else if (kind === 'table')
      nodes.push({ kind, rows: Array.from({ length: random.integer(2, 4) }, () => [word(), word(), word()]) })
    else nodes.push({ kind, items: Array.from({ length: random.integer(1, 4) }, () => sentenceOf(random, alphabet)) })
  }
  return nodes
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
const markdown = (node: Node): string => {
  if (node.kind === 'heading') return `${'#'.repeat(node.level)} ${node.text}`
  if (node.kind === 'code') return ['```', ...node.lines, '```'].join('\n')
  if (node.kind === 'table') return [row(node.rows[0]!), '| --- | --- | --- |', ...node.rows.slice(1).map(row)].join('\n')
  return node.kind === 'list' ? node.items.map((item) => `- ${item}`).join('\n') : node.text
}
const padded = (cells: readonly string[], mark = ' '): string => cells.map((cell) => cell.padEnd(12, mark)).join(' ')
const rst = (node: Node): string => {
  if (node.kind === 'heading') return `${node.text}\n${(node.level === 1 ? '=' : '-').repeat(node.text.length)}`
  if (node.kind === 'code') return `.. code-block::\n\n${node.lines.map((line) => `   ${line}`).join('\n')}`
  if (node.kind === 'list') return node.items.map((item) => `- ${item}`).join('\n')
  if (node.kind === 'paragraph') return node.text
  const rule = padded(['', '', ''], '=')
  return [rule, padded(node.rows[0]!), rule, ...node.rows.slice(1).map((cells) => padded(cells)), rule].join('\n')
}
const asciidoc = (node: Node): string => {
  if (node.kind === 'heading') return `${'='.repeat(node.level)} ${node.text}`
  if (node.kind === 'code') return ['----', ...node.lines, '----'].join('\n')
  if (node.kind === 'list') return node.items.map((item) => `* ${item}`).join('\n')
  if (node.kind === 'paragraph') return node.text
  return ['|===', ...node.rows.map((cells) => `|${cells.join(' |')}`), '|==='].join('\n')
}
const org = (node: Node): string => {
  if (node.kind === 'heading') return `${'*'.repeat(node.level)} ${node.text}`
  if (node.kind === 'code') return ['#+BEGIN_SRC', ...node.lines, '#+END_SRC'].join('\n')
  if (node.kind === 'list') return node.items.map((item) => `- ${item}`).join('\n')
  if (node.kind === 'paragraph') return node.text
  return [row(node.rows[0]!), '|---+---+---|', ...node.rows.slice(1).map(row)].join('\n')
}

const latex = (node: Node): string => {
  if (node.kind === 'heading') return `\\${node.level === 1 ? 'chapter' : 'section'}{${node.text}}`
  if (node.kind === 'code') return ['\\begin{verbatim}', ...node.lines, '\\end{verbatim}'].join('\n')
  if (node.kind === 'list')
    return ['\\begin{itemize}', ...node.items.map((item) => `\\item ${item}`), '\\end{itemize}'].join('\n')
  if (node.kind === 'paragraph') return `${node.text} % not read`
  return ['\\begin{tabular}{lll}', '\\hline', ...node.rows.map((cells) => `${cells.join(' & ')} \\\\`), '\\end{tabular}'].join(
    '\n',
  )
}

const FORMATS: Record<string, readonly [(node: Node) => string, (text: string) => Extracted]> = {
  reStructuredText: [rst, readRst],
  AsciiDoc: [asciidoc, readAsciidoc],
  Org: [org, readOrg],
  LaTeX: [latex, readLatex],
}

test.each(Object.keys(FORMATS))('headings, lists, tables and code are those of Markdown: %s', (name) => {
  const [write, read] = FORMATS[name]!
  for (let seed = 1; seed <= 200; seed++) {
    const nodes = randomNodes(seed)
    const { text, title } = read(nodes.map(write).join('\n\n'))
    expect(text, `seed ${seed}`).toBe(nodes.map(markdown).join('\n\n'))
    expect(title).toBe((nodes[0] as { text: string }).text)
  }
})

test('what only each format has is read or left out', () => {
  const rstText =
    '.. _label:\n\nTitle\n=====\n\n.. note:: Mind :ref:`the gap <gap>`.\n\n.. a comment\n   of two lines\n\nSo::\n\n  code\n\nSee `here <https://example.org>`_.\n'
  expect(readRst(rstText).text).toBe('# Title\n\nMind the gap.\n\nSo:\n\n```\ncode\n```\n\nSee [here](https://example.org).')
  const adocText =
    '= Title\n:toc:\n\n[source,js]\n----\nlet a\n----\n// nothing\nNOTE: See <<gap,the gap>>.\n\n|===\n|A |B\n\n|1\n|2\n|===\n'
  expect(readAsciidoc(adocText).text).toBe(
    '# Title\n\n```js\nlet a\n```\n\nNOTE: See the gap.\n\n| A | B |\n| --- | --- |\n| 1 | 2 |',
  )
  const orgText =
    '#+TITLE: Notes\n* TODO Title :tag:\n:PROPERTIES:\n:ID: 1\n:END:\nSee [[https://example.org][here]].\n# nothing\n'
  expect(readOrg(orgText)).toMatchObject({ title: 'Notes', text: '# Title\n\nSee [here](https://example.org).' })
})

test('LaTeX keeps its words and formulas, and loses its commands', () => {
  const text =
    '\\documentclass{article}\n\\title{Caf\\\'e au lait}\n\\begin{document}\n\\section{Gr\\"u\\ss e \\label{a}}\nSee~\\cite{x} \\emph{this}: $a_1 \\leq b$ -- 5\\%.\n\\begin{enumerate}\n\\item One\n\\end{enumerate}\n\\end{document}\nnot read'
  expect(readLatex(text)).toMatchObject({
    title: 'Café au lait',
    text: '# Café au lait\n\n## Grüße\n\nSee this: $a_1 \\leq b$ – 5%.\n\n1. One',
  })
})

test('XML is a list of what it holds, by name', () => {
  const text =
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><shop xmlns="u"><item id="7"><name>Tea &amp; cup</name><text>A <b>very</b> good one &x;.</text><none/></item>tail</shop>'
  expect(readXmlData(text).text).toBe(
    '- shop:\n  - item:\n    - id: 7\n    - name: Tea & cup\n    - text: A very good one &x;.\n  - tail',
  )
  for (const piece of ['<a>', '</a>', 'x<a>', '<a b="', '&amp;', '<!--'])
    expect(readXmlData(piece.repeat(1_000_000 / piece.length)).text.length).toBeLessThan(20_000_000)
})

test.each(Object.keys(FORMATS))('any text is read in one pass: %s', (name) => {
  const read = FORMATS[name]![1]
  const pieces = [
    '=',
    '- ',
    '`',
    '``',
    ':a:`',
    '[[',
    '<<',
    '*',
    '| ',
    '|===\n',
    '----\n',
    '== = \n',
    '.. note::\n',
    '+--+\n',
    '#+BEGIN_SRC\n',
    ':PROPERTIES:\n',
    'http://',
    '\n',
    ' ',
  ]
  for (const piece of pieces) expect(read(`x${piece.repeat(300_000 / piece.length)}`).text.length).toBeLessThan(2_000_000)
})
