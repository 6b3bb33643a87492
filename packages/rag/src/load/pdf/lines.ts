import type { Region } from './regions.ts'
import { type Row, SPACELESS, textOf } from './rows.ts'

/** A line of text on a page. */
export interface Line {
  readonly text: string
  readonly row: Row
  /** Of the page, from 1. */
  readonly page: number
  readonly region: Region
  /** Index in its region. */
  readonly index: number
  /** The font of all of it, where it has one alone. */
  readonly font: string | undefined
  readonly isMono: boolean
  /** What the file says of it. */
  readonly tag?: Tag
  /** Letters, digits and signs, without spaces. */
  readonly weight: number
}

/** What a part of a tagged file is. */
export interface Tag {
  readonly kind: 'heading' | 'paragraph' | 'item' | 'code'
  /** Of a heading, from 1; of an item, how deep it is in others, from 0. */
  readonly level: number
}

export function linesOf(region: Region, page: number, tag?: Tag): Line[] {
  return region.rows.map((row, index) => {
    const { font } = row.runs[0]!
    const text = textOf(row).trim()
    return {
      text,
      row,
      page,
      region,
      index,
      font: row.runs.every((run) => run.font === font) ? font : undefined,
      isMono: isMostlyMono(row),
      ...(tag && { tag }),
      weight: text.replace(/\s/g, '').length,
    }
  })
}

/** From the baseline before, in the line's own size; infinite for the first of a region. */
export function distanceBefore(line: Line): number {
  const before = line.region.rows[line.index - 1]
  return before ? (line.row.y - before.y) / line.row.size : Number.POSITIVE_INFINITY
}

/** To the next baseline, in the line's own size; infinite for the last of a region. */
export function distanceAfter(line: Line): number {
  const after = line.region.rows[line.index + 1]
  return after ? (after.y - line.row.y) / line.row.size : Number.POSITIVE_INFINITY
}

/** Quotes and dashes may come from another font. All letters of East Asian fonts are of one width. */
function isMostlyMono({ runs }: Row): boolean {
  let balance = 0
  for (const run of runs) balance += run.isMono && !SPACELESS.test(run.text) ? run.text.length : -4 * run.text.length
  return balance > 0
}
