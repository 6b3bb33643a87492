// What becomes of a character: NFKD, lower case, without marks and joiners, œ æ ß spelled out. Each character goes its own way: what NFKD moves past
// one another are marks, which are dropped, and lower case looks at neighbours only for Σ (final-sigma.ts). So a text is read one character at a
// time, and what a character becomes is worked out once: the expressions below cost some hundred times a look-up.

/** Parts words: spaces, controls, what is not assigned. */
export const GAP = 1
/** Goes into a word with its neighbours. */
export const LETTER = 2
/** A word by itself: a letter or number of a script that is written without spaces. */
export const ALONE = 3
/** Parts words, but is a word by itself in a text that has no other. */
export const SYMBOL = 4
/** Nothing is left of it; words go on behind it. */
export const DROPPED = 5
/** σ or ς. */
export const SIGMA = 6
/** Becomes several characters. */
export const MANY = 7

// A fate is kind << 24 | code point; for MANY: kind << 24 | place << 5 | count, and the fates of the parts stand in `parts` from that place on.
const KIND_SHIFT = 24
const COUNT_BITS = 5

// Soft hyphens and joiners stand inside words, as marks do.
const DROPPED_CHARACTERS = /[\p{M}\u00ad\u200c\u200d]/gu
const WORD_CHARACTER = /[\p{L}\p{N}]/u
const GAP_CHARACTER = /[\p{Z}\p{C}\s]/u
const SPELLED_OUT: Readonly<Record<string, string>> = { œ: 'oe', æ: 'ae', ß: 'ss' }
const UNSPACED: readonly (readonly [number, number])[] = [
  [0x0e00, 0x0eff],
  [0x1000, 0x109f],
  [0x1780, 0x17ff],
  [0x2e80, 0x2fdf],
  [0x3040, 0x30ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0x20000, 0x3ffff],
]

// The fates of 256 code points a page, each worked out when it is first met. All pages would take 4.4 MB; the Latin ones take 4 KB.
const pages: (Uint32Array | undefined)[] = new Array(0x1100).fill(undefined)
let parts = new Uint32Array(256)
let partCount = 0

/** Whether there is something to see of a code point as it stands. */
export function isVisible(codePoint: number): boolean {
  return !GAP_CHARACTER.test(String.fromCodePoint(codePoint))
}

/** What becomes of a code point. See {@link kindOf}, {@link codePointOf}, {@link partOf}. */
export function fateOf(codePoint: number): number {
  const known = pages[codePoint >> 8]?.[codePoint & 255]
  return known !== undefined && known !== 0 ? known : learn(codePoint)
}

export function kindOf(fate: number): number {
  return fate >>> KIND_SHIFT
}

/** The character that a character of kind LETTER, ALONE or SYMBOL becomes. */
export function codePointOf(fate: number): number {
  return fate & 0xffffff
}

/** How many characters one of kind MANY becomes. */
export function partCountOf(fate: number): number {
  return fate & ((1 << COUNT_BITS) - 1)
}

/** The fate of one of the characters that a character of kind MANY becomes. */
export function partOf(fate: number, index: number): number {
  return parts[((fate & 0xffffff) >> COUNT_BITS) + index]!
}

function learn(codePoint: number): number {
  pages[codePoint >> 8] ??= new Uint32Array(256)
  const fate = workOut(codePoint)
  pages[codePoint >> 8]![codePoint & 255] = fate
  return fate
}

function workOut(codePoint: number): number {
  const decomposed = String.fromCodePoint(codePoint).normalize('NFKD')
  if (decomposed === 'Σ') return SIGMA << KIND_SHIFT
  const plain = decomposed
    .toLowerCase()
    .replace(DROPPED_CHARACTERS, '')
    .replace(/[œæß]/g, (letter) => SPELLED_OUT[letter]!)
  const characters = Array.from(plain)
  if (characters.length === 0) return DROPPED << KIND_SHIFT
  if (characters.length === 1) return plainFate(plain)
  const place = partCount
  partCount += characters.length
  if (partCount > parts.length) {
    const larger = new Uint32Array(Math.max(partCount, parts.length * 2))
    larger.set(parts)
    parts = larger
  }
  for (const [i, character] of characters.entries()) parts[place + i] = plainFate(character)
  return (MANY << KIND_SHIFT) | (place << COUNT_BITS) | characters.length
}

function plainFate(character: string): number {
  return (plainKind(character) << KIND_SHIFT) | character.codePointAt(0)!
}

function plainKind(character: string): number {
  const codePoint = character.codePointAt(0)!
  if (WORD_CHARACTER.test(character))
    return UNSPACED.some(([first, last]) => codePoint >= first && codePoint <= last) ? ALONE : LETTER
  return isVisible(codePoint) ? SYMBOL : GAP
}
