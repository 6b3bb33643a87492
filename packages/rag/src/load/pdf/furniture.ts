import { type Row, rowsOf, textOf } from './rows.ts'
import type { Run } from './runs.ts'

export interface PageRuns {
  readonly runs: readonly Run[]
  readonly height: number
}

/** How many rows at each end of a page may be a running head or foot. */
const DEEPEST = 3
const FEWEST_PAGES = 3
const LONGEST = 120

interface Candidate {
  readonly page: number
  readonly row: Row
  /** Its end of the page and its place there. */
  readonly place: string
  /** Its text in small letters, each number a number sign. */
  readonly words: string
  readonly numbers: readonly number[]
  /** To the next row inwards, in its own size. */
  readonly gap: number
}

/**
 * Rows that pages repeat at their heads and feet: the same words, numbers apart, at one height on most pages (or most left or right ones);
 * or words that change from chapter to chapter at a height where most pages have such a row.
 *
 * @returns For each page, the runs to be left out.
 */
export function findFurniture(pages: readonly PageRuns[]): Set<Run>[] {
  const found = pages.map(() => new Set<Run>())
  const filled = pages.filter(({ runs }) => runs.length > 0).length
  if (filled < FEWEST_PAGES) return found
  const candidates = pages.flatMap((page, index) => candidatesOf(page, index))
  const repeated = new Set<Candidate>()
  for (const same of group(candidates, ({ place, words }) => `${place}:${words}`).values()) {
    const isOfOneSide = new Set(same.map(({ page }) => page % 2)).size === 1
    if (pagesOf(same) > (isOfOneSide ? filled / 4 : filled / 2) && pagesOf(same) >= FEWEST_PAGES && countPages(same)) {
      for (const one of same) repeated.add(one)
    }
  }
  // Running heads with the chapter's name: repeated a while, at a height where most pages have one that is.
  for (const same of group(candidates, ({ place }) => place).values()) {
    const running = same.filter((one, index) =>
      [-2, -1, 1, 2].some((step) => {
        const other = same[index + step]
        return other?.words === one.words && Math.abs(other.page - one.page) <= 2 && countPages([one, other])
      }),
    )
    if (pagesOf(running) <= filled / 2 || pagesOf(running) < FEWEST_PAGES) continue
    const gap = running.map((one) => one.gap).sort((a, b) => a - b)[running.length >> 1]!
    for (const one of same) if (one.gap >= 0.8 * gap && one.words.length <= LONGEST) repeated.add(one)
  }
  for (const { page, row } of repeated) for (const run of row.runs) found[page]!.add(run)
  // A page that is nothing else keeps what it has: a form, or a slide that stays.
  for (const [page, { runs }] of pages.entries()) {
    const isBare = runs.every((run) => found[page]!.has(run))
    if (isBare && runs.some(({ text }) => /\p{L}{2}/u.test(text))) found[page]!.clear()
  }
  return found
}

const pagesOf = (candidates: readonly Candidate[]): number => new Set(candidates.map(({ page }) => page)).size

/** Whether the numbers stay or go with the pages, and are no data. */
function countPages(same: readonly Candidate[]): boolean {
  const inOrder = [...same].sort((a, b) => a.page - b.page)
  let pairs = 0
  let counted = 0
  for (const [index, one] of inOrder.entries()) {
    const before = inOrder[index - 1]
    if (!before || before.numbers.length !== one.numbers.length) continue
    pairs++
    const step = one.page - before.page
    if (one.numbers.every((value, at) => value === before.numbers[at]! || value - before.numbers[at]! === step)) counted++
  }
  return counted >= 0.7 * pairs
}

function candidatesOf({ runs, height }: PageRuns, page: number): Candidate[] {
  const rows = rowsOf(runs)
  const candidates: Candidate[] = []
  const add = (row: Row, end: string, next: Row | undefined) => {
    const text = textOf(row).toLowerCase()
    const words = text
      .replace(/\p{N}+/gu, '#')
      .replace(/^[ivxlc]{1,7}(?=\s|$)|(?<=^|\s)[ivxlc]{1,7}$/g, '#')
      .replace(/\s+/g, ' ')
    candidates.push({
      page,
      row,
      place: `${end}:${Math.round((row.y / height) * 100)}`,
      words,
      numbers: (text.match(/\d{1,9}/g) ?? []).map(Number),
      gap: next ? Math.abs(next.y - row.y) / row.size : Number.POSITIVE_INFINITY,
    })
  }
  for (let at = 0; at < Math.min(DEEPEST, rows.length); at++) {
    if (rows[at]!.y > 0.2 * height) break
    add(rows[at]!, 'head', rows[at + 1])
  }
  for (let at = rows.length - 1; at >= Math.max(0, rows.length - DEEPEST); at--) {
    if (rows[at]!.y < 0.8 * height) break
    add(rows[at]!, 'foot', rows[at - 1])
  }
  return candidates
}

function group<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const value of values) {
    const key = keyOf(value)
    const same = groups.get(key)
    if (same) same.push(value)
    else groups.set(key, [value])
  }
  return groups
}
