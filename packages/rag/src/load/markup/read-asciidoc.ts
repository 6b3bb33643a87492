import type { Extracted } from '../extracted.ts'
import { LONGEST_TITLE, linesOf, MarkdownLines, nextLine } from './markdown-lines.ts'

const BLOCK = /^(-{4,}|\.{4,}|\+{4,}|={4,}|\*{4,}|_{4,}|\/{4,}|```+|--)\s*([\w+#.-]*)\s*$/
const HEADING = /^(={1,6}|#{1,6})\s+(\S.*?)(?:\s+\1)?\s*$/
const ATTRIBUTE = /^:!?[\w-]+!?:(?:\s|$)/
const ITEM = /^\s*(\*{1,6}|\.{1,6}|-)\s+(\S.*)$/

/** Reads AsciiDoc as Markdown: sections, code, tables, lists, notes; without attributes, anchors and comments. */
export function readAsciidoc(text: string): Extracted {
  const lines = linesOf(text)
  const out = new MarkdownLines()
  let language = ''
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!
    const block = BLOCK.exec(line)
    if (block) {
      const mark = block[1]!
      const isVerbatim = /^[-.+`/]/.test(mark) && mark !== '--'
      const last = isVerbatim ? nextLine(lines, at + 1, (each) => each.trimEnd() === mark) : at
      if (isVerbatim) {
        if (!mark.startsWith('/')) out.code(lines.slice(at + 1, last), language || block[2])
        at = last
      }
      // What is in other blocks is text as outside of them.
      language = ''
      continue
    }
    if (/^[|!,:]===\s*$/.test(line)) {
      let end = at + 1
      while (end < lines.length && lines[end]!.trimEnd() !== line.trimEnd()) end++
      out.table(tableRows(lines.slice(at + 1, end), line[0]!))
      at = end
      continue
    }
    const heading = line.length > LONGEST_TITLE ? null : HEADING.exec(line)
    if (heading) {
      out.heading(heading[1]!.length, inline(heading[2]!))
      continue
    }
    const attributes = /^\[([^\]]*)\]\s*$/.exec(line)
    if (attributes) {
      language = /^(?:source|listing)?[%\w]*,\s*([\w+#.-]+)/.exec(attributes[1]!)?.[1] ?? ''
      continue
    }
    if (ATTRIBUTE.test(line) || line.startsWith('//') || /^(?:ifdef|ifndef|endif|include)::/.test(line)) continue
    if (line.trim() === '+') {
      out.line('')
      continue
    }
    const item = ITEM.exec(line)
    if (item) {
      const depth = item[1] === '-' ? 0 : item[1]!.length - 1
      out.line(`${'  '.repeat(depth)}${item[1]!.startsWith('.') ? '1.' : '-'} ${inline(item[2]!)}`)
      continue
    }
    const blockTitle = /^\.([^\s.].*)$/.exec(line)
    if (blockTitle) {
      out.line('')
      out.text(inline(blockTitle[1]!))
      out.line('')
      continue
    }
    out.text(inline(line.replace(/^([^\s:][^:]*):{2,4}(?=\s|$)\s*/, '$1: ')))
  }
  return out.finish()
}

/** Rows by their lines; where each cell has its own, by the number of cells in the first line or paragraph. */
function tableRows(lines: readonly string[], separator: string): string[][] {
  const mark = separator === '!' ? '!' : separator === ',' || separator === ':' ? separator : '|'
  const split = new RegExp(`(?<!\\\\)(?:\\d*(?:\\.\\d+)?[+*])?[<^>.]{0,2}[a-z]?${mark === '|' ? '\\|' : mark}`)
  const rows: string[][] = []
  let width = 0
  for (const line of lines) {
    if (line.trim() === '' || line.startsWith('//')) continue
    const isStart = mark !== '|' || split.test(line.split(' ')[0]!) || line.trimStart().startsWith('|')
    const cells = line.split(split).map((cell) => inline(cell.replaceAll('\\|', '|').trim()))
    if (mark === '|' || mark === '!') {
      const continued = cells.shift()!
      if (continued !== '' && rows.length > 0) rows.at(-1)![rows.at(-1)!.length - 1] += ` ${continued}`
    }
    if (!isStart || cells.length === 0) continue
    width ||= cells.length
    const last = rows.at(-1)
    if (last && last.length < width) last.push(...cells)
    else rows.push(cells)
  }
  return rows
}

function inline(text: string): string {
  return text
    .replace(/(?:link|xref|mailto):([^\s[\]]{1,400})\[([^\]]{0,400})\]/g, (_, target: string, label: string) => label || target)
    .replace(/(https?:\/\/[^\s[\]]{1,400})\[([^\]]{0,400})\]/g, (_, url: string, label: string) =>
      label === '' ? url : `[${label}](${url})`,
    )
    .replace(/<<([^<>,]{1,200})(?:,\s*([^<>]{0,200}))?>>/g, (_, target: string, label?: string) => label || target)
    .replace(/image::?[^\s[\]]{1,400}\[([^\],]{0,400})[^\]]{0,400}\]/g, '$1')
    .replace(/\[\[[^\]]{0,200}\]\]/g, '')
    .replace(/\[\.?[\w.-]{1,60}\]#([^#]{1,400})#/g, '$1')
    .replace(/(?<![\w*])\*(\S(?:[^*]{0,400}\S)?)\*(?![\w*])/g, '**$1**')
    .replace(/\s\+$/, '')
}
