import type { Span } from '@voisin/spec'
import { nextBeside, type Unit } from './parts.ts'
import { trimSpan } from './sentences.ts'
import { textUnit } from './units.ts'

const MARK = /["{}[\],\r\n]/g
const STRING_END = /["\\\r\n]/g
const CLOSING = ']},'
const LONGEST_LEAD = 160

/** Whether a text begins as JSON, or lines of it, does. */
export function isJson(text: string): boolean {
  return /^[\s\ufeff]*[[{]/.test(text.slice(0, 1_000))
}

/**
 * The members of JSON, or of lines of JSON, as units: what stands in an object or a list belongs to the line that opens it. Whether the text is
 * well-formed is not asked.
 */
export function jsonUnits(text: string): Unit[] {
  const found: { start: number; end: number; depth: number; lead: string }[] = []
  const marks = new RegExp(MARK)
  const stringEnds = new RegExp(STRING_END)
  let depth = 0
  let start = 0
  const add = (next: number, at: number, isOpening = false) => {
    const span = trimSpan(text, { start, end: next })
    start = next
    const last = found.at(-1)
    if (span.start >= span.end) return
    // What closes a value, and the comma after it, stays with it.
    if (last !== undefined && span.end - span.start === 1 && CLOSING.includes(text[span.start]!)) {
      last.end = span.end
      return
    }
    const key =
      isOpening && span.end - span.start > 1 ? text.slice(span.start, Math.min(span.end, span.start + LONGEST_LEAD)) : ''
    found.push({ start: span.start, end: span.end, depth: at, lead: /\w/.test(key) ? key : '' })
  }
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    const { 0: sign, index } = mark
    if (sign === '"') marks.lastIndex = afterString(text, index, stringEnds)
    else if (sign === '{' || sign === '[') add(index + 1, depth++, true)
    else if (sign === ',') add(index + 1, depth)
    else if (sign === '}' || sign === ']') {
      add(index, depth)
      depth = Math.max(0, depth - 1)
      add(index + 1, depth)
    } else if (depth === 0) add(index, depth)
  }
  add(text.length, depth)
  return found.map((unit) => textUnit(text, unit, unit))
}

/** The records of JSON: the objects of a list each, and what is short as a whole. */
export function jsonRecords(text: string, longest: number): Span[] {
  const units = jsonUnits(text)
  const next = nextBeside(units)
  const records: Span[] = []
  for (let at = 0; at < units.length; ) {
    const end = next[at]!
    let lists = 0
    // Looked at to where it is decided; what is inside is looked at again one level down.
    for (let inside = at + 1; inside < end && lists < 2; inside = next[inside]!) if (next[inside]! > inside + 1) lists++
    const record = { start: units[at]!.start, end: units[end - 1]!.end }
    if (lists < 2 && record.end - record.start <= longest) {
      records.push(record)
      at = end
    } else {
      records.push({ start: units[at]!.start, end: units[at]!.end })
      at++
    }
  }
  return records
}

/** A string ends on its line. */
function afterString(text: string, start: number, end: RegExp): number {
  end.lastIndex = start + 1
  for (let found = end.exec(text); found !== null; found = end.exec(text)) {
    if (found[0] !== '\\') return found.index + 1
    end.lastIndex = found.index + 2
  }
  return text.length
}
