import { isWordAt } from './character-kinds.ts'
import { isDigit, isOneNumber } from './digit-groups.ts'
import { fold } from './fold.ts'

/** Of a whole, in code units: what is longer is a URL or data, and nobody types it. */
export const LONGEST_WHOLE = 64

const LONGEST_JOINT = 3
/** How closely two runs stand together. */
export type Joint = 'tight' | 'loose'

// One of these between two letters or digits makes one name of them; `·` is Catalan's.
const TIGHT = new Set('_-‐‑.+·&~')
const LOOSE = /^(?:[/\\:@=#]|:[/\\]{1,2}|::|->)$/
/** Between digits only: these group a number's digits, or part them. */
const BETWEEN_DIGITS = new Set(",–'’")

/** How a run that ends at `end` is joined to one that begins at `next`; undefined where it is not. */
export function jointBetween(text: string, end: number, next: number): Joint | undefined {
  const length = next - end
  if (length > LONGEST_JOINT) return undefined
  if (isOneNumber(text, end, next)) return 'tight'
  if (length === 1) {
    const gap = text[end]!
    if (TIGHT.has(gap) || (BETWEEN_DIGITS.has(gap) && isDigit(text, end - 1) && isDigit(text, next))) return 'tight'
  }
  return LOOSE.test(text.slice(end, next)) ? 'loose' : undefined
}

const PREFIXES = new Set(['-', '.', '#', '@'])

/** How many signs before a run belong to it: of --flag, -f, .net, #topic and @name. */
export function prefixBefore(text: string, start: number): number {
  const sign = text[start - 1]
  if (sign === undefined || !PREFIXES.has(sign)) return 0
  const length = sign === '-' && text[start - 2] === '-' ? 2 : 1
  const before = text[start - length - 1]
  return before === undefined || /[\s([{"'`«“=,|]/.test(before) ? length : 0
}

/** How many signs behind a run belong to it: of C++, C++20 and C#. */
export function suffixAfter(text: string, end: number): number {
  const sign = text[end]
  if (sign !== '+' && sign !== '#') return 0
  const length = sign === '+' && text[end + 1] === '+' ? 2 : 1
  return isWordAt(text, end + length) && !(length === 2 && isDigit(text, end + length)) ? 0 : length
}

/** A whole as it is compared: folded, signs that look alike made one. */
export function canonicalWhole(written: string): string {
  return fold(written).replace(/[‐‑–]/g, '-').replaceAll('\\', '/').replace(/\s/g, ' ')
}

const SIGNS = /[^\p{L}\p{M}\p{N}]+/u
const HAS_SIGN = /[^\p{L}\p{M}\p{N}']/u

/** Whether a folded term is a whole that signs tell. */
export function hasSigns(term: string): boolean {
  return HAS_SIGN.test(term)
}

const SPOKEN: readonly (readonly [RegExp, string])[] = [
  [/^\.(?=\p{L})/u, 'dot'],
  [/\+\+$/, 'pp'],
  [/#$/, 'sharp'],
]
const GROUPED = /^\p{N}{1,3}(?:([.,' ])\p{N}{3})(?:\1\p{N}{3})*$/u
/** Grouped, with decimals behind another sign: 1,249.50. */
const GROUPED_DECIMAL = /^(\p{N}{1,3}(?:([.,' ])\p{N}{3})(?:\2\p{N}{3})*)(?!\2)[.,](\p{N}+)$/u
const TELEPHONE = /^[\p{N} ()./-]+$/u
const DATE = /^(?:(\d{4})\.(\d{1,2})\.(\d{1,2})|(\d{1,2})\.(\d{1,2})\.(\d{4}))$/
const TIME = /^\p{N}{1,2}[:.]\p{N}{2}$/u
/** Two numbers, and perhaps a third; no date. */
const RELEASE = /^(\p{N}{1,3}\.\p{N}{1,3})(?:\.\p{N}{1,3})?$/u
const FEWEST_DIGITS = 7
/** Telephone numbers are the same where so many digits are at their ends: before these stand a country, or a 0 instead. */
const LOCAL_DIGITS = 8
const MOST_TELEPHONE_DIGITS = 15
const LOCAL = '☎'
/** What follows it inside a house. */
const EXTENSION = /-\p{N}{1,3}$/u
/** What ends a form that is the beginning of words, so that it is no word itself. */
export const AND_SO_ON = '*'
/** The same of the releases of one line. */
export const LINE: string = `.${AND_SO_ON}`

/** What a telephone number is found under, whatever is dialled first. Undefined where digits are too few or too many for one. */
export function localNumber(digits: string): string | undefined {
  if (digits.length < LOCAL_DIGITS || digits.length > MOST_TELEPHONE_DIGITS) return undefined
  return digits.slice(-LOCAL_DIGITS) + LOCAL
}

/** Other usual spellings of a whole: with other signs or none, a version without its v, a date in another order. */
export function wholeForms(whole: string): readonly string[] {
  const forms = new Set<string>()
  for (const [sign, word] of SPOKEN) if (sign.test(whole)) forms.add(whole.replace(sign, word))
  const suffix = /(?:\+\+|#)$/.exec(whole)
  if (suffix) forms.add(suffix[0])
  const parts = whole.split(SIGNS).filter((part) => part !== '')
  if (parts.length > 1) {
    const joined = join(parts)
    forms.add(joined)
    const version = joined.replace(/^v(?:er(?:sion)?)?\.?(?=\p{N})/u, '')
    forms.add(version)
    const number = /^\p{N}+(?:\.\p{N}+)+/u.exec(version)
    if (number) forms.add(number[0])
    // Of a release, and of the line it belongs to.
    const line = RELEASE.exec(version)
    if (line) forms.add(line[1]! + LINE)
    if (TIME.test(whole)) forms.add(joined.replace(/^0/, ''))
    if (GROUPED.test(whole) || parts.join('').replace(/\P{N}/gu, '').length >= FEWEST_DIGITS) forms.add(parts.join(''))
    const decimal = GROUPED_DECIMAL.exec(whole)
    if (decimal) forms.add(`${decimal[1]!.replace(/\P{N}/gu, '')}.${decimal[3]}`)
    for (const number of TELEPHONE.test(whole) ? new Set([whole, whole.replace(EXTENSION, '')]) : []) {
      const local = localNumber(number.replace(/\P{N}/gu, ''))
      if (local !== undefined) forms.add(local)
    }
    addDates(forms, joined)
  }
  forms.delete(whole)
  return [...forms]
}

/** Without signs, but for a point between two digits: 14.3 is not 143. */
function join(parts: readonly string[]): string {
  return parts.reduce((joined, part) => joined + (/\p{N}$/u.test(joined) && /^\p{N}/u.test(part) ? '.' : '') + part)
}

/** As it is written, but for zeros; and year, month and day, as it may be read. */
function addDates(forms: Set<string>, joined: string): void {
  const date = DATE.exec(joined)
  if (!date) return
  const [, year, month, day, one, other, last] = date
  const readings =
    year === undefined
      ? [
          [last, other, one],
          [last, one, other],
        ]
      : [[year, month, day]]
  if (last !== undefined) forms.add([Number(one), Number(other), last].join('.'))
  for (const [y, m, d] of readings)
    if (Number(m) <= 12 && Number(d) <= 31) forms.add([y, m!.padStart(2, '0'), d!.padStart(2, '0')].join('.'))
}
