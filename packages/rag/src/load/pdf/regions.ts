import { type Row, rowsOf } from './rows.ts'
import type { Run } from './runs.ts'

/** Rows of one column, top to bottom. */
export interface Region {
  readonly rows: readonly Row[]
  readonly x0: number
  readonly x1: number
}

const MOST_BINS = 400
const DEEPEST = 8
/** A column has more rows than this. */
const FEWEST_ROWS = 3
/** Rows that a strip parts in a document whose columns are sure. */
const FEWEST_KNOWN = 12
/** A row of a column has more letters and digits, on the average. */
const FEWEST_LETTERS = 6
const MOST_TRIES = 32

/**
 * The regions of each page in the order in which they are read: where an upright strip without ink parts several rows, and what stands on
 * its two sides is prose and no table, the rows above it come first, then one side after the other, then the rows below. Where columns of
 * other pages are parted, the last page's are too, though one of them may be a line long.
 */
export function regionsOf(pages: readonly (readonly Run[])[]): Region[][] {
  const found = pages.map((runs) => new Divider(runs, []))
  const parted = new Map<number, number>()
  for (const { gutters } of found) for (const [x, count] of gutters) parted.set(x, (parted.get(x) ?? 0) + count)
  const known = [...parted].filter(([, count]) => count >= FEWEST_KNOWN).map(([x]) => x)
  return found.map(({ regions, gutters }, index) => {
    const isWhole = known.every((x) => gutters.has(x))
    return isWhole ? regions : new Divider(pages[index]!, known).regions
  })
}

class Divider {
  readonly regions: Region[] = []
  /** Where the columns after strips begin, rounded; how many rows each parts. */
  readonly gutters = new Map<number, number>()
  readonly #known: readonly number[]
  readonly #isRtl: boolean

  constructor(runs: readonly Run[], known: readonly number[]) {
    this.#known = known
    this.#isRtl = runs.reduce((sum, { isRtl, text }) => sum + (isRtl ? text.length : -text.length), 0) > 0
    this.#divide(rowsOf(runs), 0)
  }

  #divide(rows: readonly Row[], depth: number): void {
    if (rows.length === 0) return
    const gutter = depth < DEEPEST ? findGutter(rows, this.#isRtl, this.#known) : undefined
    if (!gutter) {
      let [x0, x1] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
      for (const row of rows) {
        x0 = Math.min(x0, row.x0)
        x1 = Math.max(x1, row.x1)
      }
      this.regions.push({ rows, x0, x1 })
      return
    }
    const x = rounded(this.#isRtl ? gutter.left : gutter.right)
    this.gutters.set(x, (this.gutters.get(x) ?? 0) + gutter.end - gutter.first)
    const band = rows.slice(gutter.first, gutter.end).flatMap((row) => row.runs)
    const left = rowsOf(band.filter((run) => run.x0 < gutter.x))
    const right = rowsOf(band.filter((run) => run.x0 >= gutter.x))
    this.#divide(rows.slice(0, gutter.first), depth + 1)
    this.#divide(this.#isRtl ? right : left, depth + 1)
    this.#divide(this.#isRtl ? left : right, depth + 1)
    this.#divide(rows.slice(gutter.end), depth + 1)
  }
}

/** Near enough for the columns of two pages to be one. */
const rounded = (x: number): number => Math.round(x / 3)

interface Gutter {
  readonly x: number
  readonly first: number
  readonly end: number
}

interface Strip extends Gutter {
  readonly left: number
  readonly right: number
}

/** The strip that parts the most rows, or undefined. */
function findGutter(rows: readonly Row[], isRtl: boolean, known: readonly number[]): Strip | undefined {
  let [x0, x1, size, weight] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0]
  for (const row of rows) {
    x0 = Math.min(x0, row.x0)
    x1 = Math.max(x1, row.x1)
    size += row.size * (row.x1 - row.x0)
    weight += row.x1 - row.x0
  }
  size /= weight || 1
  const bin = Math.max(size / 4, (x1 - x0) / MOST_BINS)
  const count = Math.floor((x1 - x0) / bin)
  if (!(count >= 8)) return undefined
  // Of each bin: where the rows begin that leave it free, and in how many of them something stands to the left and to the right of it.
  const from = new Int32Array(count)
  const lefts = new Int32Array(count)
  const rights = new Int32Array(count)
  const found: Scored[] = []
  const close = (at: number, end: number) => {
    const score = Math.min(lefts[at]!, rights[at]!)
    if (score >= 1) found.push({ x: x0 + (at + 0.5) * bin, first: from[at]!, end, score })
    from[at] = end + 1
    lefts[at] = 0
    rights[at] = 0
  }
  for (const [index, row] of rows.entries()) {
    let at = 0
    for (const { start, end } of inked(row, 0.6 * size)) {
      const first = Math.min(count, Math.max(at, Math.floor((start - x0) / bin)))
      const last = Math.min(count - 1, Math.floor((end - x0) / bin))
      for (; at < first; at++) {
        rights[at]!++
        if (start > row.x0) lefts[at]!++
      }
      for (; at <= last; at++) close(at, index)
    }
    for (; at < count; at++) lefts[at]!++
  }
  for (let at = 0; at < count; at++) close(at, rows.length)
  const isKnown = (strip: Strip) => known.includes(rounded(isRtl ? strip.left : strip.right))
  const seen = new Set<string>()
  for (const gutter of inTurn(found, bin, isRtl)) {
    const narrow = stripOf(rows, gutter)
    // Many bins of a table are of few strips.
    const key = [narrow.first, narrow.end, narrow.left, narrow.right].join()
    if (seen.has(key)) continue
    if (seen.size === MOST_TRIES) break
    seen.add(key)
    const strip = alongColumn(rows, narrow, size, isRtl)
    const isWide = ({ left, right }: Strip) => right - left >= 0.75 * size
    if (isWide(strip) && (isKnown(strip) || isBetweenColumns(rows, strip) || isWrittenApart(rows, strip))) return strip
    if (isWide(narrow) && (isKnown(narrow) || isBetweenColumns(rows, narrow))) return narrow
  }
  return undefined
}

