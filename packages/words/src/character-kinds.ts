/** What a character does to a word. */
export const SEPARATOR = 0
/** Begins or goes on with a word: letters and digits of scripts that put spaces between words. */
export const LETTER = 1
/** Goes on with a word, but begins none: accents, soft hyphens, joiners. */
export const EXTENDER = 2
/** Goes on with a word when a letter follows. */
export const APOSTROPHE = 3
/** A letter of a script without spaces between words. */
export const UNSPACED = 4
/** A sign that says something by itself: emoji, currencies, units, per cent. */
export const SYMBOL = 5

const UNKNOWN = 255

// \p{Script_Extensions}, because ー and 々 belong to several scripts.
const UNSPACED_LETTER =
  /(?=[\p{L}\p{M}\p{N}])[\p{scx=Hani}\p{scx=Hira}\p{scx=Kana}\p{scx=Bopo}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]/u
const WORD_CHARACTER = /[\p{L}\p{N}]/u
const SYMBOL_CHARACTER = /[\p{So}\p{Sc}%‰]/u
const EXTENDING_CHARACTER = /[\p{M}\p{Cf}]/u
const ZERO_WIDTH_SPACE = 0x200b

// The kind of each code unit, asked of the expressions above once: they cost twenty times a look-up.
const kinds = new Uint8Array(0x10000).fill(UNKNOWN)

/** The kind of one code point. */
export function kindOf(codePoint: number): number {
  if (codePoint > 0xffff) return classify(codePoint)
  const known = kinds[codePoint]!
  if (known !== UNKNOWN) return known
  const kind = classify(codePoint)
  kinds[codePoint] = kind
  return kind
}

function classify(codePoint: number): number {
  const character = String.fromCodePoint(codePoint)
  if (character === "'" || character === '’' || character === 'ʼ') return APOSTROPHE
  if (UNSPACED_LETTER.test(character)) return UNSPACED
  if (WORD_CHARACTER.test(character)) return LETTER
  if (SYMBOL_CHARACTER.test(character)) return SYMBOL
  return codePoint !== ZERO_WIDTH_SPACE && EXTENDING_CHARACTER.test(character) ? EXTENDER : SEPARATOR
}

/** Whether a letter or a digit stands at a place. */
export function isWordAt(text: string, at: number): boolean {
  const codePoint = text.codePointAt(at)
  const kind = codePoint === undefined ? undefined : kindOf(codePoint)
  return kind === LETTER || kind === UNSPACED
}
