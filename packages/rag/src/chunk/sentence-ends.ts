import { BEFORE_ORDINALS, BEGINNERS, CLOSING, LEADING, MONTHS, NUMBERING, TITLES, UNITS } from './abbreviations.ts'

/** Stops of scripts that have one of their own: always an end. */
const OWN_STOPS = '。！？｡‼⁇⁈⁉।॥۔؟։።፧፨။។៕᠃᠉༎⸮'
/** What closes after a stop, and what opens before the first word: quotes, brackets, emphasis, dashes of dialogue. */
const CLOSERS = '"\'”’»›)]}」』）】〉》*_`'
/** Closes German quotes, and opens others, but not right after a full stop. */
const CLOSERS_AFTER_STOP: string = `${CLOSERS}“«`
const OPENERS = '"\'“‘«‹„‚([{「『（【〈《¿¡*_`»”-–—•·'
/** Stops; a blank line; a space between letters of Thai or Lao, which have no stop. */
const CANDIDATE = new RegExp(
  `[.!?…${OWN_STOPS}]+|;|(?:\\r\\n|\\r(?!\\n)|\\n)[ \\t]*[\\r\\n]|(?<=[\\u0e00-\\u0eff])[ \\t]+(?=[\\u0e00-\\u0eff])`,
  'g',
)
const OWN_STOP = new RegExp(`[${OWN_STOPS}]`)
/** Of the text before a stop so much is looked at; a longer word is no abbreviation. */
const LOOK_BACK = 48
/** A clause of Thai or Lao is not cut at a space before it has so many characters. */
const LEAST_CLAUSE = 32

const BLANK = /\s/
const SOUTH_EAST = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]/
const IDEOGRAPH = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u
// Letters of Georgian are lower case to Unicode; its sentences begin with them.
const LOWER = /^(?![\u10d0-\u10ff])\p{Ll}/u
/** iPhone, eBay: lower case that begins a sentence as well as a capital does. */
const CAMEL = /^\p{Ll}{1,3}\p{Lu}/u
const ROMAN = /^[IVXLC]+$/
const VOWEL = /[aeiouyаеиоуыэюяіїєўαεηιουω]/iu

/** How the word after a stop begins. */
type Next = 'lower' | 'upper' | 'digit' | 'other' | 'end'

/**
 * The offsets right after the sentences of a text, in order, the last one left out. It judges by the shape of what stands around a stop, and
 * by short lists of abbreviations, so that every engine gives the same. The time is linear in the length.
 *
 * In doubt a sentence goes on: after initials (`the U.S. The …` is one sentence), and after a letter alone.
 */
export function* sentenceEnds(text: string): Generator<number> {
  let start = 0
  for (const { 0: found, index } of text.matchAll(CANDIDATE)) {
    if (index < start) continue
    const end = endAt(text, start, index, index + found.length)
    if (end === undefined || end >= text.length) continue
    yield end
    start = end
  }
}

