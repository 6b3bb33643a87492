import type { Extracted } from '../extracted.ts'
import { LONGEST_TITLE, linesOf, MarkdownLines, nextLine } from './markdown-lines.ts'

const HEADING = /^(\*+)\s+(?:(?:TODO|DONE|NEXT|WAITING|CANCELLED)\s+)?(?:\[#[A-Z]\]\s+)?(\S.*?)(?:\s+:[\w@:#%]+:)?\s*$/
const LONGEST_DRAWER = 200
const VERBATIM = new Set('src example export verse'.split(' '))

/** Reads Org as Markdown: headings, code, tables and lists; without properties, tags and comments. */
export function readOrg(text: string): Extracted {
  const lines = linesOf(text)
  const out = new MarkdownLines()
  let title: string | undefined
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!
    const heading = line.length > LONGEST_TITLE ? null : HEADING.exec(line)
    if (heading) {
      out.heading(heading[1]!.length, inline(heading[2]!))
      continue
    }
    const begin = /^\s*#\+begin_(\w+)\s*([\w+#.-]*)/i.exec(line)
    if (begin) {
      const kind = begin[1]!.toLowerCase()
      if (!VERBATIM.has(kind)) continue
      const ending = new RegExp(`^\\s*#\\+end_${kind}\\b`, 'i')
      const last = nextLine(lines, at + 1, (each) => ending.test(each))
      out.code(lines.slice(at + 1, last), kind === 'src' ? begin[2] : '')
      at = last
      continue
    }
    const keyword = /^\s*#\+(\w+):\s*(.*)$/.exec(line)
    if (keyword) {
      if (keyword[1]!.toLowerCase() === 'title') title ??= keyword[2]!.trim() || undefined
      else if (keyword[1]!.toLowerCase() === 'caption') out.text(inline(keyword[2]!))
      continue
    }
    if (/^\s*#(?:\s|$|\+)/.test(line)) continue
    if (/^\s*:(?:PROPERTIES|LOGBOOK):\s*$/i.test(line)) {
      const end = nextLine(lines, at + 1, (each) => /^\s*:END:\s*$/i.test(each), LONGEST_DRAWER)
      if (end < lines.length) at = end
      continue
    }
    if (/^\s*\|/.test(line)) {
      let end = at
      while (end < lines.length && /^\s*\|/.test(lines[end]!)) end++
      const rows = lines.slice(at, end).filter((row) => !/^\s*\|-/.test(row))
      out.table(rows.map((row) => row.trim().replace(/^\|/, '').replace(/\|$/, '').split('|').map(inline)))
      at = end - 1
      continue
    }
    out.text(inline(line.replace(/^(\s*)[+](?=\s)/, '$1-')))
  }
  return out.finish(title)
}

function inline(text: string): string {
  return text
    .replace(/\[\[([^\][]{1,400})\]\[([^\][]{1,400})\]\]/g, '[$2]($1)')
    .replace(/\[\[([^\][]{1,400})\]\]/g, '$1')
    .replace(/(?<![\w=])=(\S(?:[^=]{0,400}\S)?)=(?![\w=])/g, '`$1`')
    .replace(/(?<![\w~])~(\S(?:[^~]{0,400}\S)?)~(?![\w~])/g, '`$1`')
}
