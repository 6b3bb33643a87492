import type { Span } from '@voisin/spec'
import { isDigit } from './digit-groups.ts'
import { fold } from './fold.ts'
import { monthOf } from './month-names.ts'

/** A day, with its place in the text. */
export interface FoundDate extends Span {
  /** Year, month and day, as 2024-07-31. */
  readonly day: string
}

const DIGITS_OF_YEAR = 4
const LONGEST = 32
const YEAR = /^[12]\d{3}$/
// 31 July, 31. Juli, 31st of July, 1er juillet, 7 de enero de, 31-Jul-
const DAY_MONTH =
  /(?<![\p{L}\p{N}.,])(\p{Nd}{1,2})(?:st|nd|rd|th|er|º|ª|\.)?[\s-]+(?:(?:of|de|d’|d')\s+)?([\p{L}\p{M}]{3,14})\.?,?[\s-]+(?:(?:of|de|del)\s+)?$/u
// July 31, or Jul 31st,
const MONTH_DAY = /(?<![\p{L}\p{N}])([\p{L}\p{M}]{3,14})\.?\s+(\p{Nd}{1,2})(?:st|nd|rd|th)?,?\s+$/u
// 2024. július 31., 2024 July 31, 2024-Jul-31
const BEHIND = /^(?:\.\s?|\s|-)([\p{L}\p{M}]{3,14})(?:\.?\s|-)(\p{Nd}{1,2})(?![\p{L}\p{N}])/u
// 2024年7月31日, 2024년 7월 31일
const EAST_ASIAN = /^\s?[年년]\s?(\p{Nd}{1,2})\s?[月월]\s?(\p{Nd}{1,2})\s?[日일号號]?/u

/**
 * The date with a month's name that the year which begins at `from` belongs to; undefined where there is none. Dates of digits alone are wholes
 * anyway. Looks at 32 code units before the year and behind it at most.
 */
export function dateAt(text: string, from: number): FoundDate | undefined {
  const to = from + DIGITS_OF_YEAR
  if (!isDigit(text, from) || isDigit(text, to)) return undefined
  const year = fold(text.slice(from, to))
  if (!YEAR.test(year)) return undefined
  const before = text.slice(Math.max(0, from - LONGEST), from)
  const behind = text.slice(to, to + LONGEST)
  const first = DAY_MONTH.exec(before)
  if (first) {
    const found = named(year, first[2]!, first[1]!)
    if (found) return { day: found, start: from - first[0].length, end: to }
  }
  const american = MONTH_DAY.exec(before)
  if (american) {
    const found = named(year, american[1]!, american[2]!)
    if (found) return { day: found, start: from - american[0].length, end: to }
  }
  const last = BEHIND.exec(behind)
  if (last) {
    const found = named(year, last[1]!, last[2]!)
    if (found) return { day: found, start: from, end: to + last[0].length }
  }
  const eastAsian = EAST_ASIAN.exec(behind)
  const found = eastAsian && dayOf(year, Number(fold(eastAsian[1]!)), Number(fold(eastAsian[2]!)))
  return found ? { day: found, start: from, end: to + eastAsian[0].length } : undefined
}

function named(year: string, name: string, day: string): string | undefined {
  const month = monthOf(name)
  return month === undefined ? undefined : dayOf(year, month, Number(fold(day)))
}

function dayOf(year: string, month: number, day: number): string | undefined {
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined
  return [year, String(month).padStart(2, '0'), String(day).padStart(2, '0')].join('-')
}
