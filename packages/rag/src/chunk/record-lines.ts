import type { Span } from '@voisin/spec'
import { filledLines } from './lines.ts'

const LONGEST_RECORD = 160
const LONGEST_NAME = 48
const SENTENCE_END = /[.!?…。！？।؟][\p{Pf}\p{Pe}"'*_]*$/u
/** What tells an entry: numbers, a name before a colon, gaps that align columns, an address. */
const ENTRY = /\d|^[^\s:：][^:：]{0,40}[:：=]|\S(?:\t| {2,})\S|\S@\S|\S [-–—|] \S/
/** Lines are looked at up to here; a text of a million lines is known by its first ones. */
const MOST_LINES = 400

/**
 * Whether the lines of a paragraph are entries of their own (phone numbers, addresses, names and values) and not running text that was
 * broken where the line was full. By shape: in broken text the next line's first word would not have fitted.
 */
export function areRecords(text: string, block: Span): boolean {
  const lines = filledLines(text, { start: block.start, end: Math.min(block.end, block.start + MOST_LINES * LONGEST_RECORD) })
    .slice(0, MOST_LINES)
    .map(({ start, end }) => text.slice(start, Math.min(end, start + LONGEST_RECORD + 1)))
  const width = Math.max(...lines.map((line) => line.length))
  if (lines.length < 2 || width > LONGEST_RECORD) return false
  const share = (of: (line: string, at: number) => boolean) => lines.filter(of).length / lines.length
  if (lines.length === 2) {
    return width <= LONGEST_NAME && lines.every((line) => ENTRY.test(line) && !/^\p{Ll}|[.,;!?…]$/u.test(line))
  }
  if (share((line) => /^[*_"'“‘(]*\p{Ll}/u.test(line) && !ENTRY.test(line)) > 0.2) return false
  const entries = share((line) => ENTRY.test(line))
  // Entries of the same length look broken: what all of them have tells them.
  if (entries >= 0.9 && (width <= LONGEST_NAME || share((line) => shapeOf(line) === shapeOf(lines[0]!)) >= 0.8)) return true
  if (share((line, at) => at > 0 && lines[at - 1]!.length + 1 + firstWord(line).length > width) > 0.5) return false
  if (entries < 0.9 && share((line) => SENTENCE_END.test(line) || line.endsWith(',')) > 0.5) return false
  return entries >= 0.6 || (lines.length >= 5 && width <= LONGEST_NAME && share((line) => /[.,;]$/.test(line)) < 0.2)
}

/** How a line begins, where that has numbers: of times, dates and the like the same in all. */
function shapeOf(line: string): string {
  const word = firstWord(line)
    .slice(0, 24)
    .replace(/\d/g, '0')
    .replace(/\p{L}+/gu, 'a')
  return word.includes('0') ? word : line
}

function firstWord(line: string): string {
  return /^\S*/.exec(line)![0]
}