/**
 * The strip beside the edge of the column that follows, where all lines begin, as far up and down as nothing crosses it and no table, which
 * has more parts in a row, begins.
 */
function alongColumn(rows: readonly Row[], { left, right, first, end }: Strip, size: number, isRtl: boolean): Strip {
  const x = isRtl ? left + 0.3 * size : right - 0.3 * size
  const most = rows.slice(first, end).reduce((parts, row) => Math.max(parts, partsOf(row)), 2)
  const isFree = (row: Row | undefined) =>
    row !== undefined && partsOf(row) <= most && row.runs.every((run) => run.x1 <= x || run.x0 >= x)
  let [from, to] = [first, end]
  while (isFree(rows[from - 1])) from--
  while (isFree(rows[to])) to++
  return stripOf(rows, { x, first: from, end: to })
}

/** How many parts of a row wide gaps leave. */
function partsOf({ runs, size }: Row): number {
  let parts = 1
  let end = runs[0]!.x1
  for (const run of runs) {
    if (run.x0 - end > 1.2 * size) parts++
    end = Math.max(end, run.x1)
  }
  return parts
}

interface Scored extends Gutter {
  /** How many rows have something on both sides, or on the side where fewer have. */
  readonly score: number
}

/**
 * The best bin of each strip. The strips that part nearly as many rows as the best come first, in the direction of reading: a number apart
 * from its item is of the column that follows.
 */
function inTurn(found: readonly Scored[], bin: number, isRtl: boolean): Scored[] {
  const best = found.reduce((most, { score }) => Math.max(most, score), 0)
  const strips: Scored[] = []
  let before = Number.NEGATIVE_INFINITY
  for (const one of [...found].sort((a, b) => a.x - b.x)) {
    const top = strips.at(-1)
    if (!top || one.x - before > 1.5 * bin || !isBeside(top, one)) strips.push(one)
    else if (one.score > top.score || (one.score === top.score && one.end - one.first > top.end - top.first)) {
      strips[strips.length - 1] = one
    }
    before = one.x
  }
  const isGood = ({ score }: Scored) => score >= FEWEST_ROWS && score >= 0.8 * best
  const good = strips.filter(isGood).sort((a, b) => (isRtl ? b.x - a.x : a.x - b.x))
  const others = strips.filter((strip) => !isGood(strip)).sort((a, b) => b.score - a.score)
  return [...good, ...others].slice(0, MOST_BINS)
}

/** Whether two free places are so in about the same rows. */
function isBeside(a: Gutter, b: Gutter): boolean {
  const shared = Math.min(a.end, b.end) - Math.max(a.first, b.first)
  return shared >= 0.5 * Math.max(a.end - a.first, b.end - b.first)
}

