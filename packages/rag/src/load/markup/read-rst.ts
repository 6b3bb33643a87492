import type { Extracted } from '../extracted.ts'
import { indentedBlock, indentOf, linesOf, MarkdownLines } from './markdown-lines.ts'

const ADORNMENT = /^([!-/:-@[-`{-~])\1*\s*$/
const DIRECTIVE = /^(\s*)\.\.\s+(?:\|[^|]*\|\s+)?([\w:-]+)::\s*(.*)$/
const CODE = new Set('code code-block sourcecode highlight parsed-literal math literalinclude prompt doctest testcode'.split(' '))
/** Whose content is a list of files, or nothing that is read. */
const UNREAD = new Set('toctree contents raw include index highlight only meta role default-role currentmodule module'.split(' '))
/** Directives further in are left as they are written. */
const DEEPEST = 6
const TABLE_RULE = /^\s*=+(?:\s+=+)+\s*$/
const GRID_RULE = /^\s*\+(?:[-=]+\+)+\s*$/
const FIELD = /^\s+:[\w -]+:/

/** Reads reStructuredText as Markdown: sections by the order of their underlines, code, tables, notes; without labels and comments. */
export function readRst(text: string): Extracted {
  return read(linesOf(text), 0)
}

function read(lines: readonly string[], depth: number): Extracted {
  const out = new MarkdownLines()
  const levels: string[] = []
  const levelOf = (kind: string) => {
    if (!levels.includes(kind)) levels.push(kind)
    return levels.indexOf(kind) + 1
  }
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!
    const title = titleAt(lines, at)
    if (title) {
      out.heading(levelOf(title.kind), inline(title.text))
      at = title.last
      continue
    }
    if (TABLE_RULE.test(line)) {
      const table = simpleTable(lines, at)
      if (table) {
        out.table(table.rows)
        at = table.last
        continue
      }
    }
    if (GRID_RULE.test(line)) {
      let end = at
      while (end < lines.length && /^\s*[+|]/.test(lines[end]!)) end++
      out.table(gridRows(lines.slice(at, end)))
      at = end - 1
      continue
    }
    const directive = DIRECTIVE.exec(line)
    if (directive) {
      at = readDirective(lines, at, directive, out, depth)
      continue
    }
    if (/^\s*\.\.(?:\s|$)/.test(line)) {
      const note = /^\s*\.\.\s+\[([^\]]+)\]\s+(.*)$/.exec(line)
      if (note) out.text(`[${note[1]}] ${inline(note[2]!)}`)
      // A label, or a comment with all that is moved in below it.
      else if (!/^\s*\.\.\s+_/.test(line)) at = indentedBlock(lines, at + 1, indentOf(line)).end - 1
      continue
    }
    if (/::\s*$/.test(line) && !ADORNMENT.test(line)) {
      const { block, end } = indentedBlock(lines, at + 1, indentOf(line))
      if (line.trim() !== '::')
        out.text(
          inline(
            line
              .trimEnd()
              .replace(/\s+::$/, '')
              .replace(/::$/, ':'),
          ),
        )
      if (block.some((each) => each.trim() !== '')) {
        out.code(block)
        at = end - 1
      }
      continue
    }
    // A line of signs between empty lines parts the text.
    if (ADORNMENT.test(line) && line.trim().length >= 4) continue
    out.text(inline(line.replace(/^(\s*)#\.(?=\s)/, '$11.')))
  }
  return out.finish()
}

function titleAt(
  lines: readonly string[],
  at: number,
): { readonly kind: string; readonly text: string; readonly last: number } | undefined {
  const [line, next, after] = [lines[at]!, lines[at + 1], lines[at + 2]]
  const over = ADORNMENT.exec(line)
  if (over && next !== undefined && after !== undefined && next.trim() !== '' && !ADORNMENT.test(next)) {
    if (line.trimEnd() === after.trimEnd() && line.trimEnd().length >= next.trimEnd().length)
      return { kind: `${over[1]}${over[1]}`, text: next, last: at + 2 }
  }
  const under = next === undefined || over ? null : ADORNMENT.exec(next)
  const isTitle =
    under && /^\S/.test(line) && next!.trimEnd().length >= Math.min(line.trimEnd().length, 4) && next!.trimEnd().length >= 2
  const isLong = isTitle && (next!.trimEnd().length >= line.trimEnd().length * 0.6 || next!.trimEnd().length >= 8)
  return isLong && line.length <= 200 ? { kind: under[1]!, text: line, last: at + 1 } : undefined
}

/** Writes what a directive holds; the answer is its last line. */
function readDirective(
  lines: readonly string[],
  at: number,
  [, indent, name, argument]: RegExpExecArray,
  out: MarkdownLines,
  depth: number,
): number {
  const kind = name!.toLowerCase()
  const { block, end } = indentedBlock(lines, at + 1, indent!.length)
  const options = block.findIndex((line) => !FIELD.test(line) && line.trim() !== '')
  const content = options < 0 ? [] : block.slice(options)
  if (CODE.has(kind))
    out.code(kind === 'math' && argument !== '' ? [argument!, ...content] : content, kind === 'math' ? '' : argument)
  else if (kind === 'image' || kind === 'figure') {
    const alt = block.map((line) => /^\s+:alt:\s*(.+)$/.exec(line)?.[1]).find((each) => each !== undefined)
    for (const each of [alt ?? '', ...content]) out.text(inline(each.trim()))
  } else if (!UNREAD.has(kind)) {
    const isVersion = /^(?:version|deprecated)/.test(kind)
    if (argument !== '') out.text(`${isVersion ? `${kind} ` : ''}${inline(argument!)}`)
    out.line('')
    const inside = content.map((line) => line.slice(Math.min(indentOf(line), indentOf(content[0]!))))
    const inner = depth < DEEPEST ? read(inside, depth + 1).text : inside.join('\n')
    for (const line of inner.split('\n')) out.line(line)
    out.line('')
  }
  return end - 1
}

function simpleTable(lines: readonly string[], from: number): { readonly rows: string[][]; readonly last: number } | undefined {
  const starts = [...lines[from]!.matchAll(/=+/g)].map(({ index }) => index)
  const rules: number[] = [from]
  let at = from + 1
  for (; at < lines.length && rules.length < 3; at++) {
    if (TABLE_RULE.test(lines[at]!)) {
      rules.push(at)
      if (lines[at + 1] === undefined || lines[at + 1]!.trim() === '') break
    } else if (lines[at]!.trim() === '' && rules.length > 2) break
  }
  if (rules.length < 2) return undefined
  const last = rules.at(-1)!
  const rows: string[][] = []
  for (const line of lines.slice(from + 1, last)) {
    if (TABLE_RULE.test(line) || /^[\s-]*$/.test(line)) continue
    const cells = starts.map((start, index) => inline(line.slice(start, starts[index + 1]).trim()))
    // Without a first cell a row goes on with the one above.
    const above = cells[0] === '' ? rows.pop() : undefined
    if (above) rows.push(cells.map((cell, index) => `${above[index]} ${cell}`.trim()))
    else rows.push(cells)
  }
  return { rows, last }
}

function gridRows(lines: readonly string[]): string[][] {
  const rows: string[][] = []
  let open: string[] | undefined
  for (const line of lines) {
    if (GRID_RULE.test(line)) {
      if (open) rows.push(open)
      open = undefined
      continue
    }
    const cells = line
      .trim()
      .replace(/^\|/, '')
      .replace(/\|$/, '')
      .split('|')
      .map((cell) => inline(cell.trim()))
    open = open ? cells.map((cell, index) => `${open![index] ?? ''} ${cell}`.trim()) : cells
  }
  if (open) rows.push(open)
  return rows
}

function inline(text: string): string {
  return text
    .replace(/``([^`]{1,400})``/g, '`$1`')
    .replace(/:[\w:+.-]{1,40}:`([^`<>]{0,200}?)\s{0,9}(?:<[^`<>]{0,400}>)?`/g, (_, label: string) => label.replace(/^[~!]/, ''))
    .replace(/`([^`<>]{1,200}?)\s{0,9}<([^`<>\s]{1,400})>`__?/g, '[$1]($2)')
    .replace(/`([^`<>]{1,200})`__?/g, '$1')
    .replace(/\|([\w-]{1,60})\|/g, '$1')
}
