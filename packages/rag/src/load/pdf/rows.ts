import type { Run } from './runs.ts'

/** Runs on one baseline, left to right. */
export interface Row {
  readonly runs: readonly Run[]
  readonly x0: number
  readonly x1: number
  /** Of the baseline. */
  readonly y: number
  /** Of the font that most of it is in. */
  readonly size: number
}

/** Puts runs into rows, top to bottom. What is raised or lowered by less than half a letter, as an exponent is, stands in its row. */
export function rowsOf(runs: readonly Run[]): Row[] {
  const sorted = [...runs].sort((a, b) => a.y - b.y || a.x0 - b.x0)
  const rows: Row[] = []
  let open: Run[] = []
  let main: Run | undefined
  for (const run of sorted) {
    if (main && isBeside(main, run)) {
      open.push(run)
      if (run.size > main.size) main = run
    } else {
      if (open.length > 0) rows.push(rowOf(open))
      open = [run]
      main = run
    }
  }
  if (open.length > 0) rows.push(rowOf(open))
  return rows
}

function isBeside(a: Run, b: Run): boolean {
  const [small, large] = a.size < b.size ? [a.size, b.size] : [b.size, a.size]
  return Math.abs(a.y - b.y) <= Math.min(0.45 * large, 0.7 * small)
}

/** @param runs At least one. */
export function rowOf(runs: readonly Run[]): Row {
  const sorted = [...runs].sort((a, b) => a.x0 - b.x0)
  const weights = new Map<string, { weight: number; run: Run }>()
  let x1 = Number.NEGATIVE_INFINITY
  for (const run of sorted) {
    x1 = Math.max(x1, run.x1)
    const key = `${Math.round(run.size * 4)}`
    const entry = weights.get(key) ?? { weight: 0, run }
    entry.weight += run.text.length
    weights.set(key, entry)
  }
  let best: { weight: number; run: Run } | undefined
  for (const entry of weights.values()) if (!best || entry.weight > best.weight) best = entry
  return { runs: sorted, x0: sorted[0]!.x0, x1, y: best!.run.y, size: best!.run.size }
}

/** Parts of a row with wide gaps between them, in letters' heights. */
export function cellsOf(row: Row, gap: number): Row[] {
  const cells: Row[] = []
  let open: Run[] = []
  let end = Number.NEGATIVE_INFINITY
  for (const run of row.runs) {
    if (open.length > 0 && run.x0 - end > gap * row.size) {
      cells.push(rowOf(open))
      open = []
    }
    open.push(run)
    end = open.length === 1 ? run.x1 : Math.max(end, run.x1)
  }
  if (open.length > 0) cells.push(rowOf(open))
  return cells
}

/** A character of a script that writes no spaces between words. */
export const SPACELESS: RegExp =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}　-〿＀-￯]/u

/** Whether two characters are of scripts that write no spaces between words. */
export function isSpaceless(before: string, after: string): boolean {
  return SPACELESS.test(before) && SPACELESS.test(after)
}

/** A row's text, in the order in which it is read. */
export function textOf(row: Row): string {
  let letters = 0
  for (const run of row.runs) letters += run.isRtl ? run.text.length : -run.text.length
  const isRtl = letters > 0
  const runs = isRtl ? [...row.runs].reverse() : row.runs
  const pieces: string[] = []
  let before: Run | undefined
  for (const run of runs) {
    if (before) {
      const gap = isRtl ? before.x0 - run.x1 : run.x0 - before.x1
      const isBare = isSpaceless(before.text.slice(-1), run.text.slice(0, 1))
      const isNear = gap < (isBare ? 0.6 : 0.12) * row.size
      // A raised figure is a note's mark or a power: what it is raised above ends before it.
      if (!isNear || (run.isApart && !isBare && gap > -0.2 * row.size)) pieces.push(' ')
    }
    pieces.push(run.text)
    before = run
  }
  return pieces.join('').replace(LEADERS, ' … ').replace(LOOSE_ACCENT, composed)
}

/** Dots that lead to the number of a page. */
const LEADERS = /(?:\s?[.·․…‥_]){5,}\s?/g

// Fonts of old draw an accent and its letter one after the other.
const ACCENTS: Readonly<Record<string, string>> = {
  '¨': '\u0308',
  '´': '\u0301',
  '`': '\u0300',
  ˆ: '\u0302',
  '˜': '\u0303',
  '˚': '\u030a',
  ˇ: '\u030c',
  '˘': '\u0306',
  '˙': '\u0307',
  '˝': '\u030b',
  '¸': '\u0327',
}
const LOOSE_ACCENT = /(?<=[\p{L}’'])([¨´`ˆ˜˚ˇ˘˙˝¸])([ıȷ\p{Ll}])|(?<!\S)([¨´ˆ˜˚ˇ˘˙˝¸])(\p{L})/gu

function composed(whole: string, inner?: string, small?: string, first?: string, large?: string): string {
  const letter = (small ?? large!).replace('ı', 'i').replace('ȷ', 'j')
  const one = (letter + ACCENTS[(inner ?? first)!]!).normalize('NFC')
  return one.length === 1 ? one : whole
}