/** Where a row has ink, gaps between words included. */
function* inked(row: Row, gap: number): Generator<{ start: number; end: number }> {
  let [start, end] = [row.runs[0]!.x0, row.runs[0]!.x1]
  for (const run of row.runs) {
    if (run.x0 - end > gap) {
      yield { start, end }
      start = run.x0
      end = run.x1
    } else end = Math.max(end, run.x1)
  }
  yield { start, end }
}

/** All of the strip that a place without ink is in. */
function stripOf(rows: readonly Row[], { x, first, end }: Gutter): Strip {
  let [left, right] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (const { runs } of rows.slice(first, end)) {
    for (const run of runs) {
      if (run.x0 < x) left = Math.max(left, run.x1)
      else right = Math.min(right, run.x0)
    }
  }
  return { x: (left + right) / 2, first, end, left, right }
}

/** Columns of prose, and no table, whose rows are short or stand side by side, and no code. */
function isBetweenColumns(rows: readonly Row[], { x, first, end }: Gutter): boolean {
  const sides = [side(), side()] as const
  let [both, mono] = [0, 0]
  for (const row of rows.slice(first, end)) {
    const at = row.runs.findIndex((run) => run.x0 >= x)
    const middle = at < 0 ? row.runs.length : at
    const pieces = [nearest(row, middle - 1, -1), nearest(row, middle, 1)]
    for (const [index, piece] of pieces.entries()) {
      const { letters, monoLetters, isSmall, width } = piece
      if (letters === 0) continue
      sides[index]!.letters += letters
      sides[index]!.widths.push(width)
      if (isSmall) sides[index]!.small++
      mono += monoLetters
    }
    if (pieces.every(({ letters }) => letters > 0)) both++
  }
  const fewest = Math.min(...sides.map(({ widths }) => widths.length))
  if (fewest < FEWEST_ROWS) return false
  const letters = Math.min(...sides.map((one) => one.letters / one.widths.length))
  if (letters < FEWEST_LETTERS) return false
  if (both < 0.6 * fewest) return true
  if (mono > 0.5 * (sides[0].letters + sides[1].letters)) return false
  // Lines that begin small go on from the line before, as cells of a table seldom do.
  const goesOn = sides.every(({ small, widths }) => small >= 0.4 * widths.length)
  return (goesOn || letters >= 2 * FEWEST_LETTERS) && sides.every(({ widths }) => fullness(widths) >= 0.6)
}

/** Whether the file has all of one side before all of the other, and prose on both. A table is written row by row. */
function isWrittenApart(rows: readonly Row[], { x, first, end }: Gutter): boolean {
  const runs = rows
    .slice(first, end)
    .flatMap((row) => row.runs)
    .sort((a, b) => a.order - b.order)
  const letters = [0, 0]
  let crossings = 0
  for (const [index, run] of runs.entries()) {
    const at = run.x0 < x ? 0 : 1
    letters[at]! += run.letters
    if (index > 0 && runs[index - 1]!.x0 < x !== run.x0 < x && ++crossings > 1) return false
  }
  const sizes = [0, 1].map(
    (at) => rows.slice(first, end).filter((row) => row.runs.some((run) => run.x0 < x === (at === 0))).length,
  )
  return end - first > FEWEST_ROWS && [0, 1].every((at) => letters[at]! >= FEWEST_LETTERS * sizes[at]!)
}

const side = (): { letters: number; small: number; readonly widths: number[] } => ({ letters: 0, small: 0, widths: [] })

/** What of a row stands next to the strip, up to the next wide gap. */
function nearest({ runs, size }: Row, from: number, step: 1 | -1) {
  let [letters, monoLetters] = [0, 0]
  let [x0, x1] = [runs[from]?.x0 ?? 0, runs[from]?.x1 ?? 0]
  let leftmost = runs[from]
  for (let at = from; at >= 0 && at < runs.length; at += step) {
    const run = runs[at]!
    if (run.x0 - x1 > 1.2 * size || x0 - run.x1 > 1.2 * size) break
    x0 = Math.min(x0, run.x0)
    x1 = Math.max(x1, run.x1)
    letters += run.letters
    if (run.isMono) monoLetters += run.letters
    if (step < 0) leftmost = run
  }
  return { letters, monoLetters, width: x1 - x0, isSmall: leftmost !== undefined && /^\p{Ll}/u.test(leftmost.text) }
}

/** The median of widths, in the width of nearly the widest. */
function fullness(values: readonly number[]): number {
  const widths = [...values].sort((a, b) => a - b)
  return widths[widths.length >> 1]! / (widths[Math.floor(widths.length * 0.95)]! || 1)
}
