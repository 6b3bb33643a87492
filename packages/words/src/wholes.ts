import { kindOf, LETTER, UNSPACED } from './character-kinds.ts'
import { fold } from './fold.ts'

/** Of a whole, in code units: what is longer is a URL or data, and nobody types it. */
export const LONGEST_WHOLE = 64

const LONGEST_JOINT = 3
/** How closely two runs stand together. */
export type Joint = 'tight' | 'loose'

// One of these between two letters or digits makes one name of them; `·` is Catalan's.
const TIGHT = new Set('_-‐‑.+·&~')
const LOOSE = /^(?:[/\\:@=#]|:[/\\]{1,2}|::|->)$/
const DIGIT = /^\p{N}/u
/** Between digits only: these group a number's digits, or part them. */
const BETWEEN_DIGITS = new Set(",–'’")
/** Between digits, where three follow: 1 000 000. */
const SPACES = new Set([' ', '\u00a0', '\u2009', '\u202f'])

/** How a run that ends at `end` is joined to one that begins at `next`; undefined where it is not. */
export function jointBetween(text: string, end: number, next: number): Joint | undefined {
  const length = next - end
  if (length > LONGEST_JOINT) return undefined
  const isNumber = isDigit(text, end - 1) && isDigit(text, next)
  if (isNumber && length <= 2 && isAreaCode(text, end))
    return text[next - 1] === ')' || text[next - 1] === ' ' ? 'tight' : undefined
  if (length === 1) {
    const gap = text[end]!
    if (SPACES.has(gap)) return isNumber && isGroup(text, end, next) ? 'tight' : undefined
    if (TIGHT.has(gap) || (isNumber && BETWEEN_DIGITS.has(gap))) return 'tight'
  }
  return LOOSE.test(text.slice(end, next)) ? 'loose' : undefined
}

function isDigit(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  return unit < 128 ? unit >= 48 && unit <= 57 : DIGIT.test(text[at] ?? '')
}

/**
 * Three digits behind at most three; or four behind three, as in a telephone number; or, of three groups or more, two by two or four by four, as in
 * others and on cards, where the first may be shorter.
 */
function isGroup(text: string, end: number, next: number): boolean {
  const before = digitsBefore(text, end)
  const behind = digitsBehind(text, next)
  if (before <= 3 && (behind === 3 || (behind === 4 && before === 3))) return true
  if (behind !== 2 && behind !== 4) return false
  const isFollowed = SPACES.has(text[next + behind] ?? '') && digitsBehind(text, next + behind + 1) === behind
  if (isFollowed) return before <= behind
  const first = SPACES.has(text[end - before - 1] ?? '') ? digitsBefore(text, end - before - 1) : 0
  return before === behind && first > 0 && first <= behind
}

/** Of a telephone number, in parentheses: (555) 123. */
function isAreaCode(text: string, end: number): boolean {
  return text[end] === ')' && text[end - digitsBefore(text, end) - 1] === '('
}

const MOST_DIGITS = 5

function digitsBefore(text: string, end: number): number {
  let count = 0
  while (count < MOST_DIGITS && isDigit(text, end - count - 1)) count++
  return isWordAt(text, end - count - 1) ? MOST_DIGITS : count
}

function digitsBehind(text: string, start: number): number {
  let count = 0
  while (count < MOST_DIGITS && isDigit(text, start + count)) count++
  return isWordAt(text, start + count) ? MOST_DIGITS : count
}

/** How many signs before a run belong to it: of --flag, -f and .net. */
export function prefixBefore(text: string, start: number): number {
  const sign = text[start - 1]
  if (sign === ' ' || (sign !== '-' && sign !== '.')) return 0
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

function isWordAt(text: string, at: number): boolean {
  const codePoint = text.codePointAt(at)
  const kind = codePoint === undefined ? undefined : kindOf(codePoint)
  return kind === LETTER || kind === UNSPACED
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
const TELEPHONE = /^[\p{N} ().-]+$/u
const DATE = /^(?:(\d{4})\.(\d{1,2})\.(\d{1,2})|(\d{1,2})\.(\d{1,2})\.(\d{4}))$/
const FEWEST_DIGITS = 7
/** Telephone numbers are the same where so many digits are at their ends: before these stand a country, or a 0 instead. */
const LOCAL_DIGITS = 8
const MOST_TELEPHONE_DIGITS = 15
const LOCAL = '☎'

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
    if (GROUPED.test(whole) || parts.join('').replace(/\P{N}/gu, '').length >= FEWEST_DIGITS) forms.add(parts.join(''))
    const decimal = GROUPED_DECIMAL.exec(whole)
    if (decimal) forms.add(`${decimal[1]!.replace(/\P{N}/gu, '')}.${decimal[3]}`)
    const local = TELEPHONE.test(whole) ? localNumber(parts.join('')) : undefined
    if (local !== undefined) forms.add(local)
    addDates(forms, joined)
  }
  forms.delete(whole)
  return [...forms]
}

/** Without signs, but for a point between two digits: 14.3 is not 143. */
function join(parts: readonly string[]): string {
  return parts.reduce((joined, part) => joined + (/\p{N}$/u.test(joined) && /^\p{N}/u.test(part) ? '.' : '') + part)
}

/** Year, month and day, as a date may be read. */
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
  for (const [y, m, d] of readings)
    if (Number(m) <= 12 && Number(d) <= 31) forms.add([y, m!.padStart(2, '0'), d!.padStart(2, '0')].join('.'))
}
