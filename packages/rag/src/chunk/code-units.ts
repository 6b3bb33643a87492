import type { Span } from '@voisin/spec'
import { indentOf, lineAt } from './lines.ts'
import type { Unit } from './parts.ts'
import { linesUnit } from './units.ts'

// What a line of code is, by its first signs, in any language.
const COMMENT = /^(?:\/\/|\/\*|\*|#(?!!)|--|;|%|"""|'''|@|<!--|REM\b)(?!.*\{\s*$)/
const CLOSER = /^(?:[\])}]|<\/|(?:end|fi|done|esac|else|elif|elsif|elseif|except|rescue|ensure|catch|finally|then)\b)/i
const OPENER = /^[{([]+$/
const IN_BRACKETS = /^\[{1,2}[^\]]{1,100}\]{1,2}\s*(?:[#;].*)?$/
const KEY = /^["']?[\w.$-]{1,80}["']?\s*[=:]|^\[|^[#;]/

interface CodeLine extends Span {
  readonly bare: string
  readonly columns: number
  readonly isAfterBlank: boolean
}

/**
 * The lines of code as units, those deeper indented belonging to the line above: a declaration with its body. No language is parsed. Comments
 * and annotations stay with the line that they precede, closing lines with what they close, and lines that no blank line divides together.
 */
export function codeUnits(text: string, span: Span, depth = 0): Unit[] {
  const units: (Span & { depth: number; lead: string })[] = []
  /** What is less indented than the line looked at, innermost last. */
  const above: { readonly columns: number; readonly unit: { lead: string }; readonly bare: string }[] = []
  let isInSection = false
  let hasBody = false
  for (const { start, end, bare, columns, isAfterBlank } of joined(text, span)) {
    const isCloser = CLOSER.test(bare) && units.length > 0
    // What closes or goes on stands below the line that began it.
    while (above.length > 0 && above.at(-1)!.columns >= columns + (isCloser ? 1 : 0)) above.pop()
    const level = above.length
    const isSection = level === 0 && IN_BRACKETS.test(bare)
    if (isSection) isInSection = true
    // Lines that follow each other and have no body belong together, as those of a section do.
    const goesOn = !isSection && units.length > 0 && (isInSection || !(isAfterBlank || hasBody))
    const own = isCloser ? Math.max(level, 1) + 1 : level > 0 ? level + 1 : goesOn ? 1 : 0
    const unit = { start, end, depth: depth + own, lead: isSection ? bare : '' }
    units.push(unit)
    if (isCloser) continue
    if (level > 0) {
      const { unit: outer, bare: line } = above.at(-1)!
      if (outer.lead === '' && /[\p{L}\p{N}]/u.test(line)) outer.lead = line
    }
    hasBody = level > 0
    above.push({ columns, unit, bare })
  }
  return units.map((unit) => linesUnit(text, unit, unit))
}

/** Filled lines, comments joined to the line below, brackets that open a body to the line above. */
function joined(text: string, span: Span): CodeLine[] {
  const lines: { start: number; end: number; bare: string; columns: number; isAfterBlank: boolean }[] = []
  let isAfterBlank = true
  let isPending = false
  for (let at = span.start; at < span.end; ) {
    const line = lineAt(text, at)
    at = line.next
    const content = text.slice(line.start, Math.min(line.end, span.end))
    const bare = content.trim()
    if (bare === '') {
      isAfterBlank = true
      isPending = false
      continue
    }
    const end = line.start + content.trimEnd().length
    const last = lines.at(-1)
    const isComment = COMMENT.test(bare) || (IN_BRACKETS.test(bare) && !isSection(text, at))
    if (last && isPending) {
      last.end = end
      if (!isComment) Object.assign(last, { bare, columns: indentOf(content).columns })
    } else if (last && OPENER.test(bare)) last.end = end
    else lines.push({ start: line.start, end, bare, columns: indentOf(content).columns, isAfterBlank })
    isPending = isComment
    isAfterBlank = false
  }
  return lines
}

/** Whether a line in brackets has what a section has below it, and is no annotation of a declaration. */
function isSection(text: string, next: number): boolean {
  const below = lineAt(text, next)
  const content = text.slice(below.start, Math.min(below.end, below.start + 120)).trim()
  return content === '' || KEY.test(content)
}
