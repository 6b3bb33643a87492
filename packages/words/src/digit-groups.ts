import { isWordAt } from './character-kinds.ts'

const DIGIT = /^\p{N}/u
/** Between the groups of a number's digits. */
const SPACES = new Set([' ', '\u00a0', '\u2009', '\u202f'])
/** What parts two groups: a space, a hyphen, parentheses. */
const SIGN = String.raw`(?:[ \u00a0\u2009\u202f]\(|\)[ \u00a0\u2009\u202f-]|[ \u00a0\u2009\u202f()-])`
const SIGN_BEFORE = new RegExp(`${SIGN}$`)
const SIGN_BEHIND = new RegExp(`^${SIGN}`)
const MOST_DIGITS = 8
const MOST_GROUPS = 8
// Of a telephone number (ITU-T E.164: at most 15 with the country's, with a 0 before what is dialled there).
const FEWEST_DIALLED = 8
const MOST_DIALLED = 16
/** Of parts and of other things that are numbered in groups of two to four digits. */
const FEWEST_GROUPS = 4

// A country, check digits, and groups of four (ISO 13616).
const IBAN = /^[A-Z]{2}\d{2}(?: [A-Z0-9]{4}){3,7}(?: [A-Z0-9]{1,3})?(?![\p{L}\p{N}])/u
const IBAN_BEGINNING = /(?<![\p{L}\p{N}])[A-Z]{2}\d{2}(?: [A-Z0-9]{4})*$/u
const LONGEST_IBAN = 42

export function isDigit(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  return unit < 128 ? unit >= 48 && unit <= 57 : DIGIT.test(text[at] ?? '')
}

/** A run of digits, and what parts it from the one before. */
interface Group {
  readonly start: number
  readonly end: number
  readonly sign: string
}

/**
 * Whether two runs are groups of one number: by threes, 1 000 000; by twos or fours, as on cards; of a telephone number, which begins with a 0 or a
 * plus, 0800 330 1000, +49 (0)30 901820; or of an account's, where letters are among them.
 *
 * @param end Where the first one ends.
 * @param next Where the second one begins, at most three code units behind.
 */
export function isOneNumber(text: string, end: number, next: number): boolean {
  const isSpaced = next === end + 1 && SPACES.has(text[end]!)
  if (!isDigit(text, end - 1) || !isDigit(text, next)) return isSpaced && isInIban(text, end, next)
  if (isAreaCode(text, end)) return next === end + 1 || (next === end + 2 && text[end + 1] === ' ')
  if (isSpaced && isGroup(text, end, next)) return true
  const sign = text.slice(end, next)
  if (!isSpaced && sign !== ' (') return false
  const groups = groupsAround(text, end, next)
  return isTelephone(text, groups) || isPart(groups) || (isSpaced && isInIban(text, end, next))
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

/** The groups that stand about a gap, in order; none where letters or points adjoin them, or where they are too many. */
function groupsAround(text: string, end: number, next: number): readonly Group[] {
  const groups: Group[] = []
  let start = end - digitsBefore(text, end)
  for (let to = end; ; ) {
    const sign = SIGN_BEFORE.exec(text.slice(Math.max(0, start - 2), start))?.[0] ?? ''
    const isFirst = sign === '' || !isDigit(text, start - sign.length - 1)
    groups.unshift({ start, end: to, sign: isFirst ? '' : sign })
    if (isFirst || groups.length > MOST_GROUPS) break
    to = start - sign.length
    start = to - digitsBefore(text, to)
  }
  for (let from = next, before = end; ; ) {
    const to = from + digitsBehind(text, from)
    groups.push({ start: from, end: to, sign: text.slice(before, from) })
    const sign = SIGN_BEHIND.exec(text.slice(to, to + 2))?.[0] ?? ''
    if (sign === '' || !isDigit(text, to + sign.length) || groups.length > MOST_GROUPS) break
    before = to
    from = to + sign.length
  }
  const isTooLong = groups.length > MOST_GROUPS || groups.some((group) => group.end - group.start >= MOST_DIGITS)
  return isTooLong || goesOn(text, groups.at(-1)!.end, 1) || goesOn(text, groups[0]!.start - 1, -1) ? [] : groups
}

/** Whether a letter adjoins, or a digit behind the point of a decimal or of a time. */
function goesOn(text: string, at: number, step: 1 | -1): boolean {
  return isWordAt(text, at) || (/[.,:/]/.test(text[at] ?? '') && isDigit(text, at + step))
}

function isTelephone(text: string, groups: readonly Group[]): boolean {
  const digits = countDigits(groups)
  if (digits < FEWEST_DIALLED || digits > MOST_DIALLED) return false
  const first = groups[0]!
  if (text[first.start - 1] === '+') return text[first.start - 2] !== '+' && !isWordAt(text, first.start - 2)
  const isDialled = text[first.start] === '0' && first.end - first.start > 1
  return isDialled && groups.filter(({ sign }) => sign === '-').length < 2
}

function isPart(groups: readonly Group[]): boolean {
  const digits = countDigits(groups)
  if (groups.length < FEWEST_GROUPS || digits < FEWEST_DIALLED || digits > MOST_DIALLED) return false
  return groups.every(({ start, end, sign }, i) => end - start > 1 && end - start < 5 && (i === 0 || SPACES.has(sign)))
}

function countDigits(groups: readonly Group[]): number {
  return groups.reduce((sum, { start, end }) => sum + end - start, 0)
}

function isInIban(text: string, end: number, next: number): boolean {
  // Most runs are told by their last letter.
  if (!/[A-Z0-9]/.test(text[end - 1]!) || !/[A-Z0-9]/.test(text[next]!)) return false
  const from = Math.max(0, end - LONGEST_IBAN)
  const beginning = IBAN_BEGINNING.exec(text.slice(from, end))
  if (beginning === null) return false
  const start = from + beginning.index
  const found = IBAN.exec(text.slice(start, start + LONGEST_IBAN + 1))
  return found !== null && next < start + found[0].length
}

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