function endAt(text: string, start: number, at: number, after: number): number | undefined {
  const stop = text.slice(at, Math.min(after, at + 8))
  if (/[\r\n]/.test(stop[0]!)) return after
  if (BLANK.test(stop[0]!)) return after - start >= LEAST_CLAUSE && !'ๆฯ'.includes(text[at - 1]!) ? after : undefined
  const isOwn = OWN_STOP.test(stop)
  const end = afterClosers(text, after, isOwn ? CLOSERS : CLOSERS_AFTER_STOP)
  if (isOwn) return end
  const last = text[at - 1] ?? ' '
  const isSpaced = end >= text.length || BLANK.test(text[end]!)
  if (!isSpaced && !isGlued(text.slice(Math.max(start, at - 3), at), stop, text.slice(after, end + 2))) return undefined
  const first = firstWord(text, end)
  const next = kindOf(first)
  // What a sentence does not begin with: `etc. ; and`, or another of a row of dots.
  if (/^[;:,،؛、，)\]}=]$/.test(first) || (first === '.' && stop === '.' && !/^\s*\.{3}/.test(text.slice(end, end + 8))))
    return undefined
  if (stop === ';') return /\p{Script=Greek}/u.test(last) && next === 'upper' ? end : undefined
  // “Why?” she asked.
  if (/[?!]/.test(stop)) return next === 'lower' && /["'”’»›)“«]/.test(text.slice(after, end)) ? undefined : end
  if (next === 'lower') return undefined
  // What was left out ends nothing by itself.
  if (stop.length > 1 || stop === '…') return /[\s[(]/.test(last) ? undefined : end
  return isFullStop(text, start, at, next, first) ? end : undefined
}

/**
 * Whether the next sentence begins without a blank between: in Chinese; between words of scripts without capitals; and beside a quote or a
 * bracket, where text was taken out of a page.
 *
 * @param before The three characters before the stop. @param rest What closes after it, and two characters more.
 */
function isGlued(before: string, stop: string, rest: string): boolean {
  const next = rest.slice(-2)
  if (IDEOGRAPH.test(next[0]!) && IDEOGRAPH.test(before)) return true
  if (/^[\p{Lo}\p{M}]{2}/u.test(next)) return stop === '.' && /(?:^|[\p{Lo}\p{M}]{3}|\s)$/u.test(before)
  const isBeside = stop === '.' ? /["”»’)\]]/.test(before.slice(-1) + rest.slice(0, -2)) : /\s/.test(before.slice(-1))
  return isBeside && /^\p{Lu}[\p{L}'’ ]/u.test(next)
}

/** After quotes and brackets (`« Non. »` has a space before), and the marks of notes: `end.[12]`, `end.¹` */
function afterClosers(text: string, after: number, closers: string): number {
  let end = after
  while (end < text.length && closers.includes(text[end]!)) end++
  if (/^[ \u00a0\u202f]»(?![^\s.,;:!?)])/.test(text.slice(end, end + 3))) end += 2
  const notes = /^(?:\[?\d{1,4}\]|\[\d{1,4}\]|[¹²³⁰-⁹])+/.exec(text.slice(end, end + 24))
  return notes ? end + notes[0].length : end
}

/** The first word after a stop, or its beginning; empty where none follows. */
function firstWord(text: string, end: number): string {
  let at = end
  while (at < text.length && (BLANK.test(text[at]!) || OPENERS.includes(text[at]!))) at++
  return /^(?:[\p{L}\p{M}\p{N}]+|.)/su.exec(text.slice(at, at + 24))?.[0] ?? ''
}

function kindOf(first: string): Next {
  if (first === '') return 'end'
  if (/^\p{N}/u.test(first)) return 'digit'
  if (LOWER.test(first)) return CAMEL.test(first) ? 'upper' : 'lower'
  return /^[\p{Lu}\p{Lt}]/u.test(first) ? 'upper' : 'other'
}

/** Whether a full stop ends a sentence, and no abbreviation, initial or ordinal number. */
function isFullStop(text: string, start: number, at: number, next: Next, first: string): boolean {
  if (next === 'end') return true
  const before = text.slice(Math.max(start, at - LOOK_BACK), at)
  const token = /[\p{L}\p{M}\p{N}.'’º°№/@-]*$/u.exec(before)![0]
  if (token === '' || /[/@]/.test(token)) return true
  if (SOUTH_EAST.test(token)) return false
  const rest = before.slice(0, before.length - token.length)
  const previous = /([\p{L}\p{M}\p{N}.]+)\s+$/u.exec(rest)?.[1] ?? ''
  if (/^\d+(?:\.\d+)*$/.test(token) || ROMAN.test(token)) {
    // A number that begins a sentence counts it: `2. Then …`
    const isFirst =
      token.length <= 3 + (token.includes('.') ? 4 : 0) && !/[^\s>*_#"(-]/.test(rest) && at - before.length === start
    return !isFirst && !isOrdinal(token, previous, next, first)
  }
  const word = token.replace(/^.*['’](?=.)|^[.-]+/u, '')
  // A unit: `5 km. Then`
  const isUnit = /\d$/.test(previous) && next !== 'digit' && (UNITS.has(word) || (isClipped(word) && !isListed(word)))
  return isUnit || !isAbbreviation(word, previous, next, first)
}

/** `am 29. Juli`, `der 2. Platz`, `im XIX. Jahrhundert`, `Sultan II. Mahmud`, `29. 7. 2026` */
function isOrdinal(token: string, previous: string, next: Next, first: string): boolean {
  if (/^\d{4,}$/.test(token) || token.includes('.')) return false
  if (ROMAN.test(token)) return next === 'upper' && !BEGINNERS.has(first.toLowerCase())
  if (/^\d/.test(token) && (next === 'digit' || MONTHS.has(first.toLowerCase()))) return true
  return next === 'upper' && BEFORE_ORDINALS.has(previous.toLowerCase()) && !BEGINNERS.has(first.toLowerCase())
}

function isAbbreviation(token: string, previous: string, next: Next, first: string): boolean {
  const word = token.toLowerCase()
  if (CLOSING.has(word) || CLOSING.has(`${previous.replace(/\.$/, '').toLowerCase()}.${word}`)) return next === 'digit'
  if (isListed(token)) return true
  if (/^[pр]\.?$/u.test(previous) && /^(?:ex|ej|es)$/.test(word)) return true
  if (NUMBERING.has(word) && (next === 'digit' || /^(?:[IVXLC]{2,}|[B-DF-HJ-NP-TVXZ])$/.test(first))) return true
  if (next === 'digit' && /str$/.test(word)) return true
  if (isInitial(token, next) || isClipped(token)) return true
  // `Prof.Dr. Kaya`
  const parts = token.split('.')
  return parts.length > 1 && parts.every((part) => /^\p{L}$/u.test(part) || isListed(part) || isClipped(part))
}

function isListed(token: string): boolean {
  const word = token.toLowerCase()
  const isShouted = token.length > 1 && token === token.toUpperCase() && word !== token
  return TITLES.has(token) || (!isShouted && LEADING.has(word))
}

/** One letter, or several each with its stop (`U.S`, `J.-C`), or a capital doubled (`EE. UU.`); of scripts whose letters are no words. */
function isInitial(token: string, next: Next): boolean {
  if (IDEOGRAPH.test(token)) return false
  if (/^(?:[-'’]?\p{L}\p{M}*\.)*[-'’]?\p{L}\p{M}*$/u.test(token)) return true
  return next === 'upper' && /^(\p{Lu})\1$/u.test(token)
}

/** Short, and without a vowel, which an r or l between other letters is too (`smrt`): `Hr`, `bzw`, `vgl`. */
function isClipped(token: string): boolean {
  if (!/^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{M}]{2,5}$/u.test(token)) return false
  if (!/^.\P{Lu}*$/u.test(token) || /\p{L}[rlрл]\p{L}/iu.test(token)) return false
  return !VOWEL.test(token.normalize('NFD').replace(/[ıİøæœ]/giu, 'o'))
}
